package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.dispense.OperationsOps.Use;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** Configuration, basics, service, running state and the end of devices (AB-04 to AB-09, AB-14). */
class ProfilesTest {
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static String device() {
        return world.devices(world.demo, 1).getFirst().path("device_id").asText();
    }

    private static String member() {
        return world.api.token(Role.MEMBER, "/DEMO/", "DEMO00000000000000M1");
    }

    private static Reply delete(String path, String token) {
        return world.api.send("DELETE", path, token, null, Map.of());
    }

    @Test
    @Tag("stores:configureDevice")
    @Tag("refuses:configureDevice")
    @Tag("shows:A-068")
    void membersNameWhatTheyHoldAndAdministratorsConfigure() {
        String path = "/devices/" + device();
        ok(world.put(world.demo, path, Map.of("name", "Lobby", "type", 4, "model", "M1")));
        var seen = ok(world.api.get(path, world.demo));
        assertThat(seen.path("name").asText()).isEqualTo("Lobby");
        assertThat(seen.path("type").asInt()).isEqualTo(4);
        assertThat(ok(world.put(member(), path, Map.of("name", "Mine"))).path("name").asText())
                .isEqualTo("Mine");
        for (var wrong :
                List.of(
                        Map.of("model", "M2"),
                        Map.of("type", 1),
                        Map.of("manufacture_tms", "2026-01-01T00:00:00Z"))) {
            Reply refused = world.put(member(), path, wrong);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.fields()).containsExactlyElementsOf(wrong.keySet());
        }
        assertThat(world.put(world.other, path, Map.of("name", "x")).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:setDeviceBasics")
    @Tag("stores:getDeviceBasics")
    @Tag("refuses:setDeviceBasics")
    @Tag("refuses:getDeviceBasics")
    @Tag("shows:A-069")
    @Tag("shows:A-070")
    @Tag("shows:A-087")
    void basicsAreKept() {
        String path = "/devices/" + device() + "/prof";
        ok(
                world.put(
                        world.demo,
                        path,
                        Map.of(
                                "platform",
                                "ESP8266",
                                "sim_iccid",
                                "8986",
                                "lbs_coord",
                                "113.57,22.27")));
        ok(world.put(world.demo, path, Map.of("net_type", "4G")));
        var basics = ok(world.api.get(path, member()));
        assertThat(basics.path("platform").asText()).isEqualTo("ESP8266");
        assertThat(basics.path("net_type").asText()).isEqualTo("4G");
        assertThat(basics.path("lbs_coord").asText()).isEqualTo("113.57,22.27");
        assertThat(world.put(world.demo, path, Map.of("lbs_coord", "here")).fields())
                .containsExactly("lbs_coord");
        assertThat(world.put(member(), path, Map.of("platform", "x")).code())
                .isEqualTo("FORBIDDEN");
        assertThat(world.api.get(path, world.other).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:setDeviceService")
    @Tag("stores:getDeviceService")
    @Tag("refuses:setDeviceService")
    @Tag("refuses:getDeviceService")
    @Tag("stores:getDeviceStatus")
    @Tag("refuses:getDeviceStatus")
    @Tag("shows:A-071")
    @Tag("shows:A-072")
    @Tag("shows:A-064")
    @Tag("shows:A-172")
    void serviceIsSuspendedExtendedAndExpires() {
        String id = device();
        String path = "/devices/" + id + "/svc";
        assertThat(ok(world.api.get(path, world.demo)).path("state").asInt()).isZero();
        var until = Map.of("expire", "2099-01-01T00:00:00Z", "reason", "rented");
        assertThat(ok(world.put(world.demo, path, until)).path("state").asInt()).isEqualTo(1);
        var off = Map.of("suspended", true, "reason", "unpaid");
        assertThat(ok(world.put(world.demo, path, off)).path("state").asInt()).isEqualTo(2);
        var on = Map.of("suspended", false, "expire", "2020-01-01T00:00:00Z", "reason", "late");
        assertThat(ok(world.put(world.demo, path, on)).path("state").asInt()).isEqualTo(3);
        String stat = "/devices/" + id + "/stat";
        assertThat(ok(world.api.get(stat, world.demo)).path("status").asText())
                .isEqualTo("expired");
        world.neighbours.uses.put(id, Use.FAULTED);
        assertThat(ok(world.api.get(stat, world.demo)).path("status").asText()).isEqualTo("fault");
        world.neighbours.uses.put(id, Use.FREE);
        var ever = Map.of("unlimited", true, "reason", "sold");
        var service = ok(world.put(world.demo, path, ever));
        assertThat(service.path("state").asInt()).isEqualTo(1);
        assertThat(service.path("expire").isMissingNode() || service.path("expire").isNull())
                .isTrue();
        assertThat(ok(world.api.get(stat, member())).path("status").asText()).isEqualTo("offline");
        assertThat(
                        world.put(
                                        world.demo,
                                        path,
                                        Map.of(
                                                "unlimited",
                                                true,
                                                "expire",
                                                "2099-01-01T00:00:00Z",
                                                "reason",
                                                "x"))
                                .fields())
                .containsExactly("unlimited");
        assertThat(world.put(world.demo, path, Map.of("suspended", true)).fields())
                .containsExactly("reason");
        assertThat(world.api.get(path, world.other).code()).isEqualTo("NOT_FOUND");
        assertThat(world.api.get(stat, world.other).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:deregisterDevice")
    @Tag("stores:omsRemoveDevice")
    @Tag("refuses:deregisterDevice")
    @Tag("refuses:omsRemoveDevice")
    @Tag("shows:A-078")
    @Tag("shows:A-019")
    @Tag("shows:A-001")
    @Tag("shows:O-022")
    void whatIsDeregisteredIsGoneForEver() {
        String id = device();
        String path = "/devices/" + id;
        assertThat(delete(path, world.demo).code()).isEqualTo("FORBIDDEN");
        world.neighbours.uses.put(id, Use.BUSY);
        assertThat(delete(path, world.platform).code()).isEqualTo("DEVICE_IN_USE");
        world.neighbours.uses.put(id, Use.FREE);
        assertThat(delete(path, world.platform).status()).isEqualTo(204);
        for (String read : new String[] {path, path + "/prof", path + "/svc", path + "/stat"}) {
            assertThat(world.api.get(read, world.demo).code()).as(read).isEqualTo("GONE");
        }
        assertThat(world.put(world.demo, path + "/state", Map.of("state", 2)).code())
                .isEqualTo("GONE");
        assertThat(delete(path, world.platform).status()).isEqualTo(410);
        assertThat(
                        world.api
                                .get("/devices?limit=200", world.demo)
                                .data()
                                .findValuesAsText("device_id"))
                .doesNotContain(id);
        var grant =
                world.changes(0).devices().stream()
                        .filter(d -> d.deviceId().equals(id))
                        .findFirst()
                        .orElseThrow();
        assertThat(grant.usable()).as("refused at connect").isFalse();
        String other = device();
        assertThat(world.post(world.demo, "/oms/device/remove/" + other, Map.of()).code())
                .isEqualTo("FORBIDDEN");
        assertThat(world.post(world.platform, "/oms/device/remove/" + other, Map.of()).status())
                .isEqualTo(201);
        assertThat(world.api.get("/devices/nowhere-1", world.demo).code()).isEqualTo("NOT_FOUND");
        assertThat(delete("/devices/nowhere-1", world.platform).code()).isEqualTo("NOT_FOUND");
    }
}
