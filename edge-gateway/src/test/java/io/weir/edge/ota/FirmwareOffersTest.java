package io.weir.edge.ota;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.edge.EdgeApi.Published;
import io.weir.api.ota.OtaApi;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.alink.BinaryBlock;
import io.weir.edge.download.CloudContents;
import io.weir.edge.download.Content;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletionException;

/** Offers to devices, byte by byte, and firmware block by block. */
class FirmwareOffersTest {
    private static final String MD5 = "0123456789abcdef0123456789abcdef";
    private static final String GET = GatewayRig.topic(DN, "ota/firmware/get");
    private static final String BLOCK = GatewayRig.topic(DN, "file/download");
    private static final String PUSH = "/ota/device/upgrade/" + PK + "/" + DN;
    private static final int SIZE = 300_001;
    @TempDir Path folder;
    private GatewayRig rig;
    private CloudContents cloud;
    private Content content;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        cloud = new CloudContents(rig.link);
        content = cloud.add("pkg-1", SIZE);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Offer offer(String module, boolean mqtt, @Nullable String extData) {
        return new Offer(
                DEVICE,
                content.id(),
                module,
                "1.1.0",
                SIZE,
                MD5,
                content.sha256(),
                false,
                mqtt,
                77,
                extData);
    }

    private Published push(Offer offer) {
        Future<Published> answer = rig.link.ask(OtaApi.OFFER, offer);
        try {
            return answer.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private static String rejected(Runnable ask) {
        try {
            ask.run();
            return "not rejected";
        } catch (Rejected e) {
            return e.code();
        }
    }

    /** At QoS 1, taken. */
    private static String pushed(RawMqtt device) {
        RawMqtt.Packet packet = device.read();
        assertThat(packet.topic()).isEqualTo(PUSH);
        assertThat(packet.flags()).isEqualTo(2);
        device.puback(packet.letterId());
        return packet.payload().substring(2);
    }

    @Test
    @Tag("cell:ota-push/mqtt/raw")
    void anOfferIsPushedAsTheCSdkReadsIt() {
        try (RawMqtt device = rig.device(DN)) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            assertThat(push(offer("", false, null)).kept()).isFalse();
            assertThat(pushed(device))
                    .matches(
                            "\\{\"id\":[0-9]+,\"code\":\"1000\",\"message\":\"success\",\"data\":"
                                + "\\{\"size\":300001,\"version\":\"1.1.0\",\"url\":\"http://gw1.example:"
                                    + rig.httpPort
                                    + "/download/[A-Za-z0-9_-]{1,240}\",\"md5\":\""
                                    + MD5
                                    + "\",\"sign\":\""
                                    + content.sha256()
                                    + "\",\"signMethod\":\"SHA256\"}}");
            push(offer("MCU", false, "{\"url\":\"theirs\",\"size\":1}"));
            assertThat(pushed(device))
                    .endsWith(
                            ",\"signMethod\":\"SHA256\",\"module\":\"MCU\","
                                    + "\"extData\":{\"url\":\"theirs\",\"size\":1}}}");
            push(offer("", true, null));
            assertThat(pushed(device))
                    .endsWith(
                            "\"data\":{\"size\":300001,\"version\":\"1.1.0\",\"dProtocol\":\"mqtt\","
                                + "\"streamId\":77,\"streamFileId\":1,\"md5\":\""
                                    + MD5
                                    + "\",\"sign\":\""
                                    + content.sha256()
                                    + "\",\"signMethod\":\"SHA256\"}}");
        }
    }

    @Test
    void whatCannotBeOfferedIsRefusedToTheCloud() {
        assertThat(rejected(() -> push(offer("", false, null)))).isEqualTo("DEVICE_OFFLINE");
        try (RawMqtt device = rig.device(DN)) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            rig.inlet.open.add(DEVICE);
            assertThat(rejected(() -> push(offer("", false, null)))).isEqualTo("CONFLICT");
            rig.inlet.open.clear();
            assertThat(rejected(() -> push(offer("", false, "[]")))).isEqualTo("INVALID");
            Offer large =
                    new Offer(
                            DEVICE,
                            "p",
                            "",
                            "1",
                            17 << 20,
                            MD5,
                            content.sha256(),
                            false,
                            true,
                            1,
                            null);
            assertThat(rejected(() -> push(large))).isEqualTo("INVALID");
            Offer stranger =
                    new Offer(
                            "D-none",
                            "p",
                            "",
                            "1",
                            1,
                            MD5,
                            content.sha256(),
                            false,
                            false,
                            1,
                            null);
            assertThat(rejected(() -> push(stranger))).isEqualTo("NOT_FOUND");
            assertThat(device.socket().isClosed()).isFalse();
        }
    }

    @Test
    @Tag("cell:ota-query/mqtt/raw")
    void aDeviceThatAsksIsToldWhatThereIs() {
        rig.link.answer(
                AlinkApi.OTA,
                q -> {
                    assertThat(q.method()).isEqualTo("thing.ota.firmware.get");
                    return q.paramsJson().contains("none")
                            ? Answer.ok("{}")
                            : Answer.ok(Json.text(offer("", false, null)));
                });
        try (RawMqtt device = rig.device(DN)) {
            device.publish(GET, "{\"id\":\"5\",\"params\":{\"module\":\"default\"}}", 0, 0);
            RawMqtt.Packet reply = device.read();
            assertThat(reply.topic()).isEqualTo(GET + "_reply");
            assertThat(reply.payload())
                    .startsWith(
                            "{\"id\":\"5\",\"code\":200,\"message\":\"success\",\"method\":"
                                + "\"thing.ota.firmware.get\",\"version\":\"1.0\",\"data\":{\"size\":")
                    .contains("\"url\":\"http://gw1.example:");
            device.publish(GET, "{\"id\":\"6\",\"params\":{\"module\":\"none\"}}", 0, 0);
            assertThat(device.read().payload())
                    .startsWith("{\"id\":\"6\",\"code\":200,")
                    .endsWith("\"data\":{}}");
            device.publish("/ota/device/request/" + PK + "/" + DN, "{\"id\":7}", 0, 0);
            RawMqtt.Packet old = device.read();
            assertThat(old.topic()).isEqualTo(PUSH);
            assertThat(old.payload()).contains("\"code\":\"1000\"", "\"url\":\"http://");
            rig.link.answer(AlinkApi.OTA, q -> Answer.ok("{\"device_id\":\"D-0002\"}"));
            device.publish(GET, "{\"id\":\"8\",\"params\":{}}", 0, 0);
            assertThat(device.read().payload()).startsWith("{\"id\":\"8\",\"code\":503,");
            device.publish(GET, "no json", 0, 0);
            assertThat(device.read().payload()).startsWith("{\"id\":\"\",\"code\":6207,");
        }
    }

    private static String request(String id, long stream, long offset, int size) {
        return "{\"id\":\"%s\",\"version\":\"1.0\",\"params\":{\"fileToken\":\"t\",\"fileInfo\":{\"streamId\":%d,\"fileId\":1},\"fileBlock\":{\"size\":%d,\"offset\":%d}}}"
                .formatted(id, stream, size, offset);
    }

    private static BinaryBlock read(RawMqtt device) {
        RawMqtt.Packet packet = device.read();
        assertThat(packet.topic()).isEqualTo(BLOCK + "_reply");
        int topic = 2 + packet.topic().length();
        BinaryBlock block =
                BinaryBlock.read(Arrays.copyOfRange(packet.body(), topic, packet.body().length));
        assertThat(block).isNotNull();
        return block;
    }

    @Test
    @Tag("cell:ota-download/mqtt/raw")
    void aFileComesBlockByBlockToTheDeviceThatItWasOfferedTo() {
        try (RawMqtt device = rig.device(DN)) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            push(offer("", true, null));
            pushed(device);
            var got = new ByteArrayOutputStream();
            int n = 0;
            while (got.size() < SIZE) {
                device.publish(BLOCK, request("b" + n, 77, got.size(), 131_072), 0, 0);
                BinaryBlock block = read(device);
                int due = Math.min(131_072, SIZE - got.size());
                assertThat(block.text())
                        .isEqualTo(
                                "{\"id\":\"b"
                                        + n
                                        + "\",\"code\":200,\"data\":{\"fileToken\":\"t\",\"fileLength\":300001,\"bSize\":"
                                        + due
                                        + ",\"bOffset\":"
                                        + got.size()
                                        + "}}");
                got.writeBytes(block.piece());
                n++;
            }
            assertThat(got.toByteArray()).isEqualTo(CloudContents.bytes("pkg-1", SIZE));
        }
        rig.link.answer(AlinkApi.OTA, q -> Answer.ok("{}"));
        String theirs = GatewayRig.topic("dev-02", "file/download");
        try (RawMqtt other = rig.device("dev-02")) {
            other.publish(theirs, request("1", 77, 0, 1024), 0, 0);
            assertThat(other.read().payload())
                    .as("what was offered to another")
                    .contains("{\"id\":\"1\",\"code\":404,");
        }
    }

    @Test
    void theCloudIsAskedForAnOfferThatTheGatewayForgot() {
        rig.link.answer(AlinkApi.OTA, q -> Answer.ok(Json.text(offer("", true, null))));
        try (RawMqtt device = rig.device(DN)) {
            device.publish(BLOCK, request("1", 77, 256, 256), 0, 0);
            assertThat(read(device).piece())
                    .isEqualTo(Arrays.copyOfRange(CloudContents.bytes("pkg-1", SIZE), 256, 512));
            device.publish(BLOCK, request("2", 78, 0, 256), 0, 0);
            assertThat(read(device).text()).startsWith("{\"id\":\"2\",\"code\":404,");
            String[] wrong = {
                request("3", 77, 0, 255),
                request("3", 77, 0, 131_073),
                request("3", 77, -1, 256),
                request("3", 77, SIZE, 256),
                "{\"id\":\"3\",\"params\":{}}",
                "{\"id\":\"3\",\"params\":\"x\"}"
            };
            for (String w : wrong) {
                device.publish(BLOCK, w, 0, 0);
                assertThat(read(device).text()).as(w).startsWith("{\"id\":\"3\",\"code\":460,");
            }
            assertThat(rig.link.asked.get(AlinkApi.OTA.address())).isEqualTo(2);
            cloud.refused.add(DEVICE);
            assertThatThrownBy(() -> rig.downloads.address("D-none", content))
                    .isInstanceOf(Rejected.class);
        }
    }
}
