package io.weir.bench;

import io.weir.e2e.Api;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Wait;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A storm of logins with good and bad passwords, each of which costs an Argon2id hash: they are
 * bounded, and who reads meanwhile is unharmed.
 */
final class LoginsLine implements Line {
    private static final int STORM = 200;
    private static final int READERS = 16;
    private static final double READS_PER_SECOND = 100;
    private static final int DEVICES = 200;
    private static final double GOAL_MS = 50;

    private final LongAdder made = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean over;

    @Override
    public String name() {
        return "logins";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        List<String> ids = rig.devices(DEVICES).stream().map(DeviceLogin::deviceName).toList();
        String token = rig.platform().vendor().token();
        String user = rig.platform().demo().at("/vendor/user").asText();
        String password = rig.platform().demo().at("/vendor/password").asText();
        try (ReadLoad reads =
                new ReadLoad(
                        rig.platform().api(),
                        token,
                        READERS,
                        READS_PER_SECOND,
                        i -> "/devices/" + ids.get(i % ids.size()))) {
            Wait.pause(rig.seconds().toMillis());
            reads.begin();
            Wait.pause(rig.seconds().toMillis());
            double calm = reads.percentile(0.99);
            for (int i = 0; i < STORM; i++) {
                String given = i % 2 == 0 ? password : "wrong" + i;
                Thread.ofVirtual().name("bench-login").start(() -> storm(rig, user, given));
            }
            reads.begin();
            Wait.pause(rig.seconds().toMillis());
            double cold = reads.percentile(0.99);
            reads.begin();
            made.reset();
            turnedAway.reset();
            long from = System.nanoTime();
            Wait.pause(rig.seconds().toMillis());
            over = true;
            double seconds = (System.nanoTime() - from) / 1e9;
            report.say(
                    "%d clients log in without a pause: %.1f logins/s, %d turned away with 422, 429"
                        + " or 503, %d failed otherwise; p99 of a read %.1f ms before, %.1f ms in"
                        + " the storm's first seconds, while logins are compiled, %d reads refused",
                    STORM,
                    made.sum() / seconds,
                    turnedAway.sum(),
                    failed.sum(),
                    calm,
                    cold,
                    reads.refused());
            report.atMost(name(), "p99 of a read meanwhile", reads.percentile(0.99), GOAL_MS, "ms");
        }
    }

    private void storm(Rig rig, String user, String password) {
        Api nobody = Api.anonymous(rig.platform().api());
        while (!over) {
            try {
                int status =
                        nobody.post("/auth/login", Map.of("user", user, "pwd", password)).status();
                switch (status) {
                    case 201, 401 -> made.increment();
                    case 422, 429, 503 -> { // 422: read an image first
                        turnedAway.increment();
                        Wait.pause(200);
                    }
                    default -> failed.increment();
                }
            } catch (RuntimeException e) {
                failed.increment();
            }
        }
    }
}
