package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Rows of the table of refusals in docs/mqtt.md, byte by byte, in MQTT 5 and in 3.1.1. */
class RefusalTableTest {
    private static final String OWN = "/" + PK + "/" + DN + "/user/gone";
    private static final String FOREIGN = GatewayRig.topic("dev-02", "event/property/post");
    private static final int WILL_QOS_2 = 0x14;
    private static final int WILL_QOS_0 = 0x04;
    private static final int WILL_RETAINED = 0x24;
    private static final int DISCONNECT = 14;
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, MqttConfigs.with(1000, 1), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] packet(int first, Body body) {
        try {
            var content = new ByteArrayOutputStream();
            body.write(new DataOutputStream(content));
            var out = new ByteArrayOutputStream();
            out.write(first);
            for (int left = content.size(), more = 1; more > 0; left >>>= 7) {
                more = left >>> 7;
                out.write(more > 0 ? left & 0x7f | 0x80 : left);
            }
            content.writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The version is 5 or 4; a will only when its flags say so. */
    private static byte[] connect(int version, int keepAlive, int will, String topic, int delay) {
        boolean v5 = version == 5;
        return packet(
                0x10,
                out -> {
                    out.writeUTF("MQTT");
                    out.writeByte(version);
                    out.writeByte(0xc0 | (delay > 0 ? 0 : 2) | will);
                    out.writeShort(keepAlive);
                    if (v5) {
                        // Session expiry 100 s.
                        out.write(delay > 0 ? new byte[] {5, 0x11, 0, 0, 0, 100} : new byte[1]);
                    }
                    out.writeUTF(GatewayRig.clientId("cid"));
                    if (will != 0) {
                        if (v5) {
                            byte[] wait = {5, 0x18, 0, 0, 0, (byte) delay};
                            out.write(delay > 0 ? wait : new byte[1]);
                        }
                        out.writeUTF(topic);
                        out.writeUTF("gone");
                    }
                    out.writeUTF(DN + "&" + PK);
                    out.writeUTF(GatewayRig.password("cid", DN, SECRET));
                });
    }

    private int connack(int version, int will, String topic) {
        try (RawMqtt device = new RawMqtt(rig.port)) {
            return device.send(connect(version, 60, will, topic, 0)).connack() & 0xff;
        }
    }

    private RawMqtt v5(int keepAlive) {
        return in(connect(5, keepAlive, 0, "", 0));
    }

    private RawMqtt in(byte[] connect) {
        RawMqtt device = new RawMqtt(rig.port).send(connect);
        assertThat(device.connack()).isZero();
        return device;
    }

    private static void cut(RawMqtt device, int reason) {
        RawMqtt.Packet p = device.read();
        assertThat(p.type()).isEqualTo(DISCONNECT);
        assertThat(p.body()[0] & 0xff).isEqualTo(reason);
        assertThat(device.read()).isNull();
    }

    private static byte[] publish5(String topic, int qos, int id) {
        return packet(
                0x30 | qos << 1,
                out -> {
                    out.writeUTF(topic);
                    if (qos > 0) {
                        out.writeShort(id);
                    }
                    out.writeByte(0);
                    out.writeBytes("{}");
                });
    }

    /** The codes of SUBACK. */
    private static int[] suback(RawMqtt device, boolean v5, String... filters) {
        device.send(
                packet(
                        0x82,
                        out -> {
                            out.writeShort(7);
                            if (v5) {
                                out.writeByte(0);
                            }
                            for (String filter : filters) {
                                out.writeUTF(filter);
                                out.writeByte(1);
                            }
                        }));
        byte[] body = device.read().body();
        int[] codes = new int[filters.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = body[body.length - codes.length + i] & 0xff;
        }
        return codes;
    }

    @Test
    void aWillThatMayNotBeLeftIsRefusedInConnack() {
        assertThat(connack(5, WILL_QOS_2, OWN)).isEqualTo(0x9b);
        assertThat(connack(5, WILL_RETAINED, OWN)).isEqualTo(0x9a);
        assertThat(connack(5, WILL_QOS_0, FOREIGN)).isEqualTo(0x90);
        assertThat(connack(4, WILL_QOS_2, OWN)).isEqualTo(5);
        assertThat(connack(4, WILL_RETAINED, OWN)).isEqualTo(5);
        assertThat(connack(4, WILL_QOS_0, FOREIGN)).isEqualTo(5);
        assertThat(rig.count("weir.mqtt.connects", "result", "will")).isEqualTo(6);
        assertThat(rig.lines.size()).isZero();
    }

    @Test
    void aQos0PublishOnAForeignTopicEndsTheConnection() {
        try (RawMqtt device = v5(60)) {
            cut(device.send(publish5(FOREIGN, 0, 0)), 0x87);
        }
        try (RawMqtt device = rig.device(DN)) {
            assertThat(device.publish(FOREIGN, "{}", 0, 0).read()).isNull();
        }
    }

    @Test
    void tenForeignPublishesAreAnsweredAndTheNextEndsTheConnection() {
        try (RawMqtt device = v5(60)) {
            for (int i = 1; i <= 10; i++) {
                RawMqtt.Packet ack = device.send(publish5(FOREIGN, 1, i)).read();
                assertThat(ack.type()).isEqualTo(RawMqtt.PUBACK);
                assertThat(ack.packetId()).isEqualTo(i);
                assertThat(ack.body()[2] & 0xff).isEqualTo(0x87);
            }
            cut(device.send(publish5(FOREIGN, 1, 11)), 0x87);
        }
    }

    @Test
    void silenceForOneAndAHalfKeepAlivesEndsTheConnection() {
        long begun = System.nanoTime();
        try (RawMqtt device = v5(2)) {
            cut(device, 0x8d);
        }
        assertThat((System.nanoTime() - begun) / 1_000_000).isBetween(2_900L, 8_000L);
        begun = System.nanoTime();
        try (RawMqtt device = in(connect(4, 2, 0, "", 0))) {
            assertThat(device.read()).isNull();
        }
        assertThat((System.nanoTime() - begun) / 1_000_000).isBetween(2_900L, 8_000L);
    }

    @Test
    @Tag("cell:shared-subscription-refused/mqtt-5/raw")
    void subackSaysWhyNot() {
        String own = GatewayRig.topic(DN, "service/");
        String[] refused = {"$share/g" + own + "a", "/sys/#/a", own + "a+", "#"};
        String[] many = new String[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = own + i;
        }
        try (RawMqtt device = v5(60)) {
            assertThat(suback(device, true, refused)).containsExactly(0x9e, 0x8f, 0x8f, 0x87);
            int[] codes = suback(device, true, many);
            assertThat(codes[99]).isEqualTo(1);
            assertThat(codes[100]).isEqualTo(0x97);
        }
        try (RawMqtt device = in(connect(4, 60, 0, "", 0))) {
            assertThat(suback(device, false, refused)).containsOnly(0x80);
            int[] codes = suback(device, false, many);
            assertThat(codes[99]).isEqualTo(1);
            assertThat(codes[100]).isEqualTo(0x80);
        }
    }

    @Test
    @Tag("cell:will-delay/mqtt-5/raw")
    void aDelayedWillWaitsForTheDeviceToComeBack() throws Exception {
        in(connect(5, 60, WILL_QOS_0, OWN, 2)).close();
        GatewayRig.await(() -> rig.lines.size() == 0);
        try (RawMqtt back = rig.device(DN)) {
            Thread.sleep(2_500);
            assertThat(wills()).as("it came back in time").isZero();
            assertThat(back.socket().isConnected()).isTrue();
        }
        GatewayRig.await(() -> rig.lines.size() == 0);
        long begun = System.nanoTime();
        in(connect(5, 60, WILL_QOS_0, OWN, 2)).close();
        GatewayRig.await(() -> wills() == 1);
        assertThat((System.nanoTime() - begun) / 1_000_000).isGreaterThan(1_900);
    }

    private double wills() {
        return rig
                .metrics
                .registry()
                .find("weir.ingest.messages")
                .tags("transport", "mqtt", "kind", "message")
                .counters()
                .stream()
                .mapToDouble(c -> c.count())
                .sum();
    }
}
