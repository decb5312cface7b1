package io.weir.edge.guard;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Limits for tests: none, but for those that a test names. */
public final class Limits {
    private static final int NONE = 1_000_000;

    private final Map<String, Integer> values = new HashMap<>();
    private Duration flapBan = Duration.ofMinutes(5);
    private Duration drainWithin = Duration.ofSeconds(5);
    private String tokenFile = "";

    public static GuardConfig none() {
        return new Limits().build();
    }

    /**
     * @param name of a component of {@link GuardConfig}
     */
    public Limits with(String name, int value) {
        values.put(name, value);
        return this;
    }

    public Limits flapBan(Duration flapBan) {
        this.flapBan = flapBan;
        return this;
    }

    public Limits drainWithin(Duration drainWithin) {
        this.drainWithin = drainWithin;
        return this;
    }

    public Limits tokenFile(String tokenFile) {
        this.tokenFile = tokenFile;
        return this;
    }

    public GuardConfig build() {
        return new GuardConfig(
                of("acceptPerSecond", NONE),
                of("acceptBurst", NONE),
                of("waitingMax", NONE),
                of("waitingPerAddress", NONE),
                of("handshakesMax", 2 * NONE),
                of("connectsPerSecond", NONE),
                of("connectsBurst", NONE),
                of("productConnectsPerSecond", NONE),
                of("productConnectsBurst", NONE),
                of("tenantConnectsPerSecond", NONE),
                of("tenantConnectsBurst", NONE),
                of("deviceMessages", NONE),
                of("deviceBytes", 1 << 30),
                of("productMessages", NONE),
                of("productBytes", 1 << 30),
                of("tenantMessages", NONE),
                of("tenantBytes", 1 << 30),
                of("burstSeconds", 1),
                of("flapsPerMinute", NONE),
                flapBan,
                of("bansMax", 100),
                Duration.ofMillis(of("loopLagMs", 5_000)),
                Duration.ofMillis(of("loopPauseMs", 300)),
                of("loopTalkers", 1),
                of("drainPerSecond", NONE),
                drainWithin,
                tokenFile);
    }

    private int of(String name, int otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}
