package io.weir.simulator;

import org.HdrHistogram.Histogram;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** What a fleet counts of itself. On the fleet's thread only. */
final class Tally {
    private static final long LONGEST_MS = 3_600_000;

    long sent;
    long acked;

    /** Sent a second time after a broken connection. */
    long again;

    /** Acknowledged, after a fault had held them up: not in {@link #latency}. */
    long ackedLate;

    /** In the memory of a device that lost its power before the acknowledgement came. */
    long lostWithDevice;

    /** Never sent: offline, or too much unacknowledged. */
    long skipped;

    long connects;
    long broken;
    long refused;
    long commands;

    /** From a message's first sending to its acknowledgement, ms. */
    final Histogram latency = new Histogram(LONGEST_MS, 3);

    /** The same since the last line of progress. */
    final Histogram recent = new Histogram(LONGEST_MS, 3);

    private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);

    void fault(FaultKind kind) {
        faults.merge(kind, 1L, Long::sum);
    }

    long faults(FaultKind kind) {
        return faults.getOrDefault(kind, 0L);
    }

    void acked(long ms, boolean late) {
        acked++;
        if (late) {
            ackedLate++;
        } else {
            latency.recordValue(Math.clamp(ms, 0, LONGEST_MS));
            recent.recordValue(Math.clamp(ms, 0, LONGEST_MS));
        }
    }

    /** Of all devices. */
    static long poured(Collection<Pour> pours) {
        return pours.stream().mapToLong(Pour::poured).sum();
    }
}
