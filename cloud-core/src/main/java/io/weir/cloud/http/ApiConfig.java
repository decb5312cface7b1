package io.weir.cloud.http;

import java.time.Duration;

/**
 * Settings of the API verticle.
 *
 * @param omsBindAddress {@code host:port} of a listener for OMS alone (O-004), e.g. {@code
 *     0.0.0.0:36002}; empty = none. OMS is served at {@code bind} and {@code port} too
 * @param maxConcurrent requests in work per instance; one more gets 503
 * @param requestTimeout after it the answer is 503; the outcome is then unknown
 * @param idleTimeout a silent connection is closed after it
 * @param callerPerSecond tokens per second of one account, {@code callerBurst} at most at once
 * @param addressPerSecond the same for public operations, by client address
 * @param trustForwarded take the client's address from the last entry of X-Forwarded-For; only
 *     behind a proxy that sets it
 * @param revocationPoll how often ended sessions are read from PostgreSQL
 * @param revocationStale no reading for so long: tokens are refused with 503
 * @param idempotencyKept how long answers are remembered
 * @param idempotencyWait how long a second request with the same key waits for the first
 * @param drain how long open requests may take when the verticle stops
 */
public record ApiConfig(
        int port,
        String bind,
        String omsBindAddress,
        int bodyLimitBytes,
        int maxConcurrent,
        Duration requestTimeout,
        Duration idleTimeout,
        int callerPerSecond,
        int callerBurst,
        int addressPerSecond,
        int addressBurst,
        boolean trustForwarded,
        Duration revocationPoll,
        Duration revocationStale,
        Duration idempotencyKept,
        Duration idempotencyWait,
        Duration drain) {
    public ApiConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0..65535");
        }
        if (!omsBindAddress.isEmpty() && !omsBindAddress.matches("[^\\s/]+:[0-9]{1,5}")) {
            throw new IllegalArgumentException("omsBindAddress must be host:port, or empty");
        }
        if (bodyLimitBytes < 1024) {
            throw new IllegalArgumentException("bodyLimitBytes must be at least 1024");
        }
        if (maxConcurrent < 1) {
            throw new IllegalArgumentException("maxConcurrent must be positive");
        }
        if (callerPerSecond < 1 || addressPerSecond < 1 || callerBurst < 1 || addressBurst < 1) {
            throw new IllegalArgumentException("rates and bursts must be positive");
        }
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("requestTimeout must be positive");
        }
    }
}
