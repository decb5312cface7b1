package io.weir.edge.quota;

import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Whether the wall clock may be believed (DESIGN section 5, Offline quota): it must agree with the
 * cloud's clock as last told to this process plus the ticks since, and must not be behind the
 * latest time that the journal has seen. Pure.
 */
final class TrustedClock {
    private final long toleranceMs;
    private long highWaterMs;
    private long cloudMs;
    private @Nullable Tick cloudAt;

    TrustedClock(Duration tolerance) {
        this.toleranceMs = tolerance.toMillis();
    }

    /** The journal has an entry of this wall time. */
    void journaled(long wallMs) {
        highWaterMs = Math.max(highWaterMs, wallMs);
    }

    /**
     * The cloud says what time it is. It knows better than a journal that was written while the
     * clock was ahead.
     */
    void told(long nowMs, Tick at) {
        cloudMs = nowMs;
        cloudAt = at;
        highWaterMs = Math.min(highWaterMs, nowMs);
    }

    boolean trusted(long wallMs, Tick tick) {
        Tick at = cloudAt;
        if (at == null || !at.sameBoot(tick) || wallMs + toleranceMs < highWaterMs) {
            return false;
        }
        long expected = cloudMs + tick.since(at);
        return Math.abs(wallMs - expected) <= toleranceMs;
    }

    long highWaterMs() {
        return highWaterMs;
    }
}
