package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.EDGE;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.PresenceChanged;
import io.weir.api.devices.DevicesApi.TakeEpochs;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.fact.PresenceFact;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

class PresenceApplierTest {
    private static final long AT = 1_700_000_000_000L;
    private static DevicesWorld world;
    private static PresenceApplier applier;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
        applier = new PresenceApplier(world.api.tx, world.api.bus);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aDeviceComesIsActivatedAndGoes() throws InterruptedException {
        String id = device();
        var told = new ArrayBlockingQueue<PresenceChanged>(10);
        world.api.bus.subscribe(DevicesApi.PRESENCE_CHANGED, told::add);
        var online = frame(EDGE, "b1", entry(FactKind.ONLINE, id, 5, 1, AT));
        apply(online);
        JsonNode seen = detail(id);
        assertThat(seen.path("online").asBoolean()).isTrue();
        assertThat(seen.path("status").asText()).isEqualTo("idle");
        assertThat(seen.path("atv_tms").asText()).isEqualTo("2023-11-14T22:13:20Z");
        applier.applied(List.of(online));
        assertThat(told.poll(5, TimeUnit.SECONDS))
                .isEqualTo(new PresenceChanged(id, "/DEMO/", true));

        apply(
                frame(
                        EDGE,
                        "b1",
                        entry(FactKind.OFFLINE, id, 4, 7, AT + 500),
                        entry(FactKind.OFFLINE, id, 5, 1, AT + 1000)));
        seen = detail(id);
        assertThat(seen.path("status").asText()).isEqualTo("offline");
        assertThat(seen.path("offline_tms").asText()).isEqualTo("2023-11-14T22:13:21Z");
        apply(frame(EDGE, "b1", entry(FactKind.ONLINE, id, 6, 2, AT + 60_000)));
        assertThat(detail(id).path("atv_tms").asText()).isEqualTo("2023-11-14T22:13:20Z");
    }

    @Test
    void aGatewayKilledAndStartedAgainHasNoneOfItsOldConnections() {
        String stays = device();
        String comesBack = device();
        apply(
                frame(
                        EDGE,
                        "b1",
                        entry(FactKind.ONLINE, stays, 100, 1, AT),
                        entry(FactKind.ONLINE, comesBack, 101, 2, AT)));
        // Another partition's first frame of the new boot ends nothing here.
        apply(new Frame(EDGE, "j", Lane.ALARM, 9, 1, "b2", List.of()));
        assertThat(detail(stays).path("online").asBoolean()).isTrue();
        apply(frame(EDGE, "b2", entry(FactKind.ONLINE, comesBack, 102, 1, AT + 5000)));
        assertThat(detail(stays).path("online").asBoolean()).isFalse();
        assertThat(detail(comesBack).path("online").asBoolean()).isTrue();
        // Both boots in one batch.
        apply(
                frame(EDGE, "b2", entry(FactKind.ONLINE, stays, 103, 2, AT + 6000)),
                frame(EDGE, "b3", entry(FactKind.ONLINE, comesBack, 0, 1, AT + 7000)));
        assertThat(detail(stays).path("online").asBoolean()).isFalse();
        assertThat(detail(comesBack).path("online").asBoolean()).isTrue();
    }

    @Test
    void aGatewayCantMakeDevicesComeThatArentAssignedToIt() {
        String id = device();
        apply(
                frame(
                        "edge-9",
                        "b",
                        entry(FactKind.ONLINE, id, 7, 1, AT),
                        entry(FactKind.ONLINE, "no-such-device", 8, 1, AT),
                        entry(FactKind.EVENT_POST, id, 7, 1, AT)));
        assertThat(detail(id).path("online").asBoolean()).isFalse();
    }

    @Test
    void aPayloadThatIsNoPresenceIsTheEntrysFault() {
        String id = device();
        var bad = new Entry(FactKind.ONLINE, id, 1, AT, 0, "", "{\"x\":1}".getBytes());
        assertThatThrownBy(() -> apply(frame(EDGE, "b1", bad)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void epochsAreNeverGivenTwice() throws InterruptedException {
        List<Long> firsts = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> gateways = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            gateways.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 10; n++) {
                                            firsts.add(
                                                    world.ask(
                                                                    DevicesApi.EPOCHS,
                                                                    new TakeEpochs(EDGE, 100))
                                                            .first());
                                        }
                                    }));
        }
        for (Thread gateway : gateways) {
            gateway.join();
        }
        firsts.sort(null);
        assertThat(firsts).hasSize(80);
        for (int i = 1; i < firsts.size(); i++) {
            assertThat(firsts.get(i)).isGreaterThanOrEqualTo(firsts.get(i - 1) + 100);
        }
    }

    private static String device() {
        return world.devices(world.demo, 1).getFirst().path("device_id").asText();
    }

    private static JsonNode detail(String id) {
        return ok(world.post(world.demo, "/oms/device/detail/" + id, Map.of()));
    }

    private static void apply(Frame... frames) {
        world.api.tx.system(
                c -> {
                    applier.apply(c, List.of(frames));
                    return true;
                });
    }

    private static Frame frame(String gateway, String boot, Entry... entries) {
        return new Frame(gateway, "j", Lane.ALARM, 0, 1, boot, List.of(entries));
    }

    private static Entry entry(FactKind kind, String id, long epoch, long connection, long atMs) {
        byte[] payload = Json.bytes(new PresenceFact(connection, "127.0.0.1:1", ""));
        return new Entry(kind, id, epoch, atMs, 0, "", payload);
    }
}
