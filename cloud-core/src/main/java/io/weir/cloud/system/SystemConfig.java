package io.weir.cloud.system;

import java.time.Duration;

/**
 * Settings of the system context.
 *
 * @param beat how often a node says what it runs
 * @param lost after which silence it counts as lost
 * @param forgotten after which silence it is no longer told of
 */
public record SystemConfig(Duration beat, Duration lost, Duration forgotten) {
    public SystemConfig {
        if (beat.toMillis() < 100 || lost.compareTo(beat) <= 0 || forgotten.compareTo(lost) <= 0) {
            throw new IllegalArgumentException("PT0.1S <= beat < lost < forgotten");
        }
    }
}
