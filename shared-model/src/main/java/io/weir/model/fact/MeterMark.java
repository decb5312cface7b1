package io.weir.model.fact;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a dispense's meter stands, journaled with its facts so that a restarted edge goes on
 * exactly. Only the edge reads it; the cloud takes the poured millilitres beside it. Values are in
 * the counter's own unit: ml, seconds of work, or pulses.
 *
 * @param base the baseline, null as long as no counter was seen
 * @param boot boot id of the device at the baseline, null when it tells none
 * @param connection number of the connection that the baseline came on
 * @param atMs monotonic ms of the edge at the baseline
 * @param edgeBoot boot id of the edge that {@code atMs} belongs to
 * @param spans what was seen of each run of the counter; a new one begins with each reset or boot
 * @param tickedMs timer mode: how long it ran by the edge's ticks before its counter was seen
 * @param older boot ids known to be before the baseline: their late reports count nothing
 */
public record MeterMark(
        @Nullable Long base,
        @Nullable String boot,
        long connection,
        long atMs,
        String edgeBoot,
        long tickedMs,
        List<Span> spans,
        List<String> older) {

    /**
     * Lowest and highest value seen within one run of the counter.
     *
     * @param boot the device's boot id, null when it tells none
     */
    public record Span(@Nullable String boot, long low, long high) {}
}
