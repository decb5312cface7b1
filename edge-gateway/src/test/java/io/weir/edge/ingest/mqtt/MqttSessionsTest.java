package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.edge.EdgeApi.Publish;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.model.fact.FactKind;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sessions that outlive their connections, byte by byte in MQTT 3.1.1. */
class MqttSessionsTest {
    private static final String SET = GatewayRig.topic(DN, "config/push");
    private static final String OWN = "/" + PK + "/" + DN + "/user/get";
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 2);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private RawMqtt dial() {
        byte[] connect =
                RawMqtt.connectPacket(
                        GatewayRig.clientId("cid"),
                        DN + "&" + PK,
                        GatewayRig.password("cid", DN, SECRET),
                        60);
        return new RawMqtt(rig.port).send(RawMqtt.lasting(connect));
    }

    private RawMqtt back(boolean present) {
        RawMqtt device = dial();
        assertThat(device.sessionPresent()).isEqualTo(present);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return device;
    }

    private void away(RawMqtt device) {
        device.close();
        GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
    }

    private boolean send(String topic, String text) {
        return rig.downlink
                .publish(new Publish(DEVICE, topic, text.getBytes(StandardCharsets.UTF_8), 1, true))
                .await()
                .kept();
    }

    private void refused(String topic, io.weir.model.problem.ErrorCode code) {
        assertThatThrownBy(() -> send(topic, "x"))
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.is(code)).as(e.getMessage()).isTrue());
    }

    private static void reads(RawMqtt device, String text, boolean again) {
        RawMqtt.Packet p = device.read();
        assertThat(p.type()).isEqualTo(RawMqtt.PUBLISH);
        assertThat(p.flags() & 2).isEqualTo(2);
        assertThat(p.payload()).endsWith(text);
        assertThat(p.again()).isEqualTo(again);
    }

    @Test
    @Tag("cell:persistent-session/mqtt/raw")
    void whatIsSentWhileAwayComesInOrderAndOnce() {
        away(back(false));
        assertThat(send(SET, "one")).isTrue();
        assertThat(send(SET, "two")).isTrue();
        try (RawMqtt device = back(true)) {
            RawMqtt.Packet one = device.read();
            assertThat(one.payload()).endsWith("one");
            assertThat(one.again()).isFalse();
            reads(device, "two", false);
            device.puback(one.letterId());
            away(device);
        }
        try (RawMqtt device = back(true)) {
            RawMqtt.Packet two = device.read();
            assertThat(two.payload()).endsWith("two");
            assertThat(two.again()).isTrue();
            device.puback(two.letterId());
            assertThat(send(SET, "three")).isFalse();
            reads(device, "three", false);
        }
    }

    @Test
    void aRestartedGatewayKnowsSessionAndLetters() {
        RawMqtt first = back(false);
        first.subscribe(1, "/" + PK + "/" + DN + "/user/+");
        assertThat(first.read().type()).isEqualTo(RawMqtt.SUBACK);
        assertThat(send(OWN, "unacked")).isFalse();
        int id = first.read().letterId();
        away(first);
        assertThat(send(OWN, "kept")).isTrue();
        rig.close();
        rig = new GatewayRig(folder, GatewayRig.config(), 2);
        try (RawMqtt device = back(true)) {
            RawMqtt.Packet again = device.read();
            assertThat(again.letterId()).isEqualTo(id);
            assertThat(again.again()).isTrue();
            reads(device, "kept", false);
        }
    }

    @Test
    void aTakenOverSessionGoesOn() {
        try (RawMqtt older = back(false)) {
            assertThat(send(SET, "one")).isFalse();
            reads(older, "one", false);
            try (RawMqtt newer = back(true)) {
                reads(newer, "one", true);
                older.untilClosed();
                assertThat(send(SET, "two")).isFalse();
                reads(newer, "two", false);
            }
        }
    }

    @Test
    void aCleanConnectForgets() {
        away(back(false));
        assertThat(send(SET, "one")).isTrue();
        away(rig.device(DN));
        refused(SET, CommandError.DEVICE_OFFLINE);
        away(back(false));
    }

    @Test
    void aFullQueueRefuses() {
        away(back(false));
        for (int i = 0; i < 100; i++) {
            assertThat(send(SET, "m" + i)).isTrue();
        }
        refused(SET, CommandError.TOO_MANY_COMMANDS);
        try (RawMqtt device = back(true)) {
            for (int i = 0; i < 100; i++) {
                RawMqtt.Packet p = device.read();
                assertThat(p.payload()).endsWith("m" + i);
                device.puback(p.letterId());
            }
        }
    }

    @Test
    void ownTopicsNeedASubscriptionAndItsQosBounds() {
        try (RawMqtt device = back(false)) {
            refused(OWN, CommonError.CONFLICT);
            device.send(
                    new byte[] {
                        (byte) 0x82, (byte) (5 + OWN.length()), 0, 1, 0, (byte) OWN.length()
                    });
            device.send(OWN.getBytes(StandardCharsets.UTF_8)).send(new byte[] {0});
            assertThat(device.read().body()).containsExactly(0, 1, 0);
            assertThat(send(OWN, "once")).isFalse();
            RawMqtt.Packet once = device.read();
            assertThat(once.flags()).isZero();
            assertThat(once.payload()).isEqualTo("once");
        }
    }

    @Test
    @Tag("cell:refusals/mqtt/raw")
    void retainedPublishesCloseAndAreNotJournaled() {
        try (RawMqtt device = back(false)) {
            byte[] post =
                    RawMqtt.publishPacket(
                            GatewayRig.topic(DN, "event/property/post"), "{}", 1, 1, false);
            post[0] |= 1;
            device.send(post);
            assertThat(device.read()).isNull();
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
    }
}
