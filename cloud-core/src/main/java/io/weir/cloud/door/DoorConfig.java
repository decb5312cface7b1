package io.weir.cloud.door;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the logical verticle {@code door}. It listens only when both files are given.
 *
 * @param certFile PEM chain of the server's own certificate, which gateways check
 * @param keyFile its private key, PEM
 * @param connections of gateways to this instance; more are refused with 503
 * @param enrolments that are worked on at once; more are refused with 503
 * @param windowBytes of frames that one gateway may have on the way
 * @param asks open questions of one gateway, and open commands to it; more are refused
 * @param producerBytes memory of the Kafka producer; when it is full frames wait, and with them
 *     their gateways' windows
 * @param compression Kafka producer's {@code compression.type}: none or lz4
 * @param recheck how often certificates and newer connections are looked up
 * @param stale connections end when the lookup has failed for this long
 * @param silence a gateway of which nothing was heard for this long is cut off
 * @param slow a gateway that takes nothing for this long is cut off
 */
public record DoorConfig(
        int port,
        String bind,
        String certFile,
        String keyFile,
        int connections,
        int enrolments,
        int windowBytes,
        int asks,
        long producerBytes,
        String compression,
        Duration recheck,
        Duration stale,
        Duration silence,
        Duration slow) {
    public DoorConfig {
        check(port >= 0 && port <= 65_535, "port: 0..65535");
        check(certFile.isBlank() == keyFile.isBlank(), "certFile and keyFile: both or none");
        check(connections >= 1 && connections <= 100_000, "connections: 1..100000");
        check(enrolments >= 1 && enrolments <= 1000, "enrolments: 1..1000");
        check(windowBytes >= 1 << 21 && windowBytes <= 1 << 26, "windowBytes: 2 MB..64 MB");
        check(asks >= 1 && asks <= 10_000, "asks: 1..10000");
        check(producerBytes >= 1 << 23, "producerBytes: at least 8 MB");
        check(List.of("none", "lz4").contains(compression), "compression: none or lz4");
        check(recheck.toMillis() >= 100 && recheck.toSeconds() <= 60, "recheck: PT0.1S..PT60S");
        check(stale.compareTo(recheck) > 0, "stale: longer than recheck");
        check(silence.toSeconds() >= 1, "silence: at least PT1S");
        check(slow.toSeconds() >= 1, "slow: at least PT1S");
    }

    boolean enabled() {
        return !certFile.isBlank();
    }

    private static void check(boolean ok, String rule) {
        if (!ok) {
            throw new IllegalArgumentException(rule);
        }
    }
}
