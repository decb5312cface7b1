package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Edge and cloud as two processes on a real PostgreSQL and a real Kafka: the main job, the link
 * that breaks, and each of the two started again while the other runs.
 */
class SplitIT {
    private static final Duration HEALS = Duration.ofSeconds(30);
    private static final Duration POURED = Duration.ofSeconds(40);

    private static SplitPlatform platform;
    private static MainJob job;

    @BeforeAll
    static void start() {
        platform = SplitPlatform.start("split", Map.of());
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void theMainJobRunsOverTwoProcesses() {
        BigDecimal before = job.wallet("available");
        try (DemoDevice device = platform.device(0)) {
            JsonNode done = job.awaitFinal(job.order(0, 500));
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

    /** The link test: what was ordered is poured, metered and stopped with no cloud in sight. */
    @Test
    void threeDispensesEndAtTheirLimitWhileTheCloudIsDownAndAreCapturedAfterwards() {
        List<DemoDevice> devices = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        List<Long> poured = new ArrayList<>();
        // The timed one is rated at 100 ml/s, so it pours at that; the others take their time.
        List<String> flow = List.of("60", "100", "60");
        List<Integer> ordered = List.of(500, 900, 600);
        try {
            for (int mode = 0; mode < 3; mode++) {
                devices.add(platform.device(mode, "--flow", flow.get(mode)));
            }
            for (int mode = 0; mode < 3; mode++) {
                ids.add(job.order(mode, ordered.get(mode)));
            }
            ids.forEach(id -> job.awaitState(id, "RUNNING"));
            platform.killCloud();
            for (int i = 0; i < 3; i++) {
                JsonNode closed = devices.get(i).awaitEvent("closed", ids.get(i), POURED);
                assertThat(closed.get("reason").asText()).isEqualTo("stopped");
                assertThat(closed.get("of_dispense").asLong())
                        .as("by the device's own count")
                        .isBetween(ordered.get(i) - 50L, ordered.get(i) + 120L);
                poured.add(devices.get(i).pouredOf(ids.get(i)));
            }
            devices.get(0).close();
            devices.set(0, platform.connect(0));
            assertThat(devices.get(1).count("offline") + devices.get(2).count("offline")).isZero();

            platform.startCloud();
            platform.awaitCloud();
            for (int i = 0; i < 3; i++) {
                JsonNode done = job.awaitFinal(ids.get(i));
                assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
                assertThat(done.get("reason").asText()).isEqualTo("LIMIT");
                job.assertRight(done, poured.get(i));
            }
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
        } finally {
            devices.forEach(DemoDevice::close);
        }
    }

    /** Offline quota: a code from beforehand opens the valve while there is no cloud. */
    @Test
    void aCodePoursWhileTheCloudIsDownIsCapturedOnceAndTheRestGoesBackOnTheGatewaysWord() {
        BigDecimal before = job.wallet("available");
        try (DemoDevice device = platform.device(0, "--flow", "60")) {
            JsonNode grant = job.grant(0, 300, 2, "code");
            String id = grant.get("grant_id").asText();
            job.awaitSlices(id, "TAKEN", 2);
            JsonNode spent = grant.get("slices").get(0);
            JsonNode other = grant.get("slices").get(1);
            String dispense = spent.get("dispense_id").asText();
            platform.killCloud();

            device.tell("code 0123456789AB");
            device.tell("code " + spent.get("code").asText().toLowerCase(java.util.Locale.ROOT));
            device.awaitEvent("closed", dispense, POURED);
            long poured = device.pouredOf(dispense);
            assertThat(poured).isBetween(250L, 420L);
            device.tell("code " + spent.get("code").asText());
            platform.killEdge();
            platform.startEdge();
            platform.awaitEdge();
            Wait.until("the device is back", HEALS, () -> device.count("online") == 2);
            device.tell("code " + spent.get("code").asText());
            device.tell("code " + other.get("code").asText());
            Wait.pause(3_000);
            assertThat(device.openings(dispense)).as("a code is good once").isEqualTo(1);
            assertThat(device.openings(other.get("dispense_id").asText()))
                    .as("a restarted gateway's clock is not believed before the cloud has spoken")
                    .isZero();

            platform.startCloud();
            platform.awaitCloud();
            job.awaitSlices(id, "DEBITED", 1);
            JsonNode done = job.awaitFinal(dispense);
            assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
            job.assertRight(done, poured);
            assertThat(job.wallet("held"))
                    .as("the other slice is reserved still")
                    .isEqualByComparingTo(MainJob.price(300));
            job.member().post("/grants/" + id + "/recall", java.util.Map.of());
            job.awaitSlices(id, "RELEASED", 1);
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
            assertThat(job.wallet("available"))
                    .isEqualByComparingTo(before.subtract(done.get("charged").decimalValue()));
        }
    }

    @Test
    void theCloudStartsAgainUnderARunningEdgeAndDevicesStayConnected() {
        try (DemoDevice device = platform.device(0)) {
            platform.stopCloud();
            platform.startCloud();
            platform.awaitCloud();
            dispensesAgain(device, "the cloud was stopped and started");
            platform.killCloud();
            platform.startCloud();
            platform.awaitCloud();
            dispensesAgain(device, "the cloud was killed and started");
            assertThat(device.count("online")).isEqualTo(1);
            assertThat(device.count("offline")).isZero();
        }
    }

    @Test
    void theEdgeStartsAgainUnderARunningCloud() {
        try (DemoDevice device = platform.device(0)) {
            platform.stopEdge();
            platform.startEdge();
            platform.awaitEdge();
            dispensesAgain(device, "the edge was stopped and started");
            platform.killEdge();
            platform.startEdge();
            platform.awaitEdge();
            dispensesAgain(device, "the edge was killed and started");
        }
    }

    @Test
    void theEdgeStartsAndServesKnownDevicesWithNoCloudInSight() {
        platform.stopCloud();
        platform.stopEdge();
        try {
            platform.startEdge();
            platform.awaitEdge();
            History history = new History();
            try (Poster device = Poster.connect(platform.mqtt(), demoDevice(0), history)) {
                device.post(20);
                Wait.until("all are confirmed", HEALS, () -> device.acked() == 20);
                platform.startCloud();
                platform.awaitCloud();
                assertThat(history.settle(platform::posts, HEALS).clean()).isTrue();
            }
        } finally {
            if (!platform.cloudProcess().alive()) {
                platform.startCloud();
                platform.awaitCloud();
            }
        }
    }

    private static JsonNode demoDevice(int mode) {
        return platform.demo().get("devices").get(mode);
    }

    /** From the moment that both are up: orders until one is poured and paid. */
    private static void dispensesAgain(DemoDevice device, String what) {
        long from = System.nanoTime();
        String id = null;
        while (id == null) {
            assertThat(Duration.ofNanos(System.nanoTime() - from)).as(what).isLessThan(HEALS);
            id = orderAndOpen(device);
        }
        System.out.printf(
                "LINK %s: water flows %d ms after READY%n",
                what, Duration.ofNanos(System.nanoTime() - from).toMillis());
        JsonNode done = job.awaitFinal(id);
        assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
        job.assertRight(done, device.pouredOf(id));
    }

    /** The dispense's number once the device was told to open; null when it came to nothing. */
    private static String orderAndOpen(DemoDevice device) {
        Api.Answer answer = job.tryOrder(platform.deviceId(0), 200);
        if (answer.status() != 202) {
            Wait.pause(200);
            return null;
        }
        String id = answer.data().get("dispense_id").asText();
        boolean[] opened = new boolean[1];
        Wait.until(
                id + " opens or is given up",
                HEALS,
                () -> {
                    opened[0] = device.openings(id) > 0;
                    return opened[0] || job.get(id).get("state").asText().equals("VOIDED");
                });
        return opened[0] ? id : null;
    }
}
