package io.weir.runtime.time;

import io.weir.model.time.Tick;

import java.time.Instant;

/** The only door to clocks. Wall time labels; ticks decide (DESIGN section 5). */
public interface Time {
    Instant now();

    Tick tick();

    /** A running clock in nanoseconds since whenever, to measure what takes less than a tick. */
    long nanos();
}
