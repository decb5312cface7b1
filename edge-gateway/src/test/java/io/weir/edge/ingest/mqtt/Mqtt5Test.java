package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;

import io.weir.api.edge.EdgeApi.Publish;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What MQTT 5 adds: with the HiveMQ client, and byte by byte where it is too well-behaved. */
class Mqtt5Test {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final String PUSH = GatewayRig.topic(DN, "config/push");
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, withWebSocket(GatewayRig.config()), 2);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static final int WS_PORT = GatewayRig.freePort();

    private static MqttConfig withWebSocket(MqttConfig c) {
        return new MqttConfig(
                c.port(),
                c.bind(),
                c.plain(),
                c.tlsPort(),
                c.certFile(),
                c.keyFile(),
                c.maxMessageBytes(),
                c.maxConnections(),
                3,
                c.outboundMax(),
                c.outboundBytes(),
                c.connectTimeout(),
                c.keepAliveMin(),
                c.keepAliveMax(),
                c.connectBurst(),
                c.connectPerMinute(),
                c.epochWait(),
                WS_PORT,
                0,
                "",
                "",
                false,
                c.queueMessages(),
                c.queueBytes(),
                c.queueTotalBytes(),
                Duration.ofHours(1));
    }

    private MqttClientBuilder builder(int port) {
        return MqttClient.builder()
                .identifier(GatewayRig.clientId("hive"))
                .serverHost("127.0.0.1")
                .serverPort(port);
    }

    private Mqtt5BlockingClient client(MqttClientBuilder builder) {
        return builder.useMqttVersion5()
                .simpleAuth()
                .username(DN + "&" + PK)
                .password(GatewayRig.password("hive", DN, SECRET).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private Mqtt5BlockingClient client() {
        return client(builder(rig.port));
    }

    private void send(String text) {
        rig.downlink
                .publish(new Publish(DEVICE, PUSH, text.getBytes(StandardCharsets.UTF_8), 1, true))
                .await();
    }

    @Test
    @Tag("cell:session-expiry/mqtt-5/hivemq")
    void aSessionLastsAsLongAsWeBothAgree() throws Exception {
        Mqtt5BlockingClient client = client();
        Mqtt5ConnAck ack =
                client.connectWith().cleanStart(false).sessionExpiryInterval(100_000).send();
        assertThat(ack.isSessionPresent()).isFalse();
        assertThat(ack.getSessionExpiryInterval()).hasValue(3600);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        client.disconnect();
        GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
        send("kept");
        try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            ack = client.connectWith().cleanStart(false).sessionExpiryInterval(100).send();
            assertThat(ack.isSessionPresent()).isTrue();
            Mqtt5Publish kept = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
            assertThat(kept.getPayloadAsBytes()).asString().isEqualTo("kept");
            assertThat(kept.getMessageExpiryInterval().orElse(0)).isBetween(3500L, 3600L);
        }
        client.disconnectWith().sessionExpiryInterval(0).send();
        GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
        ack = client.connectWith().cleanStart(false).send();
        assertThat(ack.isSessionPresent()).isFalse();
        client.disconnect();
    }

    @Test
    @Tag("cell:server-keep-alive/mqtt-5/hivemq")
    void aKeepAliveOutOfBoundsIsOurs() {
        Mqtt5BlockingClient client = client();
        Mqtt5ConnAck ack = client.connectWith().keepAlive(5).send();
        assertThat(ack.getServerKeepAlive()).hasValue(30);
        client.disconnect();
        assertThat(client.connectWith().noKeepAlive().send().getServerKeepAlive()).hasValue(1200);
        client.disconnect();
        assertThat(client.connectWith().keepAlive(60).send().getServerKeepAlive()).isEmpty();
        client.disconnect();
    }

    @Test
    @Tag("cell:reason-codes/mqtt-5/hivemq")
    void aForeignTopicIsRefusedAndTheConnectionGoesOn() {
        Mqtt5BlockingClient client = client();
        client.connect();
        assertThatThrownBy(
                        () ->
                                client.publishWith()
                                        .topic(GatewayRig.topic("dev-02", "event/property/post"))
                                        .qos(MqttQos.AT_LEAST_ONCE)
                                        .send())
                .isInstanceOfSatisfying(
                        Mqtt5PubAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode())
                                        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
        client.publishWith()
                .topic(POST)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"params\":{\"total_ml\":5}}".getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
        assertThatThrownBy(() -> client.subscribeWith().topicFilter("#").send())
                .isInstanceOf(Mqtt5SubAckException.class);
        client.disconnect();
    }

    @Test
    @Tag("cell:property-post/websocket/hivemq")
    void overWebSocketAllIsTheSame() throws Exception {
        Mqtt5BlockingClient client =
                client(
                        builder(WS_PORT)
                                .webSocketConfig()
                                .serverPath("mqtt")
                                .applyWebSocketConfig());
        try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.connect();
            for (int i = 0; i < 5; i++) {
                client.publishWith()
                        .topic(POST)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(
                                ("{\"id\":\"1\",\"params\":{\"total_ml\":5},\"x\":\""
                                                + "x".repeat(100_000)
                                                + "\"}")
                                        .getBytes(StandardCharsets.UTF_8))
                        .send();
                assertThat(inbox.receive(5, TimeUnit.SECONDS)).isPresent();
            }
            send("down");
            assertThat(inbox.receive(5, TimeUnit.SECONDS)).isPresent();
            client.disconnect();
        }
    }

    @Test
    @Tag("cell:last-will/mqtt-5/hivemq")
    void aWillOnOneOfItsOwnTopicsOnly() {
        assertThatThrownBy(
                        () ->
                                client().connectWith()
                                        .willPublish()
                                        .topic(POST)
                                        .applyWillPublish()
                                        .send())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode())
                                        .isEqualTo(Mqtt5ConnAckReasonCode.TOPIC_NAME_INVALID));
        String own = "/" + PK + "/" + DN + "/user/gone";
        assertThatThrownBy(
                        () ->
                                client().connectWith()
                                        .willPublish()
                                        .topic(own)
                                        .retain(true)
                                        .applyWillPublish()
                                        .send())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode())
                                        .isEqualTo(Mqtt5ConnAckReasonCode.RETAIN_NOT_SUPPORTED));
        Mqtt5BlockingClient client = client();
        client.connectWith().willPublish().topic(own).applyWillPublish().send();
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        client().connect();
        GatewayRig.await(() -> willsHeard() == 1);
        assertThat(rig.lines.size()).isEqualTo(1);
    }

    private double willsHeard() {
        var found =
                rig.metrics
                        .registry()
                        .find("weir.ingest.messages")
                        .tags("transport", "mqtt", "kind", "message")
                        .counters();
        return found.stream().mapToDouble(c -> c.count()).sum();
    }

    private RawMqtt raw() {
        RawMqtt client = new RawMqtt(rig.port).send(connect());
        RawMqtt.Packet ack = client.read();
        assertThat(ack.type()).isEqualTo(RawMqtt.CONNACK);
        assertThat(ack.body()[1]).isZero();
        return client;
    }

    private static byte[] connect() {
        return packet(
                0x10,
                out -> {
                    out.writeUTF("MQTT");
                    out.writeByte(5);
                    out.writeByte(0xc2);
                    out.writeShort(60);
                    // Receive maximum 2, maximum packet size 300.
                    out.write(new byte[] {8, 0x21, 0, 2, 0x27, 0, 0, 1, 44});
                    out.writeUTF(GatewayRig.clientId("cid"));
                    out.writeUTF(DN + "&" + PK);
                    out.writeUTF(GatewayRig.password("cid", DN, SECRET));
                });
    }

    private static byte[] publish(int flags, String topic, int id, int alias) {
        return packet(
                0x30 | flags,
                out -> {
                    out.writeUTF(topic);
                    if ((flags & 6) != 0) {
                        out.writeShort(id);
                    }
                    out.write(alias < 0 ? new byte[] {0} : new byte[] {3, 0x23, 0, (byte) alias});
                    out.writeBytes("{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":5}}");
                });
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
            int size = content.size();
            out.write(size < 128 ? new byte[] {(byte) size} : new byte[] {(byte) (size | 128), 1});
            content.writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void cut(RawMqtt device, int reason) {
        RawMqtt.Packet p = device.read();
        assertThat(p.type()).isEqualTo(14);
        assertThat(p.body()[0] & 0xff).isEqualTo(reason);
        assertThat(device.read()).isNull();
    }

    @Test
    @Tag("cell:refusals/mqtt-5/raw")
    void whatMayNotBeSentIsAnsweredWithItsCode() {
        try (RawMqtt device = raw()) {
            cut(device.send(publish(4, POST, 1, -1)), 0x9b);
        }
        try (RawMqtt device = raw()) {
            cut(device.send(publish(3, POST, 1, -1)), 0x9a);
        }
        try (RawMqtt device = raw()) {
            cut(device.send(publish(2, "", 1, 7)), 0x94);
        }
        try (RawMqtt device = raw()) {
            cut(device.send(publish(2, POST, 1, 17)), 0x94);
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
        try (RawMqtt device = raw()) {
            rig.log.hold = true;
            for (int i = 1; i <= 4; i++) {
                device.send(publish(2, POST, i, -1));
            }
            cut(device, 0x93);
            rig.log.hold = false;
            rig.log.sync();
        }
        try (RawMqtt older = raw();
                RawMqtt newer = raw()) {
            cut(older, 0x8e);
            assertThat(newer.socket().isConnected()).isTrue();
        }
    }

    @Test
    @Tag("cell:topic-alias/mqtt-5/raw")
    void anAliasStandsForItsTopic() {
        try (RawMqtt device = raw()) {
            device.send(publish(2, POST, 1, 16)).send(publish(2, "", 2, 16));
            assertThat(device.read().packetId()).isEqualTo(1);
            assertThat(device.read().packetId()).isEqualTo(2);
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(2);
    }

    @Test
    @Tag("cell:receive-maximum/mqtt-5/hivemq")
    @Tag("cell:maximum-packet-size/mqtt-5/hivemq")
    void windowAndPacketSizeOfTheDeviceAreKept() throws Exception {
        try (RawMqtt device = raw()) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            send("1");
            send("2");
            send("3");
            assertThatThrownBy(() -> send("x".repeat(300))).hasMessageContaining("larger");
            int first = device.read().letterId();
            device.read();
            device.socket().setSoTimeout(200);
            assertThatThrownBy(device::read)
                    .hasRootCauseInstanceOf(java.net.SocketTimeoutException.class);
            device.socket().setSoTimeout(10_000);
            assertThat(device.puback(first).read().payload()).endsWith("3");
        }
    }
}
