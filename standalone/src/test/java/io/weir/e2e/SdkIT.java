package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

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
}
