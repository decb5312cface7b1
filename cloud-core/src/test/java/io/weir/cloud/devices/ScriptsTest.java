package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.cloud.http.ApiFixture.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scripts of products over the real API: draft, dry run, publication, history. */
class ScriptsTest {
    private static final String RAW =
            """
            function rawDataToProtocol(bytes) { return {method: 'm', params: {n: bytes.length, first: bytes[0]}}; }
            function protocolToRawData(json) { return [1, 255, json.id]; }
            function transformPayload(topic, bytes) { return {topic: topic}; }
            """;
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static JsonNode put(long product, String source) {
        return ok(world.put(world.demo, path(product, "/script"), Map.of("source", source)));
    }

    private static Reply publish(long product, int version) {
        return world.post(world.demo, path(product, "/script/publish"), Map.of("version", version));
    }

    private static Reply attempt(long product, String... fields) {
        Map<String, Object> body = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            body.put(fields[i], fields[i + 1]);
        }
        return world.post(world.demo, path(product, "/script/try"), body);
    }

    private static String path(long product, String rest) {
        return "/products/" + product + rest;
    }

    private static ProductGrant told(long since, String productKey) {
        return world.changes(since).products().stream()
                .filter(p -> p.productKey().equals(productKey))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsPublishedReachesTheGatewaysAndCanBeRolledBack() {
        JsonNode device = world.devices(world.demo, 1).getFirst();
        String key = device.path("product_key").asText();
        long product = product(device);
        assertThat(told(0, key).script()).isNull();

        assertThat(put(product, "draft;").path("version").asInt()).isEqualTo(1);
        JsonNode draft = put(product, RAW);
        assertThat(draft.path("version").asInt()).isEqualTo(1);
        assertThat(draft.path("source").asText()).isEqualTo(RAW);
        assertThat(draft.has("publish_tms")).isFalse();
        assertThat(told(0, key).script()).isNull();

        long before = world.last();
        ok(publish(product, 1));
        var script = told(before, key).script();
        assertThat(script).isNotNull();
        assertThat(script.version()).isEqualTo(1);
        assertThat(script.source()).isEqualTo(RAW);
        assertThat(script.raw()).isTrue();

        String custom = "function transformPayload(topic, bytes) { return {}; }";
        assertThat(put(product, custom).path("version").asInt()).isEqualTo(2);
        assertThat(told(0, key).script().version()).isEqualTo(1);
        ok(publish(product, 2));
        assertThat(told(0, key).script().raw()).isFalse();
        ok(publish(product, 1));
        assertThat(told(0, key).script()).isEqualTo(script);

        Reply list = world.api.get(path(product, "/scripts"), world.demo);
        assertThat(list.json().path("total").asInt()).isEqualTo(2);
        List<String> rows = new ArrayList<>();
        list.data()
                .forEach(
                        row ->
                                rows.add(
                                        row.path("version").asText()
                                                + row.path("in_force").asText()
                                                + row.has("source")));
        assertThat(rows).containsExactly("2falsefalse", "1truefalse");
        JsonNode old = ok(world.api.get(path(product, "/script?version=1"), world.demo));
        assertThat(old.path("source").asText()).isEqualTo(RAW);

        ok(publish(product, 0));
        assertThat(told(0, key).script()).isNull();
    }

    private static long product(JsonNode device) {
        JsonNode list =
                world.post(world.demo, "/oms/product/list", Map.of("page_size", 200)).data();
        for (JsonNode row : list) {
            if (row.path("product_key").equals(device.path("product_key"))) {
                return row.path("id").asLong();
            }
        }
        throw new AssertionError("no product " + device);
    }

    @Test
    void aScriptThatDoesNotLoadIsNotPublished() {
        long product = world.addProduct(world.demo);
        put(product, "var a = 1;\nvar b = ;");
        Reply no = publish(product, 1);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).containsExactly("version");
        assertThat(no.json().toString()).contains("line 2, column 9");
        put(product, "while (true) {}");
        assertThat(publish(product, 1).json().toString()).contains("limit");
        put(product, "function rawDataToProtocol(bytes) { return {}; }");
        assertThat(publish(product, 1).json().toString()).contains("needs rawDataToProtocol and");
        assertThat(publish(product, 2).status()).isEqualTo(404);
    }

    @Test
    void aTrySaysWhatCameOfItOrWhereItFailed() {
        long product = world.addProduct(world.demo);
        put(product, RAW);
        JsonNode up = ok(attempt(product, "direction", "UP", "hex", "FF00"));
        assertThat(up.path("json").asText())
                .isEqualTo("{\"method\":\"m\",\"params\":{\"n\":2,\"first\":255}}");
        assertThat(ok(attempt(product, "direction", "UP", "base64", "/wA=")).path("json"))
                .isEqualTo(up.path("json"));
        JsonNode down = ok(attempt(product, "direction", "DOWN", "json", "{\"id\":7}"));
        assertThat(down.path("hex").asText()).isEqualTo("01ff07");
        assertThat(down.path("base64").asText()).isEqualTo("Af8H");
        JsonNode topic =
                ok(attempt(product, "direction", "TRANSFORM", "hex", "", "topic", "/a/b/user/水"));
        assertThat(topic.path("json").asText()).isEqualTo("{\"topic\":\"/a/b/user/水\"}");

        String broken = "function rawDataToProtocol(bytes) {\n  return nothing.at.all;\n}";
        JsonNode fault = ok(attempt(product, "direction", "UP", "hex", "00", "source", broken));
        assertThat(fault.path("ok").asBoolean()).isFalse();
        assertThat(fault.at("/fault/code").asInt()).isEqualTo(26002);
        assertThat(fault.at("/fault/line").asInt()).isEqualTo(2);
        assertThat(fault.at("/fault/message").asText()).contains("nothing");
        JsonNode hangs =
                ok(
                        attempt(
                                product,
                                "direction",
                                "UP",
                                "hex",
                                "00",
                                "source",
                                "function rawDataToProtocol(b) { while (true) {} }"));
        assertThat(hangs.at("/fault/kind").asText()).isEqualTo("LIMIT");
        JsonNode missing =
                ok(attempt(product, "direction", "DOWN", "json", "{}", "source", "var a;"));
        assertThat(missing.at("/fault/code").asInt()).isEqualTo(26006);
    }

    @ParameterizedTest
    @CsvSource({
        "direction,SIDEWAYS,direction",
        "hex,0,hex",
        "hex,xx,hex",
        "base64,AA==,hex",
        "source,'',source"
    })
    void aWrongFieldOfATryIsNamed(String field, String value, String at) {
        long product = world.addProduct(world.demo);
        put(product, RAW);
        Map<String, Object> body = new HashMap<>(Map.of("direction", "UP", "hex", "00"));
        body.put(field, value);
        Reply no = world.post(world.demo, path(product, "/script/try"), body);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).contains(at);
    }

    @Test
    void nobodyElseSeesOrChangesIt() {
        long product = world.addProduct(world.demo);
        put(product, RAW);
        long platforms = world.addProduct(world.platform);
        for (String token : new String[] {world.other}) {
            assertThat(world.api.get(path(product, "/script"), token).status()).isEqualTo(404);
            assertThat(world.api.get(path(product, "/scripts"), token).status()).isEqualTo(404);
            assertThat(world.put(token, path(product, "/script"), Map.of("source", "x")).status())
                    .isEqualTo(404);
        }
        // A vendor sees the platform's product, but not how its devices are read.
        assertThat(
                        world.put(world.demo, path(platforms, "/script"), Map.of("source", "x"))
                                .status())
                .isEqualTo(404);
        ok(world.put(world.platform, path(platforms, "/script"), Map.of("source", "x")));
        assertThat(world.api.get(path(platforms, "/script"), world.demo).status()).isEqualTo(404);
    }
}
