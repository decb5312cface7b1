package io.weir.edge.alink;

import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.metering.CounterReport;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.registry.CompiledModel.Counter;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Tells posts whose counters moved from those that say nothing new to the meter. */
public final class CounterWatch {
    private static final long NONE = Long.MIN_VALUE;

    private long totalMl = NONE;
    private long pulseTotal = NONE;
    private long workS = NONE;
    private @Nullable String bootId;

    /**
     * What the meter shall hear of this post; null when nothing. Unchanged counters matter only
     * while a dispense runs.
     */
    @Nullable CounterReport note(
            CounterSource post, DeviceLine line, MeteringInlet inlet, Tick at) {
        boolean moved = changed(post);
        return moved || inlet.wants(line.device().deviceId()) ? report(post, line, at) : null;
    }

    /** Takes note of the post's counters. The device's uptime always moves and does not count. */
    private boolean changed(CounterSource post) {
        long ml = value(post, Counter.TOTAL_ML, totalMl);
        long pulses = value(post, Counter.PULSE_TOTAL, pulseTotal);
        long seconds = value(post, Counter.WORK_S, workS);
        String boot = post.has(Counter.BOOT_ID) ? post.bootId() : bootId;
        boolean changed =
                ml != totalMl
                        || pulses != pulseTotal
                        || seconds != workS
                        || !Objects.equals(boot, bootId);
        totalMl = ml;
        pulseTotal = pulses;
        workS = seconds;
        bootId = boot;
        return changed;
    }

    /** What was told last did not reach the journal, so the meter never heard of it. */
    public void lost() {
        totalMl = NONE;
        pulseTotal = NONE;
        workS = NONE;
    }

    /** Null when the post carries no counter. */
    private static @Nullable CounterReport report(CounterSource post, DeviceLine line, Tick at) {
        Long ml = post.counter(Counter.TOTAL_ML);
        Long pulses = post.counter(Counter.PULSE_TOTAL);
        Long seconds = post.counter(Counter.WORK_S);
        Long uptime = post.counter(Counter.UPTIME_S);
        if (ml == null && pulses == null && seconds == null && uptime == null) {
            return null;
        }
        return new CounterReport(
                line.device().deviceId(),
                line.connection(),
                line.epoch(),
                ml,
                pulses,
                seconds,
                uptime,
                post.bootId(),
                at);
    }

    private static long value(CounterSource post, Counter counter, long otherwise) {
        return post.has(counter) ? post.value(counter) : otherwise;
    }
}
