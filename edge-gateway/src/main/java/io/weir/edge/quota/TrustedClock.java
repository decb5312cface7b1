package io.weir.edge.quota;

import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Whether the wall clock may be believed (DESIGN section 5, Offline quota; ADR 010). Pure.
 *
 * <p>Once the cloud has spoken to this process, the wall clock must agree with the cloud's word
 * plus the ticks since, and must not be behind the latest time that the journal has seen. Before
 * that, after a restart while the cloud is away, the journal speaks: it is at least as late as its
 * latest time plus what ran since by ticks. A wall clock behind that is not believed; one that is
 * ahead is, because it can only let slices expire too early.
 */
final class TrustedClock {
    private final long toleranceMs;
    private long highWaterMs;
    private @Nullable Tick highWaterAt;
    private long cloudMs;
    private @Nullable Tick cloudAt;

    TrustedClock(Duration tolerance) {
        this.toleranceMs = tolerance.toMillis();
    }

    /** The journal has an entry of this wall time, made at this tick. */
    void journaled(long wallMs, Tick at) {
        highWaterMs = Math.max(earliestMs(at), wallMs);
        highWaterAt = at;
    }

    /** A checkpoint knows it from a process whose ticks say nothing here. */
    void restored(long highWaterMs) {
        this.highWaterMs = Math.max(this.highWaterMs, highWaterMs);
        highWaterAt = null;
    }

    /**
     * The cloud says what time it is. It knows better than a journal that was written while the
     * clock was ahead.
     */
    void told(long nowMs, Tick at) {
        cloudMs = nowMs;
        cloudAt = at;
        if (highWaterMs > nowMs) {
            highWaterMs = nowMs;
            highWaterAt = at;
        }
    }

    /** Does the wall clock agree with what the cloud told this process? */
    boolean agreed(long wallMs, Tick tick) {
        Tick at = cloudAt;
        if (at == null || !at.sameBoot(tick) || wallMs + toleranceMs < highWaterMs) {
            return false;
        }
        long expected = cloudMs + tick.since(at);
        return Math.abs(wallMs - expected) <= toleranceMs;
    }

    /** May a slice be spent that has not expired at {@link #latestMs}? */
    boolean trusted(long wallMs, Tick tick) {
        Tick at = cloudAt;
        if (at != null && at.sameBoot(tick)) {
            return agreed(wallMs, tick);
        }
        return highWaterMs > 0 && wallMs + toleranceMs >= earliestMs(tick);
    }

    /**
     * The later of the wall clock and, where nobody but the journal vouches for it, the time that
     * must have passed at least.
     */
    long latestMs(long wallMs, Tick tick) {
        Tick at = cloudAt;
        boolean told = at != null && at.sameBoot(tick);
        return told ? wallMs : Math.max(wallMs, earliestMs(tick));
    }

    /**
     * Time passes while the cloud is away: what the wall clock has shown once counts for good, and
     * so does what ran since, so that setting the clock back prolongs nothing.
     */
    void passed(long wallMs, Tick tick) {
        Tick at = cloudAt;
        if (highWaterMs > 0 && (at == null || !at.sameBoot(tick))) {
            boolean believed = trusted(wallMs, tick);
            highWaterMs = believed ? latestMs(wallMs, tick) : earliestMs(tick);
            highWaterAt = tick;
        }
    }

    long highWaterMs() {
        return highWaterMs;
    }

    private long earliestMs(Tick tick) {
        Tick at = highWaterAt;
        return at != null && at.sameBoot(tick)
                ? highWaterMs + Math.max(0, tick.since(at))
                : highWaterMs;
    }
}
