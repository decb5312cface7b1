package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The whole feature list of the npm package alibabacloud-iot-device-sdk, unmodified, against the
 * whole platform.
 */
class SdkIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static Platform platform;
    private static Api vendor;
    private static Factory factory;
    private static Factory.Product product;
    private Triple triple;
    private SdkDevice device;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("sdk");
        vendor = platform.vendor();
        factory = new Factory(vendor);
        product = factory.cooler();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void connect() {
        triple = factory.devices(product, 1).getFirst();
        device =
                SdkDevice.start(SdkDevice.NEW, "device", "mqtt://" + platform.mqtt(), triple)
                        .awaitOnline();
        Wait.until("the platform knows that it is online", SOON, () -> factory.online(triple));
    }

    @AfterEach
    void disconnect() {
        device.close();
    }

    private static void ok(JsonNode reply) {
        assertThat(reply.path("code").asInt()).as(reply.toString()).isEqualTo(200);
    }

    @Test
    @Tag("cell:property-post/mqtt/alibabacloud-iot-device-sdk")
    void propertiesArePosted() {
        ok(device.reply("postProps", Map.of("level", 42, "target_c", 8.5)));
        Wait.until(
                "the latest value",
                SOON,
                () ->
                        vendor.get("/devices/" + triple.deviceId() + "/properties")
                                .data()
                                .toString()
                                .contains("42"));
    }

    @Test
    @Tag("cell:event-post/mqtt/alibabacloud-iot-device-sdk")
    void eventsArePosted() {
        ok(device.reply("postEvent", "door", Map.of("open", 1)));
        ok(device.reply("postEvent", "leak", Map.of("ml", 30)));
        assertThat(device.reply("postEvent", "nosuch", Map.of()).path("code").asInt())
                .isEqualTo(5160);
    }

    @Test
    @Tag("cell:property-set/mqtt/alibabacloud-iot-device-sdk")
    void propertiesAreSet() {
        JsonNode answer =
                vendor.post(
                                "/oms/device/property/set",
                                Map.of(
                                        "device_id",
                                        triple.deviceId(),
                                        "params",
                                        Map.of("target_c", 6.5)))
                        .data();
        ok(answer);
        assertThat(
                        device.event("props", "main", e -> true)
                                .at("/request/params/target_c")
                                .asDouble())
                .isEqualTo(6.5);
    }

    @Test
    @Tag("cell:service-asynchronous/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:service-synchronous/mqtt/alibabacloud-iot-device-sdk")
    void servicesAreInvokedBothWays() {
        device.serve("main", "rinse", "async", Map.of("rinsed_ml", 120));
        device.serve("main", "selftest", "sync", Map.of("passed", 1));
        JsonNode rinsed = invoke("rinse", Map.of("seconds", 3));
        ok(rinsed);
        assertThat(rinsed.at("/data/rinsed_ml").asInt()).isEqualTo(120);
        JsonNode tested = invoke("selftest", Map.of());
        ok(tested);
        assertThat(tested.at("/data/passed").asInt()).isEqualTo(1);
    }

    private JsonNode invoke(String service, Map<String, Object> params) {
        return vendor.post(
                        "/oms/device/service/invoke",
                        Map.of(
                                "device_id",
                                triple.deviceId(),
                                "service",
                                service,
                                "params",
                                params))
                .data();
    }

    @Test
    @Tag("cell:tags/mqtt/alibabacloud-iot-device-sdk")
    void tagsAreSetAndDeleted() {
        ok(device.reply("postTags", List.of(tag("floor", "7"), tag("room", "a"))));
        assertThat(tags()).contains("floor", "room");
        ok(device.reply("deleteTags", List.of("floor")));
        assertThat(tags()).doesNotContain("floor").contains("room");
    }

    private static Map<String, Object> tag(String key, String value) {
        return Map.of("attrKey", key, "attrValue", value);
    }

    private String tags() {
        return vendor.get("/devices/" + triple.deviceId() + "/tags").data().toString();
    }

    @Test
    @Tag("cell:shadow/mqtt/alibabacloud-iot-device-sdk")
    void theShadowIsReportedReadWantedAndDeleted() {
        device.run("main", "postShadow", Map.of("colour", "red"));
        JsonNode told = device.event("shadow", "main", e -> true).path("document");
        assertThat(told.path("method").asText()).isEqualTo("reply");
        assertThat(told.at("/payload/status").asText()).as(told.toString()).isEqualTo("success");
        device.run("main", "getShadow");
        device.event(
                "shadow",
                "main",
                e -> e.at("/document/payload/state/reported/colour").asText().equals("red"));
        vendor.put(
                        "/devices/" + triple.deviceId() + "/shadow",
                        Map.of("desired", Map.of("colour", "blue")))
                .data();
        JsonNode control =
                device.event(
                        "shadow", "main", e -> e.at("/document/method").asText().equals("control"));
        assertThat(control.at("/document/payload/state/desired/colour").asText()).isEqualTo("blue");
        device.run("main", "deleteShadow", "colour");
        Wait.until(
                "the reported colour is gone",
                SOON,
                () ->
                        !vendor.get("/devices/" + triple.deviceId() + "/shadow")
                                .data()
                                .at("/reported")
                                .has("colour"));
    }

    @Test
    @Tag("cell:registration/http/alibabacloud-iot-device-sdk")
    void itFetchesItsSecretWithItsProducts() {
        vendor.post("/oms/product/update/" + product.id(), Map.of("registration", "whitelist"))
                .data();
        Triple fresh = factory.devices(product, 1).getFirst();
        JsonNode told =
                device.register(
                        Map.of(
                                "productKey", fresh.productKey(),
                                "productSecret", product.secret(),
                                "deviceName", fresh.deviceName(),
                                "registerURL", platform.edgeHttp() + "/auth/register/device"));
        ok(told);
        assertThat(told.at("/data/deviceSecret").asText()).isEqualTo(fresh.secret());
    }

    @Test
    @Tag("cell:subscriptions-of-every-connect/mqtt/alibabacloud-iot-device-sdk")
    void itIsNotCutOffForWhatItSubscribesTo() {
        ok(device.reply("postProps", Map.of("level", 1)));
        assertThat(device.count("close")).isZero();
        assertThat(device.count("error")).isZero();
        assertThat(List.of(device.count("connect"))).containsExactly(1L);
    }

    @Test
    @Tag("cell:config-get/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:config-push/mqtt/alibabacloud-iot-device-sdk")
    void aConfigurationIsAskedForAndPushed() {
        String path = "/products/" + product.id() + "/configuration";
        assertThat(device.reply("getConfig").path("code").asInt()).isEqualTo(6713);
        String document = "{\"interval\":60}";
        int version =
                vendor.post(path + "/versions", Map.of("document", document))
                        .data()
                        .get("version")
                        .asInt();
        vendor.post(path + "/activate", Map.of("version", version)).data();
        vendor.put(path, Map.of("enabled", true)).data();
        JsonNode got = device.reply("getConfig");
        ok(got);
        assertThat(got.at("/data/sign").asText())
                .isEqualTo(sha256(document.getBytes(StandardCharsets.UTF_8)));
        assertThat(downloaded(got.at("/data/url").asText(), 5, document.length()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(document);

        String push =
                vendor.post(path + "/pushes", Map.of("devices", List.of(triple.deviceId())))
                        .data()
                        .get("push_id")
                        .asText();
        JsonNode pushed =
                device.event(
                        "config",
                        "main",
                        e -> e.at("/message/method").asText().equals("thing.config.push"));
        assertThat(pushed.at("/message/params/configId")).isEqualTo(got.at("/data/configId"));
        Wait.until(
                "the device's word is noted",
                SOON,
                () ->
                        vendor.get(path + "/pushes/" + push + "/devices")
                                .data()
                                .path(0)
                                .path("state")
                                .asText()
                                .equals("ACKNOWLEDGED"));
    }

    /** Staff watch the device at work, and measure the way to it and back. */
    @Test
    @Tag("cell:debugging/mqtt/alibabacloud-iot-device-sdk")
    void staffWatchItAtWork() {
        String session =
                vendor.post("/devices/" + triple.deviceId() + "/debug-sessions", Map.of())
                        .data()
                        .get("session_id")
                        .asText();
        String path = "/debug-sessions/" + session;
        ok(device.reply("postProps", Map.of("level", 43)));
        vendor.post(
                        "/oms/device/property/set",
                        Map.of("device_id", triple.deviceId(), "params", Map.of("target_c", 7)))
                .data();
        JsonNode latency = vendor.post(path + "/latency", Map.of("samples", 3)).data();
        assertThat(latency.get("way").asText()).isEqualTo("mqtt_puback");
        assertThat(latency.get("samples")).hasSize(3);
        assertThat(latency.at("/device/min_ms").asDouble()).isPositive();
        System.out.println("DEBUG latency " + latency);
        List<String> seen = new ArrayList<>();
        for (JsonNode item : vendor.get(path + "/traffic").data().get("items")) {
            seen.add(item.path("direction").asText() + " " + item.get("kind").asText());
        }
        assertThat(seen)
                .containsSubsequence("UP property_post", "DOWN reply")
                .containsSubsequence("DOWN property_set", "UP reply")
                .containsSubsequence("DOWN echo", " acknowledged");
        assertThat(device.count("close")).as("the echo harms no client").isZero();
        assertThat(device.count("error")).isZero();
        vendor.delete(path);
        assertThat(vendor.get(path + "/traffic").code()).isEqualTo("SESSION_OVER");
    }

    /**
     * The SDK has no call for firmware: its application publishes and listens. From the upload over
     * the second person's word and the download to the version that proves it.
     */
    @Test
    @Tag("cell:ota-campaign/mqtt/alibabacloud-iot-device-sdk")
    void firmwareIsOfferedDownloadedAndProven() {
        byte[] firmware = new byte[300_001];
        new Random(7).nextBytes(firmware);
        informed("1.0.0");
        String made =
                vendor.post("/ota/packages", Map.of("product_id", product.id(), "version", "1.1.0"))
                        .data()
                        .get("package_id")
                        .asText();
        JsonNode stored = vendor.upload("/ota/packages/" + made + "/content", firmware).data();
        assertThat(stored.get("size").asInt()).isEqualTo(firmware.length);
        var group = Map.of("percent", 100, "success_percent", 100, "error_percent", 100);
        String campaign =
                vendor.post(
                                "/ota/campaigns",
                                Map.of(
                                        "package_id",
                                        made,
                                        "name",
                                        "spring",
                                        "devices",
                                        List.of(triple.deviceId()),
                                        "groups",
                                        List.of(group)))
                        .data()
                        .get("campaign_id")
                        .asText();
        String path = "/ota/campaigns/" + campaign;
        assertThat(vendor.post(path + "/approve", Map.of()).code()).isEqualTo("SAME_PERSON");
        platform.admin().post(path + "/approve", Map.of()).data();
        vendor.post(path + "/start", Map.of()).data();

        String push = "/ota/device/upgrade/" + triple.productKey() + "/" + triple.deviceName();
        JsonNode offer =
                Json.tree(
                                device.event(
                                                "message",
                                                "main",
                                                e -> e.path("topic").asText().equals(push))
                                        .path("payload")
                                        .asText())
                        .path("data");
        assertThat(offer.path("version").asText()).isEqualTo("1.1.0");
        String url = offer.path("url").asText();
        byte[] got = downloaded(url, 100_000, firmware.length);
        assertThat(got).isEqualTo(firmware);
        assertThat(offer.path("sign").asText()).isEqualTo(sha256(firmware));
        device.run(
                "main",
                "publish",
                ota("progress"),
                "{\"id\":2,\"params\":{\"step\":\"100\",\"desc\":\"\"}}");
        Wait.until("it is verifying", SOON, () -> upgrade(path).equals("VERIFYING"));
        informed("1.1.0");
        Wait.until("the version proves it", SOON, () -> upgrade(path).equals("SUCCEEDED"));
        Wait.until(
                "the campaign is through",
                SOON,
                () -> vendor.get(path).data().path("state").asText().equals("FINISHED"));
    }

    private void informed(String version) {
        device.run(
                "main",
                "publish",
                ota("inform"),
                "{\"id\":1,\"params\":{\"version\":\"" + version + "\"}}");
        Wait.until(
                "the platform knows its version",
                SOON,
                () ->
                        vendor.get("/devices/" + triple.deviceId() + "/versions")
                                .data()
                                .toString()
                                .contains("\"" + version + "\""));
    }

    private String ota(String what) {
        return "/ota/device/" + what + "/" + triple.productKey() + "/" + triple.deviceName();
    }

    private String upgrade(String campaign) {
        return vendor.get(campaign + "/devices").data().path(0).path("state").asText();
    }

    /** In two pieces, as after a cut. */
    private static byte[] downloaded(String url, int first, int size) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (String range : List.of("bytes=0-" + (first - 1), "bytes=" + first + "-")) {
            HttpResponse<byte[]> piece = Wait.forValue("a piece", SOON, () -> piece(url, range));
            whole.writeBytes(piece.body());
        }
        assertThat(whole.size()).isEqualTo(size);
        return whole.toByteArray();
    }

    /** Null while the gateway still fetches it. */
    private static HttpResponse<byte[]> piece(String url, String range) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url)).header("Range", range).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isIn(206, 503);
            return answer.statusCode() == 206 ? answer : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
