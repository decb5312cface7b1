package io.weir.edge.link;

import java.time.Duration;

/**
 * Settings of the logical verticle {@code door-link}; they count in remote mode only ({@code
 * WEIR_DOOR} is set).
 *
 * @param caFile PEM of who signed the door's own certificate; empty = those that this JVM trusts
 * @param tokenFile holds the one-time enrolment token; read while there is no certificate yet
 * @param connectWithin for connecting and being welcomed
 * @param retryMin pause before the first new attempt; doubled each time, with jitter
 * @param retryMax the longest such pause
 * @param ping how often the door is pinged
 * @param silence the connection is given up when nothing was heard for this long
 * @param asks open questions; more fail at once
 * @param renewAfter age of the certificate at which the next one is fetched
 */
public record DoorLinkConfig(
        String caFile,
        String tokenFile,
        Duration connectWithin,
        Duration retryMin,
        Duration retryMax,
        Duration ping,
        Duration silence,
        int asks,
        Duration renewAfter) {
    public DoorLinkConfig {
        check(connectWithin.toMillis() >= 100, "connectWithin: at least PT0.1S");
        check(retryMin.toMillis() >= 10, "retryMin: at least PT0.01S");
        check(retryMax.compareTo(retryMin) >= 0, "retryMax: not shorter than retryMin");
        check(ping.toMillis() >= 100, "ping: at least PT0.1S");
        check(silence.compareTo(ping) > 0, "silence: longer than ping");
        check(asks >= 1 && asks <= 10_000, "asks: 1..10000");
        check(renewAfter.toMinutes() >= 1, "renewAfter: at least PT1M");
    }

    private static void check(boolean ok, String rule) {
        if (!ok) {
            throw new IllegalArgumentException(rule);
        }
    }
}
