package io.weir.cloud.oms;

import java.time.Duration;

/**
 * Settings of the OMS context.
 *
 * @param keyFile key under which secrets are sealed, relative to the data folder
 * @param oldKeyFile the key before it; empty = none
 * @param token how long a token lives, at most an hour
 * @param window how far a timestamp may be from now
 * @param grace how long the secret before the last rotation is good
 */
public record OmsConfig(
        String keyFile, String oldKeyFile, Duration token, Duration window, Duration grace) {
    public OmsConfig {
        if (keyFile.isBlank()) {
            throw new IllegalArgumentException("keyFile must not be empty");
        }
        if (token.toSeconds() < 1 || token.toMinutes() > 60) {
            throw new IllegalArgumentException("token must be PT1S..PT60M");
        }
        if (window.toSeconds() < 1 || window.toMinutes() > 60) {
            throw new IllegalArgumentException("window must be PT1S..PT60M");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative");
        }
    }
}
