package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Remote mode: edge and cloud joined by the door only, over a network that is cut and healed. */
class RemoteIT {
    private static final Duration HEALS = Duration.ofSeconds(30);

    private static RemotePlatform platform;
    private static MainJob job;

    @BeforeAll
    static void start() {
        platform = RemotePlatform.start("remote");
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theMainJobRunsThroughTheDoor(int mode) {
        BigDecimal before = job.wallet("available");
        try (DemoDevice device = platform.device(mode)) {
            JsonNode done = job.awaitFinal(job.order(mode, 500));
            assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
            assertThat(done.get("reason").asText()).isEqualTo("LIMIT");
            String id = done.get("dispense_id").asText();
            assertThat(device.openings(id)).isEqualTo(1);
            job.assertRight(done, device.pouredOf(id));
            assertThat(job.wallet("available"))
                    .isEqualByComparingTo(before.subtract(done.get("charged").decimalValue()));
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
        }
    }

    @Test
    void aDispenseEndsAtItsLimitWhileTheLineIsCutAndIsCapturedOnceItHeals() {
        try (DemoDevice device = platform.device(0, "--flow", "60")) {
            String id = job.order(0, 600);
            job.awaitState(id, "RUNNING");
            platform.wire().cut();
            JsonNode closed = device.awaitEvent("closed", id, Duration.ofSeconds(40));
            assertThat(closed.get("reason").asText()).isEqualTo("stopped");
            assertThat(closed.get("of_dispense").asLong()).isBetween(550L, 720L);
            assertThat(device.count("offline")).isZero();
            platform.wire().heal();
            JsonNode done = job.awaitFinal(id);
            assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
            assertThat(done.get("reason").asText()).isEqualTo("LIMIT");
            job.assertRight(done, device.pouredOf(id));
        } finally {
            platform.wire().heal();
        }
    }

    @Test
    void everythingConfirmedIsStoredOnceHoweverOftenTheLineBreaks() {
        History history = new History();
        try (Poster device =
                Poster.connect(platform.mqtt(), platform.demo().get("devices").get(0), history)) {
            for (int round = 1; round <= 6; round++) {
                device.post(50);
                int due = 50 * round;
                Wait.until("all are confirmed", HEALS, () -> device.acked() >= due);
                platform.wire().cut();
                device.post(10);
                Wait.pause(100L * round);
                platform.wire().heal();
            }
            Wait.until("all are confirmed", HEALS, () -> device.acked() == 360);
            History.Verdict verdict = history.settle(platform::posts, HEALS);
            System.out.println(verdict.line("a line that breaks"));
            assertThat(verdict.clean()).isTrue();
        } finally {
            platform.wire().heal();
        }
    }

    @Test
    void aDeviceIsWatchedThroughTheDoor() {
        Api admin = platform.admin();
        try (DemoDevice device = platform.device(0)) {
            String opened = "/devices/" + platform.deviceId(0) + "/debug-sessions";
            String session =
                    admin.post(opened, Map.of("minutes", 1)).data().get("session_id").asText();
            Wait.until("an order is poured", HEALS, () -> poured(device));
            List<String> seen = new ArrayList<>();
            String path = "/debug-sessions/" + session;
            String next = path + "/traffic";
            for (int page = 1; page > 0; ) {
                JsonNode traffic = admin.get(next).data();
                traffic.get("items").forEach(i -> seen.add(i.path("kind").asText()));
                next = path + "/traffic?after=" + traffic.get("cursor").asText();
                page = traffic.get("items").size();
            }
            assertThat(seen).containsSubsequence("service", "property_post");
            JsonNode latency = admin.post(path + "/latency", Map.of("samples", 2)).data();
            assertThat(latency.at("/cloud/min_ms").asDouble()).isPositive();
            System.out.println("DEBUG latency through the door " + latency);
            assertThat(device.count("offline")).isZero();
        }
    }

    @Test
    void cloudAndEdgeStartAgain() {
        try (DemoDevice device = platform.device(0)) {
            platform.killCloud();
            platform.startCloud();
            platform.awaitCloud();
            Wait.until("an order is poured again", HEALS, () -> poured(device));
            assertThat(device.count("offline")).isZero();
        }
        platform.killEdge();
        platform.startEdge();
        platform.awaitEdge();
        try (DemoDevice device = platform.device(0)) {
            Wait.until("an order is poured again", HEALS, () -> poured(device));
        }
    }

    /** Orders a little and sees it through; false when it came to nothing. */
    private static boolean poured(DemoDevice device) {
        Api.Answer answer = job.tryOrder(platform.deviceId(0), 100);
        if (answer.status() != 202) {
            return false;
        }
        JsonNode done = job.awaitFinal(answer.data().get("dispense_id").asText());
        if (done.get("state").asText().equals("VOIDED")) {
            return false;
        }
        job.assertRight(done, device.pouredOf(done.get("dispense_id").asText()));
        return true;
    }

    /** A certificate that was stolen, or a gateway that went bad: it speaks for itself only. */
    @Test
    void aStolenCertificateWritesNoFactAndReadsNoSecretOfAForeignDevice() throws Exception {
        try (Thief thief = Thief.enrol(platform, "edge-9")) {
            JsonNode device = platform.demo().get("devices").get(0);
            String id = device.get("device_id").asText();
            assertThat(thief.lookup("edge-1", device)).isEqualTo("FORBIDDEN");
            assertThat(thief.lookup("edge-9", device)).isEqualTo("NOT_FOUND");
            assertThat(thief.changes("edge-1")).isEqualTo("FORBIDDEN");
            assertThat(thief.changes("edge-9")).isEqualTo("0 devices");

            assertThat(thief.post("edge-9", id, 777_777)).as("its own frame is taken").isTrue();
            Wait.until(
                    "the fact is in the quarantine",
                    HEALS,
                    () -> platform.quarantined("edge-9") > 0);
            assertThat(numbers(id)).doesNotContain(777_777L);
            assertThat(thief.post("edge-1", id, 888_888)).as("a frame of another").isFalse();
            assertThat(numbers(id)).doesNotContain(888_888L);
            assertThat(platform.quarantined("edge-1")).isZero();

            assertThat(platform.revoke("edge-9")).isEqualTo(201);
            Wait.until("it is cut off", Duration.ofSeconds(10), () -> !thief.up());
            Wait.until("and told why", HEALS, () -> thief.trouble().contains("403"));
        }
    }

    /** The numbers in the device's stored posts. */
    private static List<Long> numbers(String deviceId) {
        List<Long> found = new ArrayList<>();
        platform.posts(deviceId, (epoch, number) -> found.add(number));
        return found;
    }
}
