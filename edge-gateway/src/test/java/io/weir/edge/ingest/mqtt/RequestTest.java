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
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;

import io.weir.edge.GatewayRig;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Requests and responses as MQTT 5 has them (section 4.10), with the HiveMQ client. */
class RequestTest {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final String OWN = "/" + PK + "/" + DN + "/";
    private static final byte[] POSTED =
            "{\"id\":\"7\",\"params\":{\"total_ml\":1}}".getBytes(StandardCharsets.UTF_8);
    @TempDir Path folder;
    private GatewayRig rig;
    private Mqtt5BlockingClient client;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        client =
                MqttClient.builder()
                        .identifier(GatewayRig.clientId("hive"))
                        .serverHost("127.0.0.1")
                        .serverPort(rig.port)
                        .useMqttVersion5()
                        .simpleAuth()
                        .username(DN + "&" + PK)
                        .password(
                                GatewayRig.password("hive", DN, SECRET)
                                        .getBytes(StandardCharsets.UTF_8))
                        .applySimpleAuth()
                        .buildBlocking();
    }

    @AfterEach
    void stop() {
        client.disconnect();
        rig.close();
    }

    private Mqtt5ConnAck connect() {
        Mqtt5ConnAck ack =
                client.connectWith()
                        .restrictions()
                        .requestResponseInformation(true)
                        .applyRestrictions()
                        .send();
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return ack;
    }

    @Test
    @Tag("cell:request-response/mqtt-5/hivemq")
    void anAnswerComesWhereTheDeviceWantsItAndWithWhatItGave() throws Exception {
        String info = connect().getResponseInformation().orElseThrow().toString();
        assertThat(info).isEqualTo(OWN);
        for (int size : new int[] {1, 124, 125, 128}) {
            byte[] mark = new byte[size];
            mark[size - 1] = (byte) size;
            try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
                client.publishWith()
                        .topic(POST)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .responseTopic(info + "user/answers")
                        .correlationData(mark)
                        .payload(POSTED)
                        .send();
                Mqtt5Publish answer = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
                assertThat(answer.getTopic()).hasToString(OWN + "user/answers");
                assertThat(answer.getCorrelationData()).hasValue(ByteBuffer.wrap(mark));
                assertThat(new String(answer.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .startsWith("{\"id\":\"7\",\"code\":200");
            }
        }
        try (var inbox = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.publishWith().topic(POST).correlationData(new byte[] {9}).payload(POSTED).send();
            Mqtt5Publish answer = inbox.receive(5, TimeUnit.SECONDS).orElseThrow();
            assertThat(answer.getTopic()).hasToString(POST + "_reply");
            assertThat(answer.getCorrelationData()).isPresent();
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/pk/other/user/answers", "/sys/x/y/thing/z", "elsewhere"})
    void nobodyIsAnsweredOnTopicsOfOthers(String topic) {
        connect();
        assertThatThrownBy(
                        () ->
                                client.publishWith()
                                        .topic(POST)
                                        .qos(MqttQos.AT_LEAST_ONCE)
                                        .responseTopic(topic)
                                        .payload(POSTED)
                                        .send())
                .isInstanceOfSatisfying(
                        Mqtt5PubAckException.class,
                        e ->
                                assertThat(e.getMqttMessage().getReasonCode())
                                        .isEqualTo(Mqtt5PubAckReasonCode.TOPIC_NAME_INVALID));
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
    }
}
