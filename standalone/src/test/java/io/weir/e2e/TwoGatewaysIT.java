package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/** Devices that move between two gateways, one of which may be dead with facts on its disk. */
class TwoGatewaysIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    /** A dispense without an end is settled when the time for one is over, here soon. */
    private static final Map<String, String> HURRIED =
            Map.of(
                    "WEIR_DISPENSE_SECONDS_BASE", "5",
                    "WEIR_DISPENSE_SECONDS_FACTOR", "1",
                    "WEIR_DISPENSE_ORPHAN_GRACE", "PT2S",
                    "WEIR_FORWARDER_ALIVE_EVERY", "PT2S",
                    "WEIR_DISPENSE_SETTLER_SWEEP", "PT1S");

    private static SplitPlatform platform;
    private static Gateway second;
    private static MainJob job;

    @BeforeAll
    static void start() {
        platform = SplitPlatform.start("gateways", HURRIED);
        second = platform.gateway("edge-2").start();
        job = new MainJob(platform);
    }

    @AfterAll
    static void stop() {
        second.close();
        platform.close();
    }

    @Test
    void whatADeadGatewayHadConfirmedIsStoredOnceWhenItReturnsThoughTheDeviceHasMovedOn() {
        JsonNode triple = new KillFleet(platform).make(1).getFirst();
        History history = new History();
        try (Poster device = Poster.connect(platform.mqtt(), triple, history)) {
            device.post(50);
            awaitStored(device, 50);
            platform.killKafka();
            device.post(50);
            Wait.until("the journal confirms", SOON, () -> device.acked() == 100);
            platform.killEdge();
            platform.startKafka();
            platform.awaitKafka();

            assign(device.deviceId(), "edge-2");
            device.moveTo(second.mqtt());
            device.post(50);
            Wait.until("the other confirms", SOON, () -> device.acked() == 150);
            awaitStored(device, 100);

            platform.startEdge();
            platform.awaitEdge();
            awaitStored(device, 150);
            platform.killEdge();
            platform.startEdge();
            platform.awaitEdge();
            device.post(10);
            awaitStored(device, 160);
            History.Verdict verdict = history.judge(platform::posts);
            System.out.println(verdict.line("a gateway that returns"));
            assertThat(verdict.clean()).isTrue();
        }
    }

    @Test
    void aDeviceThatMovesWhileItPoursIsStoppedThereAndItsDispenseHasOneEnd() {
        String deviceId = platform.deviceId(0);
        try (DemoDevice device = platform.device(0, "--flow", "40")) {
            String id = job.order(0, 1500);
            job.awaitState(id, "RUNNING");
            Wait.until("some water flows", SOON, () -> device.pouredOf(id) > 60);
            assign(deviceId, "edge-2");
            device.tell("broker mqtt://" + second.mqtt());

            JsonNode closed = device.awaitEvent("closed", id, SOON);
            assertThat(closed.get("reason").asText()).isEqualTo("stopped");
            JsonNode done = job.awaitFinal(id);
            assertThat(done.get("state").asText()).isEqualTo("CAPTURED");
            job.assertRight(done, device.pouredOf(id));
            assertThat(done.get("reason").asText()).isEqualTo("MOVED");
            assertThat(done.get("billed_ml").asLong())
                    .as("the counters of both gateways are one end")
                    .isBetween(device.pouredOf(id) - 1, device.pouredOf(id));
            assertThat(device.openings(id)).isEqualTo(1);
            assertThat(job.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
            Wait.until("its water is nobody's no more", SOON, () -> unattributedMl(deviceId) == 0);

            assertThat(device.openings(awaitNextPour())).isEqualTo(1);
        } finally {
            assign(deviceId, "edge-1");
        }
    }

    /** A device that has only just shut its valve there may be given back an order or two. */
    private static String awaitNextPour() {
        return Wait.forValue(
                "it pours there",
                SOON,
                () -> {
                    String id = job.order(0, 200);
                    String state = job.awaitFinal(id).get("state").asText();
                    return state.equals("CAPTURED") ? id : null;
                });
    }

    private static long unattributedMl(String deviceId) {
        long ml = 0;
        for (JsonNode one : platform.vendor().get("/operations/unattributed").data()) {
            ml += one.get("device_id").asText().equals(deviceId) ? one.get("ml").asLong() : 0;
        }
        return ml;
    }

    /** The cloud knows a gateway as soon as it was asked something by it. */
    private static void assign(String deviceId, String gateway) {
        Api admin = platform.admin();
        Wait.until(
                deviceId + " is assigned to " + gateway,
                SOON,
                () ->
                        admin.put("/devices/" + deviceId + "/gateway", Map.of("gateway", gateway))
                                        .status()
                                == 201);
    }

    private static void awaitStored(Poster device, int many) {
        Wait.until(many + " are stored", SOON, () -> platform.stored(device.deviceId()) == many);
    }
}
