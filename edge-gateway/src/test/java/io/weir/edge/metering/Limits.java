package io.weir.edge.metering;

import java.time.Duration;

/** The settings of {@code verticles.json}, for tests. */
final class Limits {
    private Limits() {}

    static MeteringConfig usual() {
        return new MeteringConfig(
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofMillis(1_500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofMillis(300),
                Duration.ofDays(7),
                200_000,
                10_000,
                100_000,
                10_000);
    }
}
