package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.edge.EdgeApi;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.thing.TopicClass;
import io.weir.model.thing.TopicClass.Access;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Products' own topics and messages on them over the real API. */
class MessagesTest {
    private static DevicesWorld world;
    private static String device;
    private static String key;
    private static long product;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
        JsonNode row = world.devices(world.demo, 1).getFirst();
        device = row.path("device_id").asText();
        key = row.path("product_key").asText();
        for (JsonNode p :
                world.post(world.demo, "/oms/product/list", Map.of("page_size", 200)).data()) {
            product = p.path("product_key").asText().equals(key) ? p.path("id").asLong() : product;
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static Reply classes(String token, Object... classes) {
        return world.put(token, "/products/" + product + "/topics", Map.of("topics", classes));
    }

    private static Reply message(String token, String what, Map<String, ?> body) {
        return world.post(token, "/devices/" + device + "/" + what, body);
    }

    private static Map<String, String> one(String topic, String access) {
        return Map.of("topic", topic, "access", access);
    }

    @Test
    void classesReachTheGatewaysAndBoundWhatIsSent() {
        long before = world.last();
        ok(classes(world.demo, one("user/get", "SUBSCRIBE"), one("user/update", "PUBLISH")));
        var told = world.changes(before).products().getFirst();
        assertThat(told.productKey()).isEqualTo(key);
        assertThat(told.topics())
                .containsExactly(
                        new TopicClass("user/get", Access.SUBSCRIBE),
                        new TopicClass("user/update", Access.PUBLISH));
        JsonNode read = ok(world.api.get("/products/" + product + "/topics", world.demo));
        assertThat(read.at("/topics/1/access").asText()).isEqualTo("PUBLISH");

        ok(message(world.demo, "messages", Map.of("topic", "user/get", "text", "grün", "qos", 1)));
        var sent = (EdgeApi.Publish) world.neighbours.commands.getLast();
        assertThat(sent.topic()).startsWith("/" + key + "/").endsWith("/user/get");
        assertThat(new String(sent.payload(), StandardCharsets.UTF_8)).isEqualTo("grün");
        assertThat(sent.qos()).isEqualTo(1);
        assertThat(sent.keep()).isFalse();

        Reply no = message(world.demo, "messages", Map.of("topic", "user/update", "text", "x"));
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).containsExactly("topic");

        ok(classes(world.demo));
        assertThat(world.changes(0).products().getLast().topics()).isEmpty();
    }

    @Test
    void aQuestionComesBackWithWhatTheDeviceSaid() {
        JsonNode said = ok(message(world.demo, "asks", Map.of("topic", "q", "base64", "AP8=")));
        assertThat(said.path("base64").asText()).isEqualTo("AP8=");
        assertThat(said.has("text")).isFalse();
        assertThat(
                        ok(message(world.demo, "asks", Map.of("topic", "q", "text", "hi")))
                                .path("text")
                                .asText())
                .isEqualTo("hi");
    }

    @Test
    void aBroadcastGoesToTheSendersDevicesOnceAMinute() {
        String path = "/products/" + product + "/broadcasts";
        JsonNode reached = ok(world.post(world.demo, path, Map.of("name", "news", "text", "x")));
        assertThat(reached.path("devices").asInt()).isEqualTo(3);
        assertThat(reached.path("silent")).isEmpty();
        var sent = (EdgeApi.Broadcast) world.neighbours.commands.getLast();
        assertThat(sent.tenant()).isEqualTo("/DEMO/");
        assertThat(sent.productKey()).isEqualTo(key);
        Reply again = world.post(world.demo, path, Map.of("name", "news", "text", "x"));
        assertThat(again.status()).isEqualTo(429);
        assertThat(world.post(world.other, path, Map.of("name", "news", "text", "x")).status())
                .isEqualTo(404);
    }

    @Test
    void whatIsWrongIsNamedAndStrangersSeeNothing() {
        for (Map<String, ?> body :
                List.of(
                        Map.of("topic", "a"),
                        Map.of("topic", "a", "text", "x", "base64", "AA=="))) {
            assertThat(message(world.demo, "messages", body).fields()).containsExactly("text");
        }
        assertThat(message(world.demo, "asks", Map.of("topic", "a", "base64", "*")).fields())
                .containsExactly("base64");
        String large = "ä".repeat(20_000);
        assertThat(message(world.demo, "asks", Map.of("topic", "a", "text", large)).fields())
                .containsExactly("text");
        assertThat(message(world.demo, "messages", Map.of("topic", "a/#", "text", "x")).status())
                .isEqualTo(422);
        assertThat(classes(world.demo, one("a/#/b", "BOTH")).fields())
                .containsExactly("topics[0].topic");
        assertThat(message(world.other, "messages", Map.of("topic", "a", "text", "x")).status())
                .isEqualTo(404);
        assertThat(classes(world.other, one("a", "BOTH")).status()).isEqualTo(404);
    }
}
