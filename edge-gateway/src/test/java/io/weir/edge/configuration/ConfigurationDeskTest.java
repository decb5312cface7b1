package io.weir.edge.configuration;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.configuration.ConfigurationApi;
import io.weir.api.configuration.ConfigurationApi.Offer;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.download.CloudContents;
import io.weir.edge.download.Content;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Configurations asked for and pushed, byte by byte. */
class ConfigurationDeskTest {
    private static final String GET = GatewayRig.topic(DN, "config/get");
    private static final String REPLY =
            ",\"method\":\"thing.config.get\",\"version\":\"1.0\",\"data\":";

    @TempDir Path folder;
    private GatewayRig rig;
    private Content content;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        content = new CloudContents(rig.link).add("config-1", 777);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Offer offer(String device) {
        return new Offer(device, content.id(), content.size(), content.sha256());
    }

    /** As a pattern. */
    private String data() {
        return "\\{\"configId\":\"config-1\",\"configSize\":777,\"sign\":\""
                + content.sha256()
                + "\",\"signMethod\":\"Sha256\",\"url\":\"http://gw1.example:"
                + rig.httpPort
                + "/download/[A-Za-z0-9_-]{1,240}\",\"getType\":\"file\"}";
    }

    private static String get(String id) {
        return "{\"id\":\""
                + id
                + "\",\"params\":{\"configScope\":\"product\",\"getType\":\"file\"}}";
    }

    private static byte[] packet(String topic, String payload) {
        return RawMqtt.publishPacket(topic, payload, 0, 0, false);
    }

    @Test
    @Tag("cell:config-get/mqtt/raw")
    void aDeviceAsksAndIsToldWhereToFetch() {
        try (RawMqtt device = rig.device(DN)) {
            rig.link.answer(AlinkApi.CONFIGURATION, q -> Answer.ok(Json.text(offer(q.deviceId()))));
            device.send(packet(GET, get("1")));
            assertThat(device.read().payload())
                    .matches(
                            "\\{\"id\":\"1\",\"code\":200,\"message\":\"success\""
                                    + REPLY
                                    + data()
                                    + "}");
            rig.link.answer(AlinkApi.CONFIGURATION, q -> Answer.refused(6710, "there is none"));
            device.send(packet(GET, get("2")));
            assertThat(device.read().payload())
                    .isEqualTo(
                            "{\"id\":\"2\",\"code\":6710,\"message\":\"there is none\""
                                    + REPLY
                                    + "{}}");
            rig.link.answer(
                    AlinkApi.CONFIGURATION, q -> Answer.ok(Json.text(offer("another-device"))));
            device.send(packet(GET, get("3")));
            assertThat(device.read().payload())
                    .as("what is another device's is not passed on")
                    .startsWith("{\"id\":\"3\",\"code\":503,");
        }
    }

    @Test
    @Tag("cell:config-push/mqtt/raw")
    void aPushWaitsForTheDevicesReply() {
        try (RawMqtt device = rig.device(DN)) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            var reply = rig.link.ask(ConfigurationApi.OFFER, offer(DEVICE));
            RawMqtt.Packet pushed = device.read();
            assertThat(pushed.topic()).isEqualTo(GatewayRig.topic(DN, "config/push"));
            var message = Json.tree(pushed.payload());
            assertThat(message.get("method").asText()).isEqualTo("thing.config.push");
            assertThat(message.get("params").toString()).matches(data());
            device.send(
                    packet(
                            GatewayRig.topic(DN, "config/push_reply"),
                            "{\"id\":\""
                                    + message.get("id").asText()
                                    + "\",\"code\":200,\"data\":{}}"));
            assertThat(reply.toCompletionStage().toCompletableFuture().join().code())
                    .isEqualTo(200);
        }
    }
}
