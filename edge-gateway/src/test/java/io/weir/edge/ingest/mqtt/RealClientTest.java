package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient.Mqtt3Publishes;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.edge.GatewayRig;
import io.weir.model.fact.FactKind;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The HiveMQ client, unmodified, as a device, in MQTT 3.1.1 and 5. */
class RealClientTest {
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

    private Mqtt3BlockingClient client3(String secret) {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(GatewayRig.clientId("hive"))
                .serverHost("127.0.0.1")
                .serverPort(rig.port)
                .simpleAuth()
                .username(DN + "&" + PK)
                .password(GatewayRig.password("hive", DN, secret).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    private Mqtt5BlockingClient client5(String secret) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(GatewayRig.clientId("hive"))
                .serverHost("127.0.0.1")
                .serverPort(rig.port)
                .simpleAuth()
                .username(DN + "&" + PK)
                .password(GatewayRig.password("hive", DN, secret).getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildBlocking();
    }

    @Test
    @Tag("cell:property-post/mqtt/hivemq")
    @Tag("cell:service-asynchronous/mqtt/hivemq")
    void postsAreAnsweredWithoutASubscriptionAndCommandsArrive() throws Exception {
        Mqtt3BlockingClient client = client3(SECRET);
        try (Mqtt3Publishes inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.connect();
            client.publishWith()
                    .topic(GatewayRig.topic(DN, "event/property/post"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"id\":\"1\",\"params\":{\"total_ml\":5}}".getBytes())
                    .send();
            var reply = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
            assertThat(reply.getTopic().toString())
                    .isEqualTo(GatewayRig.topic(DN, "event/property/post_reply"));
            Future<CommandReply> answer =
                    rig.link.ask(
                            EdgeApi.INVOKE,
                            new EdgeApi.InvokeService(DEVICE, "rinse", "{\"seconds\":3}"));
            var command = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
            String id = Json.tree(command.getPayloadAsBytes()).path("id").asText();
            client.publishWith()
                    .topic(command.getTopic() + "_reply")
                    .payload(("{\"id\":\"" + id + "\",\"code\":200,\"data\":{}}").getBytes())
                    .send();
            assertThat(answer.await().code()).isEqualTo(200);
            client.disconnect();
        }
        GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == 1);
        assertThat(rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("disconnect");
    }

    @Test
    void aSubscribedClientGetsEachReplyOnce() throws Exception {
        Mqtt3BlockingClient client = client3(SECRET);
        try (Mqtt3Publishes inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.connect();
            client.subscribeWith()
                    .topicFilter(GatewayRig.topic(DN, "event/property/post_reply"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertThatThrownBy(() -> client.subscribeWith().topicFilter("#").send())
                    .isInstanceOf(Mqtt3SubAckException.class);
            client.publishWith()
                    .topic(GatewayRig.topic(DN, "event/property/post"))
                    .payload("{\"id\":\"1\",\"params\":{\"total_ml\":5}}".getBytes())
                    .send();
            assertThat(inbox.receive(5, TimeUnit.SECONDS)).isPresent();
            assertThat(inbox.receive(200, TimeUnit.MILLISECONDS)).isEmpty();
            client.disconnect();
        }
    }

    @Test
    void aWrongSecretIsRefusedInBothVersions() {
        assertThatThrownBy(() -> client3("wrong").connect())
                .isInstanceOf(Mqtt3ConnAckException.class)
                .hasMessageContaining("BAD_USER_NAME_OR_PASSWORD");
        assertThatThrownBy(() -> client5("wrong").connect())
                .isInstanceOfSatisfying(
                        Mqtt5ConnAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode())
                                        .isEqualTo(
                                                Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD))
                .isNotInstanceOf(ConnectionFailedException.class);
    }

    @Test
    @Tag("cell:property-post/mqtt-5/hivemq")
    void mqtt5IsServedWithOurLimits() throws Exception {
        Mqtt5BlockingClient client = client5(SECRET);
        try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            Mqtt5ConnAck ack = client.connect();
            assertThat(ack.getRestrictions().getMaximumQos()).isEqualTo(MqttQos.AT_LEAST_ONCE);
            assertThat(ack.getRestrictions().getReceiveMaximum()).isEqualTo(100);
            assertThat(ack.getRestrictions().isRetainAvailable()).isFalse();
            client.publishWith()
                    .topic(GatewayRig.topic(DN, "event/property/post"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"id\":\"1\",\"params\":{\"total_ml\":5}}".getBytes())
                    .send();
            var reply = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
            assertThat(new String(reply.getPayloadAsBytes())).contains("\"code\":200");
            client.disconnect();
        }
    }

    @Test
    void fiveHundredPostsWithAHundredInFlightAreJournaledInOrder() {
        Mqtt3BlockingClient client = client3(SECRET);
        client.connectWith().restrictions().sendMaximum(100).applyRestrictions().send();
        CompletableFuture<?>[] sent =
                IntStream.rangeClosed(1, 500)
                        .mapToObj(
                                i ->
                                        client.toAsync()
                                                .publishWith()
                                                .topic(GatewayRig.topic(DN, "event/property/post"))
                                                .qos(MqttQos.AT_LEAST_ONCE)
                                                .payload(
                                                        ("{\"sys\":{\"ack\":0},\"id\":"
                                                                        + i
                                                                        + ",\"params\":{\"total_ml\":"
                                                                        + i
                                                                        + "}}")
                                                                .getBytes())
                                                .send())
                        .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(sent).join();
        assertThat(rig.log.of(FactKind.PROPERTY_POST).stream().map(e -> e.text()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 500)
                                .mapToObj(i -> "{\"total_ml\":" + i + "}")
                                .toList());
        assertThat(rig.inlet.reports).hasSize(500);
        client.disconnect();
    }
}
