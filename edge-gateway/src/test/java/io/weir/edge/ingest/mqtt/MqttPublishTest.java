package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What happens to a publish: journal, meter, PUBACK, reply, in this order. */
class MqttPublishTest {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static String quiet(String params) {
        return "{\"id\":\"1\",\"sys\":{\"ack\":0},\"params\":" + params + "}";
    }

    @Test
    void aPropertyPostIsJournaledAcknowledgedAndAnswered() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(POST, "{\"id\":\"77\",\"params\":{\"total_ml\":500}}", 1, 21);
            RawMqtt.Packet ack = device.read();
            assertThat(ack.type()).isEqualTo(RawMqtt.PUBACK);
            assertThat(ack.packetId()).isEqualTo(21);
            RawMqtt.Packet reply = device.read();
            assertThat(reply.topic()).isEqualTo(POST + "_reply");
            assertThat(reply.payload())
                    .isEqualTo(
                            "{\"id\":\"77\",\"code\":200,\"message\":\"success\",\"method\":"
                                + "\"thing.event.property.post\",\"version\":\"1.0\",\"data\":{}}");
        }
        var logged = rig.log.of(FactKind.PROPERTY_POST).getFirst();
        assertThat(logged.lane()).isEqualTo(Lane.TELEMETRY);
        assertThat(logged.entry().device()).isEqualTo(DEVICE);
        assertThat(logged.entry().epoch()).isEqualTo(1);
        assertThat(logged.text()).isEqualTo("{\"total_ml\":500}");
    }

    @Test
    void noPubackNoReplyNoMeterBeforeTheFsync() throws Exception {
        try (RawMqtt device = rig.device(DN)) {
            rig.log.hold = true;
            for (int i = 1; i <= 20; i++) {
                device.publish(POST, "{\"id\":1,\"params\":{\"total_ml\":" + i + "}}", 1, i);
            }
            GatewayRig.await(() -> rig.log.waiting() >= 20);
            assertThat(rig.inlet.reports).isEmpty();
            device.socket().setSoTimeout(150);
            org.assertj.core.api.Assertions.assertThatThrownBy(device::read)
                    .hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
            device.socket().setSoTimeout(10_000);
            rig.log.sync();
            for (int i = 1; i <= 20; i++) {
                assertThat(device.read().packetId()).isEqualTo(i);
                assertThat(device.read().type()).isEqualTo(RawMqtt.PUBLISH);
            }
            assertThat(rig.inlet.reports).hasSize(20);
            assertThat(rig.inlet.reports.getLast().totalMl()).isEqualTo(20);
        }
    }

    @Test
    void rejectedKeysAreNamedAndTheRestIsKept() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(
                    POST,
                    "{\"id\":5,\"params\":{\"total_ml\":1,\"temperature\":999,\"nope\":1,"
                            + "\"ba\\\"d\":1}}",
                    0,
                    0);
            String reply = device.read().payload();
            assertThat(reply)
                    .startsWith("{\"id\":5,\"code\":200,\"message\":\"success\",")
                    .endsWith(
                            "\"data\":{\"temperature\":\"out of range\",\"nope\":\"property not"
                                    + " found\"}}");
            assertThat(rig.log.of(FactKind.PROPERTY_POST).getFirst().text())
                    .isEqualTo("{\"total_ml\":1}");
            device.publish(POST, "{\"id\":6,\"params\":{\"nope\":1}}", 1, 3);
            assertThat(device.read().packetId()).isEqualTo(3);
            assertThat(device.read().payload()).contains("\"code\":200");
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
        }
    }

    @Test
    void badPayloadsGetTheirCodeAndAreNotRetriedForEver() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(POST, "\u0000\u0001 no json", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            assertThat(device.read().payload()).contains("\"id\":\"\",\"code\":6207,");
            device.publish(POST, "{\"id\":\"2\",\"params\":\"{}\"}", 1, 2);
            assertThat(device.read().packetId()).isEqualTo(2);
            assertThat(device.read().payload()).contains("\"id\":\"2\",\"code\":460,");
            device.publish(POST, "", 1, 3);
            assertThat(device.read().packetId()).isEqualTo(3);
            assertThat(device.read().payload()).contains("\"code\":6207,");
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
    }

    @Test
    void eventsGoByTheirLevelAndTheMeterHears() {
        try (RawMqtt device = rig.device(DN)) {
            String end = "{\"dispense_id\":\"d1\",\"total_ml\":9,\"reason\":\"button\"}";
            device.publish(
                    GatewayRig.topic(DN, "event/dispense_end/post"),
                    "{\"id\":\"1\",\"params\":" + end + "}",
                    1,
                    1);
            assertThat(device.read().packetId()).isEqualTo(1);
            assertThat(device.read().payload())
                    .contains("\"code\":200", "\"method\":\"thing.event.dispense_end.post\"");
            device.publish(
                    GatewayRig.topic(DN, "event/fault/post"),
                    "{\"id\":\"2\",\"params\":{\"value\":{\"code\":\"E1\"},\"time\":5}}",
                    1,
                    2);
            assertThat(device.read().packetId()).isEqualTo(2);
            assertThat(device.read().payload()).contains("\"code\":200");
            device.publish(
                    GatewayRig.topic(DN, "event/fault/post"),
                    "{\"id\":\"3\",\"params\":{\"code\":7}}",
                    1,
                    3);
            assertThat(device.read().packetId()).isEqualTo(3);
            assertThat(device.read().payload()).contains("\"code\":460");
            var events = rig.log.of(FactKind.EVENT_POST);
            assertThat(events).hasSize(2);
            assertThat(events.get(0).lane()).isEqualTo(Lane.TELEMETRY);
            assertThat(events.get(0).entry().name()).isEqualTo("dispense_end");
            assertThat(events.get(1).lane()).isEqualTo(Lane.ALARM);
            assertThat(events.get(1).text()).isEqualTo("{\"code\":\"E1\"}");
            assertThat(rig.inlet.told)
                    .contains("event dispense_end " + end, "event fault {\"code\":\"E1\"}");
        }
    }

    @Test
    void theMeterHearsOfCountersThatMovedOrOfAllWhileADispenseRuns() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(POST, quiet("{\"total_ml\":5,\"boot_id\":\"b\",\"uptime_s\":1}"), 1, 1);
            device.publish(POST, quiet("{\"total_ml\":5,\"boot_id\":\"b\",\"uptime_s\":2}"), 1, 2);
            device.publish(POST, quiet("{\"temperature\":21}"), 1, 3);
            device.publish(POST, quiet("{\"pulse_total\":1,\"work_s\":2}"), 1, 4);
            for (int i = 1; i <= 4; i++) {
                assertThat(device.read().packetId()).isEqualTo(i);
            }
            assertThat(rig.inlet.reports).hasSize(2);
            var first = rig.inlet.reports.get(0);
            assertThat(first.totalMl()).isEqualTo(5);
            assertThat(first.bootId()).isEqualTo("b");
            assertThat(first.uptimeS()).isEqualTo(1);
            assertThat(first.pulseTotal()).isNull();
            assertThat(rig.inlet.reports.get(1).pulseTotal()).isEqualTo(1);
            rig.inlet.open.add(DEVICE);
            device.publish(POST, quiet("{\"total_ml\":5}"), 1, 5);
            assertThat(device.read().packetId()).isEqualTo(5);
            assertThat(rig.inlet.reports).hasSize(3);
        }
    }

    @Test
    void aRefusedEntryIsNotAcknowledgedAndItsCountersAreToldAgain() {
        try (RawMqtt device = rig.device(DN)) {
            rig.log.refuse = true;
            device.publish(POST, quiet("{\"total_ml\":5}"), 1, 1);
            GatewayRig.await(
                    () ->
                            rig.count(
                                            "weir.ingest.messages",
                                            "transport",
                                            "mqtt",
                                            "kind",
                                            "property_post",
                                            "outcome",
                                            "refused")
                                    == 1);
            rig.log.refuse = false;
            device.publish(POST, quiet("{\"total_ml\":5}"), 1, 2);
            assertThat(device.read().packetId()).isEqualTo(2);
            assertThat(rig.inlet.reports).hasSize(1);
        }
    }

    @Test
    void beyondTheInFlightBoundQos0IsDroppedAndQos1Closes() {
        try (RawMqtt device = rig.device(DN)) {
            rig.log.hold = true;
            for (int i = 1; i <= 100; i++) {
                device.publish(POST, quiet("{\"total_ml\":1}"), 1, i);
            }
            device.publish(POST, quiet("{\"total_ml\":1}"), 0, 0);
            GatewayRig.await(
                    () ->
                            rig.count(
                                            "weir.ingest.messages",
                                            "transport",
                                            "mqtt",
                                            "kind",
                                            "property_post",
                                            "outcome",
                                            "dropped")
                                    == 1);
            device.publish(POST, quiet("{\"total_ml\":1}"), 1, 101);
            device.untilClosed();
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(100);
        }
    }

    @Test
    void aRepeatedPacketInFlightIsJournaledOnce() {
        try (RawMqtt device = rig.device(DN)) {
            rig.log.hold = true;
            device.publish(POST, quiet("{\"total_ml\":1}"), 1, 5);
            GatewayRig.await(() -> rig.log.waiting() >= 1);
            device.send(RawMqtt.publishPacket(POST, quiet("{\"total_ml\":1}"), 1, 5, true));
            device.publish(POST, quiet("{\"total_ml\":2}"), 1, 6);
            GatewayRig.await(() -> rig.log.waiting() >= 2);
            rig.log.sync();
            assertThat(device.read().packetId()).isEqualTo(5);
            assertThat(device.read().packetId()).isEqualTo(6);
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(2);
    }

    @Test
    void aTopicOfAnotherDeviceIsNotAcknowledgedAndEndsTheConnection() {
        try (RawMqtt device = rig.device(DN);
                RawMqtt victim = rig.device("dev-02")) {
            device.publish(
                    GatewayRig.topic("dev-02", "event/property/post"),
                    quiet("{\"total_ml\":9999}"),
                    1,
                    1);
            assertThat(device.read()).isNull();
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
            victim.publish(
                    GatewayRig.topic("dev-02", "event/property/post"),
                    quiet("{\"total_ml\":1}"),
                    1,
                    1);
            assertThat(victim.read().packetId()).isEqualTo(1);
        }
    }

    @Test
    void qos2EndsTheConnection() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(POST, quiet("{\"total_ml\":1}"), 2, 1);
            assertThat(device.read()).isNull();
        }
    }

    @Test
    void theLargestMessagePassesAndALargerOneEndsTheConnection() {
        try (RawMqtt device = rig.device(DN)) {
            String head = "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1},\"x\":\"";
            String large = head + "a".repeat(262_144 - head.length() - 2) + "\"}";
            device.publish(POST, large, 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
            try {
                device.publish(POST, large + " ".repeat(2000), 1, 2);
            } catch (java.io.UncheckedIOException e) {
                // Cut off while still sending.
                assertThat(e).hasMessageContaining("");
            }
            device.untilClosed();
            GatewayRig.await(() -> rig.lines.size() == 0);
        }
    }

    @Test
    void otherOwnTopicsAreAcknowledgedAndIgnored() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish("/ext/ntp/pkDemo00001/dev-01/other", "{}", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            device.publish("/sys/pkDemo00001/dev-01/thing/no/such", "{}", 1, 2);
            assertThat(device.read().packetId()).isEqualTo(2);
            assertThat(
                            rig.count(
                                    "weir.ingest.messages",
                                    "transport",
                                    "mqtt",
                                    "kind",
                                    "other",
                                    "outcome",
                                    "ignored"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aPeerThatReadsNothingIsCutOff() {
        try (RawMqtt device = rig.device(DN)) {
            // Each post earns a reply of ~400 bytes that is never read.
            String post = "{\"id\":\"" + "i".repeat(200) + "\",\"params\":{\"nope\":1}}";
            byte[] packet = RawMqtt.publishPacket(POST, post, 0, 0, false);
            byte[] many = new byte[packet.length * 50];
            for (int i = 0; i < 50; i++) {
                System.arraycopy(packet, 0, many, i * packet.length, packet.length);
            }
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 4000; i++) {
                                    device.send(many);
                                }
                            })
                    .isInstanceOf(java.io.UncheckedIOException.class);
        }
        assertThat(rig.count("weir.mqtt.cut")).isEqualTo(1);
    }
}
