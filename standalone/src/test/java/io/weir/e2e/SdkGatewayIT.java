package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The npm package alibabacloud-iot-device-sdk as a gateway with a sub-device, and the older
 * aliyun-iot-device-sdk with all that it has, both unmodified, against the whole platform.
 */
class SdkGatewayIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static Platform platform;
    private static Api vendor;
    private static Factory factory;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("sdk-gateway");
        vendor = platform.vendor();
        factory = new Factory(vendor);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static void ok(JsonNode reply) {
        assertThat(reply.path("code").asInt()).as(reply.toString()).isEqualTo(200);
    }

    private static SdkDevice connect(String sdk, String kind, Triple triple) {
        SdkDevice device =
                SdkDevice.start(sdk, kind, "mqtt://" + platform.mqtt(), triple).awaitOnline();
        Wait.until("the platform knows that it is online", SOON, () -> factory.online(triple));
        return device;
    }

    @Test
    @Tag("cell:sub-device-topology/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:sub-device-registration/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:sub-device-login/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:sub-device-logout/mqtt/alibabacloud-iot-device-sdk")
    @Tag("cell:sub-device-command/mqtt/alibabacloud-iot-device-sdk")
    void aGatewayCarriesASubDevice() {
        Triple gateway = factory.devices(factory.cooler("GATEWAY"), 1).getFirst();
        Factory.Product subs = factory.cooler("SUB");
        Triple sub = factory.devices(subs, 1).getFirst();
        vendor.post("/oms/product/update/" + subs.id(), Map.of("registration", "whitelist")).data();
        try (SdkDevice device = connect(SdkDevice.NEW, "gateway", gateway)) {
            JsonNode registered = device.reply("regiestSubDevice", sub.name());
            ok(registered);
            assertThat(registered.at("/data/0/deviceSecret").asText()).isEqualTo(sub.secret());
            ok(device.reply("addTopo", List.of(sub.config())));
            JsonNode topology = device.reply("getTopo");
            ok(topology);
            assertThat(topology.at("/data/0/deviceName").asText()).isEqualTo(sub.deviceName());

            ok(login(device, sub));
            ok(device.replyOf("sub", "postProps", Map.of("level", 17)));
            Wait.until("the sub-device's value", SOON, () -> latest(sub).contains("17"));
            ok(device.replyOf("sub", "postEvent", "leak", Map.of("ml", 3)));
            ok(device.replyOf("sub", "postTags", List.of(tag())));
            JsonNode set =
                    vendor.post(
                                    "/oms/device/property/set",
                                    Map.of(
                                            "device_id",
                                            sub.deviceId(),
                                            "params",
                                            Map.of("night", 1)))
                            .data();
            ok(set);
            device.event("props", "sub", e -> e.at("/request/params/night").asInt() == 1);

            ok(device.reply("logout", sub.name()));
            Wait.until("the sub-device is offline", SOON, () -> !factory.online(sub));
            ok(device.reply("removeTopo", List.of(sub.name())));
            assertThat(device.reply("getTopo").path("data")).isEmpty();
            assertThat(device.count("close")).isZero();
        }
    }

    /** The gateway may hear of the topology a moment after the cloud knows of it. */
    private static JsonNode login(SdkDevice device, Triple sub) {
        JsonNode reply = device.login(sub, "sub");
        Wait.until("the sub-device is online", SOON, () -> factory.online(sub));
        return reply;
    }

    private static Map<String, Object> tag() {
        return Map.of("attrKey", "floor", "attrValue", "7");
    }

    private static String latest(Triple device) {
        return vendor.get("/devices/" + device.deviceId() + "/properties").data().toString();
    }

    @Test
    @Tag("cell:property-post/mqtt/aliyun-iot-device-sdk")
    @Tag("cell:event-post/mqtt/aliyun-iot-device-sdk")
    @Tag("cell:service-asynchronous/mqtt/aliyun-iot-device-sdk")
    @Tag("cell:tags/mqtt/aliyun-iot-device-sdk")
    @Tag("cell:shadow/mqtt/aliyun-iot-device-sdk")
    void theOlderSdkDoesAllThatItCan() {
        Triple triple = factory.devices(factory.cooler(), 1).getFirst();
        try (SdkDevice device = connect(SdkDevice.OLD, "device", triple)) {
            ok(device.reply("postProps", Map.of("level", 23)));
            Wait.until("the latest value", SOON, () -> latest(triple).contains("23"));
            ok(device.reply("postEvent", "door", Map.of("open", 1)));
            ok(device.reply("postTags", List.of(tag())));
            // It tells its own version as tags right after connecting.
            Wait.until(
                    "the tags",
                    SOON,
                    () ->
                            vendor.get("/devices/" + triple.deviceId() + "/tags")
                                    .data()
                                    .toString()
                                    .contains("SYS_LP_SDK_VERSION"));
            ok(device.reply("deleteTags", List.of("floor")));
            device.serve("main", "rinse", "async", Map.of("rinsed_ml", 5));
            JsonNode rinsed =
                    vendor.post(
                                    "/oms/device/service/invoke",
                                    Map.of(
                                            "device_id",
                                            triple.deviceId(),
                                            "service",
                                            "rinse",
                                            "params",
                                            Map.of("seconds", 1)))
                            .data();
            assertThat(rinsed.at("/data/rinsed_ml").asInt()).isEqualTo(5);
            device.run("main", "postShadow", Map.of("colour", "red"));
            device.run("main", "getShadow");
            device.event(
                    "shadow",
                    "main",
                    e -> e.at("/document/payload/state/reported/colour").asText().equals("red"));
            assertThat(device.count("close")).isZero();
        }
    }
}
