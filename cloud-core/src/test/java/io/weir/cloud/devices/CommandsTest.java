package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.EDGE;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.edge.EdgeApi;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.Map;

/** OMS 2.17 and 2.18: what reaches the edge and what is refused before. */
class CommandsTest {
    private static DevicesWorld world;
    private static String online;
    private static String offline;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
        var rows = world.devices(world.demo, 2);
        online = rows.get(0).path("device_id").asText();
        offline = rows.get(1).path("device_id").asText();
        world.api.tx.system(
                c ->
                        c.query(
                                        "INSERT INTO devices.presence (device_id, tenant, online,"
                                                + " epoch, gateway_id, boot, connection,"
                                                + " lane_partition) VALUES ('"
                                                + online
                                                + "', '/DEMO/', true, 1, '"
                                                + EDGE
                                                + "', 'b', 1, 0)")
                                .execute()
                                .await());
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    @Tag("shows:O-027")
    @Tag("stores:omsSetProperties")
    void aPropertyIsSetThroughTheGatewayThatHoldsTheDevice() {
        JsonNode result = ok(set(world.demo, online, Map.of("brightness", 5), null));
        assertThat(result.path("code").asInt()).isEqualTo(200);
        assertThat(world.neighbours.commands)
                .contains(new EdgeApi.SetProperties(online, "{\"brightness\":5}"));
        ok(set(world.demo, online, Map.of("brightness", 6), "M1"));
    }

    @Test
    @Tag("shows:O-028")
    @Tag("stores:omsInvokeService")
    void aServiceIsInvokedAndItsReplyComesBack() {
        JsonNode result = ok(invoke(world.demo, online, "blink", Map.of("times", 3)));
        assertThat(result.at("/data/done").asInt()).isEqualTo(1);
        assertThat(world.neighbours.commands)
                .contains(new EdgeApi.InvokeService(online, "blink", "{\"times\":3}"));
    }

    @Test
    void whatTheDispenseEngineControlsIsRefusedToEverybodyWhateverTheValue() {
        int before = world.neighbours.commands.size();
        for (String service : new String[] {"dispense", "stop"}) {
            for (String token : new String[] {world.demo, world.platform}) {
                Reply no = invoke(token, online, service, Map.of());
                assertThat(no.status()).isEqualTo(403);
                assertThat(no.code()).isEqualTo("CONTROLLED_BY_DISPENSE");
            }
        }
        for (Object value : new Object[] {1, "x", 99}) {
            Reply no = set(world.demo, online, Map.of("brightness", 1, "valve", value), null);
            assertThat(no.code()).isEqualTo("CONTROLLED_BY_DISPENSE");
        }
        assertThat(world.neighbours.commands).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({
        "brightness,11,params.brightness",
        "brightness,x,params.brightness",
        "total_ml,1,params.total_ml",
        "nothing,1,params.nothing"
    })
    void aSetAgainstTheThingModelIsNamed(String property, String value, String at) {
        Object typed = value.matches("[0-9]+") ? (Object) Integer.valueOf(value) : value;
        Reply no = set(world.demo, online, Map.of(property, typed), null);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.fields()).containsExactly(at);
    }

    @Test
    @Tag("refuses:omsInvokeService")
    void anInvokeAgainstTheThingModelIsNamed() {
        assertThat(invoke(world.demo, online, "nothing", Map.of()).fields())
                .containsExactly("service");
        assertThat(invoke(world.demo, online, "blink", Map.of()).fields())
                .containsExactly("params.times");
        assertThat(invoke(world.demo, online, "blink", Map.of("times", 10)).fields())
                .containsExactly("params.times");
        assertThat(invoke(world.demo, online, "'; DROP", Map.of()).status()).isEqualTo(422);
    }

    @Test
    @Tag("refuses:omsSetProperties")
    void aDeviceThatIsOfflineForeignOrDisabledGetsNoCommand() {
        Reply no = set(world.demo, offline, Map.of("brightness", 5), null);
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.code()).isEqualTo("DEVICE_OFFLINE");
        assertThat(set(world.other, online, Map.of("brightness", 5), null).status()).isEqualTo(404);
        for (String member : new String[] {"M2", "75f11c22-71cf-49b1-8978-be3f3b2a7232"}) {
            Reply foreign = set(world.demo, online, Map.of("brightness", 5), member);
            assertThat(foreign.status()).isEqualTo(403);
            assertThat(foreign.fields()).containsExactly("user_id");
        }
        assertThat(
                        set(
                                        world.api.token(Role.MEMBER, "/DEMO/"),
                                        online,
                                        Map.of("brightness", 5),
                                        null)
                                .status())
                .isEqualTo(403);
        ok(world.put(world.demo, "/devices/" + offline + "/state", Map.of("state", 0)));
        assertThat(set(world.demo, offline, Map.of("brightness", 5), null).code())
                .isEqualTo("DEVICE_NOT_USABLE");
    }

    private static Reply set(String token, String device, Map<String, ?> params, String user) {
        var body = new HashMap<String, Object>(Map.of("device_id", device, "params", params));
        if (user != null) {
            body.put("user_id", user);
        }
        return world.post(token, "/oms/device/property/set", body);
    }

    private static Reply invoke(String token, String device, String service, Map<String, ?> in) {
        return world.post(
                token,
                "/oms/device/service/invoke",
                Map.of("device_id", device, "service", service, "params", in));
    }
}
