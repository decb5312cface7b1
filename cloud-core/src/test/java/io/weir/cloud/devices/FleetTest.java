package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.dispense.OperationsOps.GetUsage;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.ingest.IngestApi;
import io.weir.api.twin.TwinApi;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fleet: registering, finding, counting and resetting devices (AB-01 to AB-03, AB-10, AB-12). */
class FleetTest {
    private static final String DEMO_VID = "0000000000000001";
    private static final String HOLDER = "DEMO00000000000000M1";

    private static DevicesWorld world;
    private static int number;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static List<String> serials(int many) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ids.add("XXXX%04dYYYY".formatted(++number));
        }
        return ids;
    }

    private static Map<String, Object> registration(long product, List<String> ids) {
        Map<String, Object> body = new HashMap<>();
        body.put("product_id", product);
        body.put("device_ids", ids);
        body.put("type", 2);
        body.put("model", "W-9");
        body.put("hw_version", "1.2");
        body.put("sw_version", "3.4");
        body.put("manufacture_tms", "2026-10-01T00:00:00Z");
        body.put("vendor_id", DEMO_VID);
        return body;
    }

    private static List<String> ids(JsonNode rows) {
        return rows.findValuesAsText("device_id");
    }

    private static String member(String uid) {
        return world.api.token(Role.MEMBER, "/DEMO/", uid);
    }

    @Test
    @Tag("stores:registerDevices")
    @Tag("stores:getDevice")
    @Tag("shows:A-066")
    @Tag("shows:A-083")
    @Tag("shows:A-006")
    void aMakersNumbersAreRegisteredVerbatimAndInStockAtOnce() {
        long product = world.addProduct(world.demo);
        List<String> ids = serials(100);
        long last = world.last();
        JsonNode made = ok(world.post(world.platform, "/devices", registration(product, ids)));
        assertThat(ids(made)).isEmpty();
        assertThat(made.path("device_ids")).hasSize(100);
        JsonNode seen = ok(world.api.get("/devices/" + ids.get(42), world.demo));
        assertThat(seen.path("lifecycle").asText()).isEqualTo("STOCKED");
        assertThat(seen.path("type").asInt()).isEqualTo(2);
        assertThat(seen.path("model").asText()).isEqualTo("W-9");
        assertThat(seen.path("hw_version").asText()).isEqualTo("1.2");
        assertThat(seen.path("sw_version").asText()).isEqualTo("3.4");
        assertThat(seen.path("manufacture_tms").asText()).isEqualTo("2026-10-01T00:00:00Z");
        assertThat(seen.path("vendor_id").asText()).isEqualTo(DEMO_VID);
        assertThat(seen.path("produce_id").asLong()).isEqualTo(made.path("produce_id").asLong());
        List<JsonNode> secrets = world.rows(world.platform, made.path("produce_id").asLong());
        assertThat(secrets).hasSize(100);
        assertThat(world.last()).as("the gateway hears of them").isEqualTo(last + 100);
    }

    @Test
    @Tag("refuses:registerDevices")
    @Tag("shows:A-066")
    @Tag("shows:A-006")
    void allOrNoneAndEachFaultIsLocated() {
        long product = world.addProduct(world.demo);
        List<String> taken = serials(1);
        ok(world.post(world.platform, "/devices", registration(product, taken)));
        List<String> ids = serials(100);
        ids.set(57, taken.getFirst());
        Reply refused = world.post(world.platform, "/devices", registration(product, ids));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.fields()).containsExactly("device_ids[57]");
        assertThat(world.api.get("/devices/" + ids.getFirst(), world.platform).code())
                .isEqualTo("NOT_FOUND");
        ids = serials(3);
        ids.add(ids.get(1));
        refused = world.post(world.platform, "/devices", registration(product, ids));
        assertThat(refused.fields()).containsExactly("device_ids[3]");
        Map<String, Object> body = registration(product, serials(1));
        body.put("vendor_id", "0000000000000003");
        assertThat(world.post(world.platform, "/devices", body).fields())
                .as("another vendor's product")
                .containsExactly("vendor_id");
        body.put("vendor_id", "00000000000000FF");
        assertThat(world.post(world.platform, "/devices", body).fields())
                .containsExactly("vendor_id");
        assertThat(world.post(world.platform, "/devices", registration(4711_000, ids)).fields())
                .contains("device_ids[3]");
        assertThat(
                        world.post(world.platform, "/devices", registration(2000_000, serials(1)))
                                .fields())
                .containsExactly("product_id");
        assertThat(world.post(world.demo, "/devices", registration(product, serials(1))).code())
                .isEqualTo("FORBIDDEN");
    }

    @Test
    @Tag("stores:listDevices")
    @Tag("refuses:listDevices")
    @Tag("stores:getDevice")
    @Tag("refuses:getDevice")
    @Tag("shows:A-063")
    @Tag("shows:A-099")
    @Tag("shows:A-082")
    @Tag("shows:A-065")
    @Tag("shows:A-067")
    @Tag("shows:A-081")
    void aListIsNarrowedByWhatIsKnown() {
        long product = world.addProduct(world.demo);
        List<String> ids = serials(3);
        ok(world.post(world.platform, "/devices", registration(product, ids)));
        world.neighbours.holders.put(ids.get(0), HOLDER);
        world.post(
                world.demo,
                "/devices/" + ids.get(1) + "/lifecycle",
                Map.of("to", "INSTALLED", "reason", "new site"));
        String all = "/devices?product_id=" + product;
        assertThat(ids(world.api.get(all + "&user_id=" + HOLDER, world.demo).data()))
                .containsExactly(ids.get(0));
        assertThat(ids(world.api.get(all + "&lifecycle=INSTALLED", world.demo).data()))
                .containsExactly(ids.get(1));
        assertThat(ids(world.api.get(all + "&model=W-9", world.demo).data())).hasSize(3);
        assertThat(ids(world.api.get(all + "&model=W-8", world.demo).data())).isEmpty();
        assertThat(ids(world.api.get(all + "&vendor_id=" + DEMO_VID, world.platform).data()))
                .hasSize(3);
        assertThat(ids(world.api.get(all + "&vendor_id=0000000000000003", world.platform).data()))
                .isEmpty();
        assertThat(ids(world.api.get(all + "&vendor_id=00000000000000FF", world.platform).data()))
                .isEmpty();
        for (int type : new int[] {0, 1, 2, 3, 4, 8}) {
            ok(world.put(world.demo, "/devices/" + ids.get(2), Map.of("type", type)));
            JsonNode found = world.api.get(all + "&type=" + type, world.demo).data();
            assertThat(ids(found)).contains(ids.get(2));
            int scheme = Map.of(0, 0, 1, 1, 2, 2, 3, 4, 4, 8, 8, 0).get(type);
            assertThat(found.findValuesAsText("billing")).containsOnly(String.valueOf(scheme));
        }
        assertThat(world.api.get("/devices/" + ids.get(2), world.demo).data().path("state").isInt())
                .as("state is a number, how it runs has other names")
                .isTrue();
        assertThat(
                        world.api
                                .get("/devices/" + ids.get(2) + "/stat", world.demo)
                                .data()
                                .has("running"))
                .isTrue();
        assertThat(world.put(world.demo, "/devices/" + ids.get(2), Map.of("type", 5)).fields())
                .containsExactly("type");
        assertThat(world.api.get("/devices?type=5", world.demo).fields()).containsExactly("type");
        JsonNode held = ok(world.api.get("/devices/" + ids.get(0), world.demo));
        assertThat(held.path("user_id").asText()).isEqualTo(HOLDER);
        assertThat(held.path("user_share").get(0).asText()).isEqualTo("G1");
        assertThat(world.api.get("/devices/" + ids.get(0), world.other).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:listDevices")
    void membersListWhatIsTheirs() {
        List<String> ids = serials(2);
        ok(world.post(world.platform, "/devices", registration(world.addProduct(world.demo), ids)));
        world.neighbours.holders.put(ids.get(0), "M7");
        Reply mine = world.api.get("/devices", member("M7"));
        assertThat(ids(mine.data())).containsExactly(ids.get(0));
        assertThat(mine.data().get(0).has("user_id")).isFalse();
        assertThat(world.api.get("/devices?user_id=M7", member("M8")).data()).isEmpty();
    }

    @Test
    @Tag("stores:getDeviceStatistics")
    @Tag("refuses:getDeviceStatistics")
    @Tag("shows:A-074")
    @Tag("shows:A-089")
    void whatFlowedIsToldByPeriod() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        String stats = "/devices/" + id + "/stats";
        String span = "&from=2026-09-30T15:59:59Z&to=2026-10-01T00:00:00Z";
        JsonNode days = ok(world.api.get(stats + "?by=day" + span, world.demo));
        assertThat(days.path("zone").asText()).isEqualTo("Asia/Shanghai");
        assertThat(days.path("periods").findValuesAsText("period"))
                .as("Shanghai's midnight lies between")
                .containsExactly("2026-09-30", "2026-10-01");
        assertThat(days.at("/periods/1/usage/volume_ml").asLong()).isEqualTo(250);
        assertThat(days.at("/total/dispenses").asLong()).isEqualTo(2);
        assertThat(world.neighbours.asked)
                .filteredOn(GetUsage.class::isInstance)
                .last()
                .satisfies(
                        q -> {
                            GetUsage ask = (GetUsage) q;
                            assertThat(ask.tenant()).isEqualTo("/DEMO/");
                            assertThat(ask.member()).isNull();
                            assertThat(ask.spans().get(1).from()).isEqualTo("2026-09-30T16:00:00Z");
                            assertThat(ask.spans().get(0).to()).isEqualTo("2026-09-30T16:00:00Z");
                        });
        assertThat(ok(world.api.get(stats, world.demo)).path("periods")).hasSize(30);
        assertThat(
                        ok(world.api.get("/devices/" + id + "/stat", world.demo))
                                .at("/statistics/month/volume_ml")
                                .asLong())
                .isEqualTo(250);
        assertThat(world.api.get(stats + "?from=2020-01-01T00:00:00Z", world.demo).fields())
                .containsExactly("from");
        assertThat(
                        world.api
                                .get(
                                        stats
                                                + "?from=2026-10-02T00:00:00Z&to=2026-10-01T00:00:00Z",
                                        world.demo)
                                .fields())
                .containsExactly("from");
        assertThat(world.api.get(stats + "?by=hour", world.demo).fields()).containsExactly("by");
        assertThat(world.api.get(stats, world.other).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:clearDevice")
    @Tag("refuses:clearDevice")
    @Tag("shows:A-076")
    void aResetForgetsItsUseAndKeepsItsIdentity() {
        JsonNode device = world.devices(world.demo, 1).getFirst();
        String id = device.path("device_id").asText();
        String path = "/devices/" + id;
        ok(world.put(world.demo, path, Map.of("name", "Lobby", "remark", "left", "model", "M1")));
        world.neighbours.uses.put(id, Use.BUSY);
        assertThat(clear(path, world.demo).code()).isEqualTo("DEVICE_IN_USE");
        world.neighbours.uses.put(id, Use.FREE);
        assertThat(clear(path, world.other).code()).isEqualTo("NOT_FOUND");
        Reply done = clear(path, world.demo);
        assertThat(done.status()).isEqualTo(204);
        assertThat(world.neighbours.asked)
                .contains(new IngestApi.ClearDevice(id), new TwinApi.ClearDevice(id));
        JsonNode after = ok(world.api.get(path, world.demo));
        assertThat(after.path("name").asText()).isEqualTo(id);
        assertThat(after.path("remark").asText()).isEmpty();
        assertThat(after.path("model").asText()).isEqualTo("M1");
        assertThat(after.path("lifecycle").asText()).isEqualTo("STOCKED");
        assertThat(clear("/devices/nowhere-1", world.demo).code()).isEqualTo("NOT_FOUND");
    }

    private static Reply clear(String path, String token) {
        return world.api.send("DELETE", path + "/infos", token, null, Map.of());
    }

    @Test
    @Tag("shows:A-072")
    void whatIsOutOfServiceSellsNothing() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        String svc = "/devices/" + id + "/svc";
        assertThat(usable(id)).isTrue();
        ok(world.put(world.demo, svc, Map.of("suspended", true, "reason", "unpaid")));
        assertThat(usable(id)).isFalse();
        ok(world.put(world.demo, svc, Map.of("suspended", false, "reason", "paid")));
        assertThat(usable(id)).isTrue();
        ok(world.put(world.demo, svc, Map.of("expire", "2020-01-01T00:00:00Z", "reason", "over")));
        assertThat(usable(id)).isFalse();
    }

    private static boolean usable(String id) {
        return world.ask(DevicesApi.DISPENSER, new GetDispenser(id)).usable();
    }

    @Test
    void whoPoursLosesTheDeviceToNobody() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        String way = "/devices/" + id + "/lifecycle";
        world.neighbours.uses.put(id, Use.BUSY);
        Reply refused = world.post(world.demo, way, Map.of("to", "SCRAPPED", "reason", "old"));
        assertThat(refused.code()).isEqualTo("DEVICE_IN_USE");
        world.neighbours.uses.put(id, Use.FREE);
        ok(world.post(world.demo, way, Map.of("to", "SCRAPPED", "reason", "old")));
    }
}
