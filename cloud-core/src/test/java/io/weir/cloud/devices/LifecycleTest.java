package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.Lookup;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** A device's way from production to the scrap heap, over the real API. */
class LifecycleTest {
    private static DevicesWorld world;
    private static String agent;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
        agent = world.api.token(Role.AGENT, "/DEMO/A001/");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    @Tag("stores:moveDevice")
    @Tag("stores:listDeviceLifecycle")
    @Tag("shows:A-084")
    @Tag("shows:A-086")
    void aDeviceIsAllottedInstalledServesAndComesBack() {
        String id = device();
        assertThat(world.api.get("/devices/" + id, agent).status()).isEqualTo(404);
        ok(move(world.demo, id, "ALLOTTED", "/DEMO/A001/"));
        assertThat(ok(world.api.get("/devices/" + id, agent)).path("tenant").asText())
                .isEqualTo("/DEMO/A001/");
        ok(move(agent, id, "INSTALLED", null));
        JsonNode step = ok(move(agent, id, "SERVING", null));
        assertThat(step.path("from").asText()).isEqualTo("INSTALLED");
        assertThat(step.path("reason").asText()).isEqualTo("because of SERVING");
        ok(move(world.demo, id, "RECOVERED", null));
        assertThat(world.api.get("/devices/" + id, agent).status()).isEqualTo(404);

        JsonNode history = ok(world.api.get("/devices/" + id + "/lifecycle", world.demo));
        assertThat(history.findValuesAsText("to"))
                .containsExactly("RECOVERED", "SERVING", "INSTALLED", "ALLOTTED");
        assertThat(history.findValuesAsText("tenant"))
                .containsExactly("/DEMO/", "/DEMO/A001/", "/DEMO/A001/", "/DEMO/A001/");
        JsonNode page = world.api.get("/devices/" + id + "/lifecycle?limit=1", world.demo).json();
        assertThat(page.path("total").asInt()).isEqualTo(4);
        assertThat(page.path("data")).hasSize(1);
    }

    @Test
    @Tag("stores:moveDevice")
    void aSuspendedDeviceIsRefusedAtItsGatewayUntilItServesAgain() {
        JsonNode row = world.devices(world.demo, 1).getFirst();
        String id = row.path("device_id").asText();
        ok(move(world.demo, id, "INSTALLED", null));
        ok(move(world.demo, id, "SERVING", null));
        assertThat(grant(row).usable()).isTrue();
        long before = world.last();
        ok(move(world.demo, id, "SUSPENDED", null));
        assertThat(grant(row).refusal()).isEqualTo("DISABLED");
        assertThat(world.changes(before).devices())
                .extracting(DeviceGrant::deviceId)
                .containsExactly(id);

        Reply no = world.put(world.demo, "/devices/" + id + "/state", Map.of("state", 2));
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.code()).isEqualTo("DEVICE_HALTED");
        assertThat(grant(row).usable()).isFalse();

        ok(move(world.demo, id, "SERVING", null));
        assertThat(grant(row).usable()).isTrue();
    }

    @Test
    void whatWasDisabledBeforeItWasSuspendedIsSoAfter() {
        JsonNode row = world.devices(world.demo, 1).getFirst();
        String id = row.path("device_id").asText();
        ok(move(world.demo, id, "INSTALLED", null));
        ok(world.put(world.demo, "/devices/" + id + "/state", Map.of("state", 0)));
        ok(move(world.demo, id, "SUSPENDED", null));
        ok(move(world.demo, id, "SERVING", null));
        assertThat(grant(row).refusal()).isEqualTo("DISABLED");
        ok(world.put(world.demo, "/devices/" + id + "/state", Map.of("state", 2)));
        assertThat(grant(row).usable()).isTrue();
    }

    @Test
    @Tag("shows:A-174")
    void qualityControlComesBeforeStockAndABatchMayStillBeRemoved() {
        long batch = world.submit(world.demo, world.addProduct(world.demo), 1);
        String id = world.rows(world.demo, batch).getFirst().path("device_id").asText();
        assertThat(told(id)).as("unknown before").isNull();
        ok(move(world.demo, id, "QC", null));
        assertThat(told(id).usable()).as("let in to be checked").isTrue();
        Reply no = move(world.demo, id, "STOCKED", null);
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.code()).isEqualTo("LIFECYCLE_MOVE");
        world.confirm(world.demo, batch);
        ok(move(world.demo, id, "INSTALLED", null));

        long other = world.submit(world.demo, world.addProduct(world.demo), 1);
        String gone = world.rows(world.demo, other).getFirst().path("device_id").asText();
        ok(move(world.demo, gone, "QC", null));
        assertThat(world.post(world.demo, "/oms/produce/remove/" + other, Map.of()).code())
                .as("a gateway lets it in")
                .isEqualTo("DEVICE_IN_USE");
        ok(move(world.demo, gone, "SCRAPPED", null));
        Reply removed = world.post(world.demo, "/oms/produce/remove/" + other, Map.of());
        assertThat(removed.status() / 100).as(removed.json().toString()).isEqualTo(2);
    }

    private static @Nullable DeviceGrant told(String id) {
        return world.changes(0).devices().stream()
                .filter(d -> d.deviceId().equals(id))
                .findFirst()
                .orElse(null);
    }

    @Test
    @Tag("refuses:moveDevice")
    void refusalsNameTheirCodeAndField() {
        String id = device();
        Reply no = move(world.demo, id, "SERVING", null);
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.code()).isEqualTo("LIFECYCLE_MOVE");
        for (String tenant : new String[] {null, "/DEMO/", "/OTHR/A001/", "/DEMO/A009/"}) {
            Reply wrong = move(world.demo, id, "ALLOTTED", tenant);
            assertThat(wrong.status()).as(tenant).isEqualTo(422);
            assertThat(wrong.fields()).containsExactly("tenant");
        }
        assertThat(move(world.demo, id, "INSTALLED", "/DEMO/A001/").fields())
                .containsExactly("tenant");
        assertThat(move(world.demo, id, "PRODUCED", null).fields()).containsExactly("to");
        assertThat(move(world.other, id, "INSTALLED", null).status()).isEqualTo(404);
        ok(move(world.demo, id, "ALLOTTED", "/DEMO/A001/"));
        ok(move(agent, id, "INSTALLED", null));
        assertThat(move(agent, id, "SUSPENDED", null).status()).isEqualTo(403);
    }

    @Test
    @Tag("refuses:listDeviceLifecycle")
    void aStrangerHearsNothingOfTheHistory() {
        Reply no = world.api.get("/devices/" + device() + "/lifecycle", world.other);
        assertThat(no.status()).isEqualTo(404);
        assertThat(no.code()).isEqualTo("NOT_FOUND");
    }

    /** The feed's row goes with the device: else its new owner could not have it changed. */
    @Test
    void whoGotADeviceWithoutALifecycleAllotsItFurther() {
        String id = device();
        long before = world.last();
        ok(world.post(world.demo, "/oms/device/update/" + id, Map.of("tenant", "/DEMO/A001/")));
        assertThat(world.changes(before).devices())
                .extracting(DeviceGrant::tenant)
                .containsExactly("/DEMO/A001/");
        ok(move(agent, id, "INSTALLED", null));
        ok(move(agent, id, "RECOVERED", null));
    }

    @Test
    void ofTwoAtOnceOneWins() throws Exception {
        String id = device();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> both = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                both.add(() -> move(world.demo, id, "INSTALLED", null).status());
            }
            List<Integer> statuses = new ArrayList<>();
            for (var done : pool.invokeAll(both)) {
                statuses.add(done.get());
            }
            assertThat(statuses).containsOnlyOnce(201).contains(409).hasSize(8);
        }
        assertThat(ok(world.api.get("/devices/" + id + "/lifecycle", world.demo))).hasSize(1);
    }

    private static String device() {
        return world.devices(world.demo, 1).getFirst().path("device_id").asText();
    }

    private static DeviceGrant grant(JsonNode row) {
        var lookup =
                new Lookup(
                        DevicesWorld.EDGE,
                        row.path("product_key").asText(),
                        row.path("device_name").asText());
        return world.ask(DevicesApi.LOOKUP, lookup).devices().getFirst();
    }

    private static Reply move(String token, String id, String to, String tenant) {
        var body = new HashMap<String, Object>();
        body.put("to", to);
        body.put("reason", "because of " + to);
        if (tenant != null) {
            body.put("tenant", tenant);
        }
        return world.post(token, "/devices/" + id + "/lifecycle", body);
    }
}
