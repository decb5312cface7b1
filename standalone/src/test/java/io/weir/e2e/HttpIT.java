package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A device that has nothing but its product's secret and curl, against the whole platform. */
class HttpIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static Platform platform;

    @BeforeAll
    static void start() {
        platform = Platform.standalone("http");
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    @Tag("cell:registration/http/curl")
    @Tag("cell:bootstrap/http/curl")
    @Tag("cell:property-post/http/curl")
    void itGetsItsSecretItsGatewayAndATokenAndPosts() throws Exception {
        Api vendor = platform.vendor();
        var factory = new Factory(vendor);
        Factory.Product product = factory.cooler();
        Triple device = factory.devices(product, 1).getFirst();
        String named = "productKey=" + device.productKey() + "&deviceName=" + device.deviceName();
        String signed =
                AlinkSign.SHA256.sign(
                        product.secret(),
                        "deviceName%sproductKey%srandom77"
                                .formatted(device.deviceName(), device.productKey()));
        String registration = named + "&random=77&signMethod=hmacsha256&sign=" + signed;
        assertThat(form("/auth/register/device", registration).path("code").asInt())
                .isEqualTo(6288);
        vendor.post("/oms/product/update/" + product.id(), Map.of("registration", "whitelist"))
                .data();
        JsonNode registered = form("/auth/register/device", registration);
        assertThat(registered.at("/data/deviceSecret").asText()).isEqualTo(device.secret());

        JsonNode mqtt = form("/auth/bootstrap", named).at("/data/resources/mqtt");
        assertThat(mqtt.path("host").asText() + ":" + mqtt.path("port").asInt())
                .isEqualTo(platform.mqtt());

        DeviceLogin login = device.login();
        String auth =
                Json.text(
                        Map.of(
                                "clientId",
                                login.clientId().substring(0, login.clientId().indexOf('|')),
                                "signmethod",
                                "hmacsha256",
                                "sign",
                                login.password(),
                                "productKey",
                                device.productKey(),
                                "deviceName",
                                device.deviceName()));
        JsonNode in = curl("/auth", "-d", auth, "-H", "Content-Type: application/json");
        String token = in.at("/info/token").asText();
        JsonNode posted =
                curl(
                        "/topic" + device.topic("thing/event/property/post"),
                        "-H",
                        "password: " + token,
                        "-H",
                        "Content-Type: application/octet-stream",
                        "--data-binary",
                        "{\"id\":\"1\",\"params\":{\"level\":41}}");
        assertThat(posted.path("code").asInt()).isZero();
        Wait.until(
                "the latest value",
                SOON,
                () ->
                        vendor.get("/devices/" + device.deviceId() + "/properties")
                                .data()
                                .toString()
                                .contains("41"));
        // It is active now, though it never connected: its secret is told to nobody any more.
        assertThat(form("/auth/register/device", registration).path("code").asInt())
                .isEqualTo(6289);
        vendor.put("/devices/" + device.deviceId() + "/state", Map.of("state", 0)).data();
        Wait.until(
                "the token's end",
                SOON,
                () ->
                        curl(
                                                "/topic"
                                                        + device.topic("thing/event/property/post"),
                                                "-H",
                                                "password: " + token,
                                                "-d",
                                                "{}")
                                        .path("code")
                                        .asInt()
                                == 20_000);
    }

    private static JsonNode form(String path, String fields) throws IOException {
        return curl(path, "-d", fields);
    }

    private static JsonNode curl(String path, String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
        command.addAll(List.of(arguments));
        command.add(platform.edgeHttp() + path);
        try {
            Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return Json.tree(said);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
