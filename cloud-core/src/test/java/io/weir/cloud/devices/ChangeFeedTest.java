package io.weir.cloud.devices;

import static io.weir.cloud.devices.DevicesWorld.EDGE;
import static io.weir.cloud.devices.DevicesWorld.ok;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ChangesSince;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.edge.EdgeApi;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.model.access.Scope;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** A gateway that polls {@code since} must never miss a change, in whatever order they commit. */
class ChangeFeedTest {
    private static final int WRITERS = 6;
    private static final int ROUNDS = 25;
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aPollingGatewayNeverMissesAChangeUnderConcurrentCommits() {
        Replica replica = run((c, id) -> ChangeStore.devices(c, EDGE, List.of(marked(id))));
        assertThat(replica.wrong()).isEmpty();
        assertThat(replica.polls).isGreaterThan(20);
    }

    /**
     * The planted fault: numbers from a sequence, which commit in another order than they are
     * given.
     */
    @Test
    void theTestWouldCatchNumbersThatCommitOutOfOrder() {
        var sequence = new AtomicLong(world.last());
        world.api.tx.system(
                c ->
                        c.query("UPDATE devices.gateway SET change_no = change_no + 1000000")
                                .execute()
                                .await());
        int missed = 0;
        for (int i = 0; i < 5 && missed == 0; i++) {
            missed = run((c, id) -> unordered(c, id, sequence.incrementAndGet())).wrong().size();
        }
        assertThat(missed).isPositive();
        // Heal what the fault left, for the other tests.
        world.api.tx.system(
                c -> c.query("DELETE FROM devices.change WHERE version > 0").execute().await());
    }

    private record Write(String id, boolean enabled) {}

    /** What a gateway knows, and what is true. */
    private static final class Replica {
        final Map<String, Boolean> known = new HashMap<>();
        final Map<String, Boolean> truth = new ConcurrentHashMap<>();
        int polls;

        List<String> wrong() {
            return truth.entrySet().stream()
                    .filter(e -> !e.getValue().equals(known.get(e.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static Replica run(BiConsumer<SqlConnection, String> mark) {
        long seed = System.nanoTime();
        System.err.println("change feed, seed " + seed);
        List<String> ids = new ArrayList<>();
        world.devices(world.demo, WRITERS * 2)
                .forEach(row -> ids.add(row.path("device_id").asText()));
        var replica = new Replica();
        long since = world.last();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            var mine = List.of(ids.get(2 * w), ids.get(2 * w + 1));
            var random = new Random(seed + w);
            writers.add(Thread.ofVirtual().start(() -> write(mine, random, replica.truth, mark)));
        }
        while (writers.stream().anyMatch(Thread::isAlive)) {
            since = poll(replica, since);
        }
        poll(replica, since);
        return replica;
    }

    private static void write(
            List<String> ids,
            Random random,
            Map<String, Boolean> truth,
            BiConsumer<SqlConnection, String> mark) {
        for (int i = 0; i < ROUNDS; i++) {
            var write = new Write(ids.get(random.nextInt(ids.size())), random.nextBoolean());
            boolean fails = random.nextInt(5) == 0;
            try {
                world.api.tx.run(
                        Scope.PLATFORM,
                        c -> {
                            DeviceStore.setEnabled(c, write.id(), write.enabled());
                            mark.accept(c, write.id());
                            c.preparedQuery("SELECT pg_sleep($1)")
                                    .execute(Tuple.of(random.nextInt(8) / 1000.0))
                                    .await();
                            if (fails) {
                                throw new IllegalStateException("rolled back on purpose");
                            }
                            return true;
                        });
                truth.put(write.id(), write.enabled());
            } catch (IllegalStateException e) {
                assertThat(fails).isTrue();
            }
        }
    }

    private static long poll(Replica replica, long since) {
        long at = since;
        boolean more = true;
        while (more) {
            Changes changes = world.ask(DevicesApi.CHANGES, new ChangesSince(EDGE, at, 4));
            assertThat(changes.version()).isGreaterThanOrEqualTo(at);
            changes.devices().forEach(d -> replica.known.put(d.deviceId(), d.usable()));
            at = changes.version();
            more = changes.more();
            replica.polls++;
        }
        return at;
    }

    private static void unordered(SqlConnection c, String id, long version) {
        c.preparedQuery(
                        """
                        INSERT INTO devices.change (gateway_id, kind, key, version, tenant)
                        VALUES ($1, 'device', $2, $3, '/DEMO/')
                        ON CONFLICT (gateway_id, kind, key) DO UPDATE SET version = excluded.version
                        """)
                .execute(Tuple.of(EDGE, id, version))
                .await();
    }

    @Test
    void aDeviceThatMovesIsForgottenByTheOldGatewayAndGivenToTheNew() throws InterruptedException {
        world.ask(DevicesApi.CHANGES, new ChangesSince("edge-2", 0, 1));
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        long old = world.last();
        var hints = new ArrayBlockingQueue<Long>(10);
        world.api.bus.subscribe(EdgeApi.REGISTRY_CHANGED, hint -> hints.add(hint.version()));

        ok(world.put(world.platform, "/devices/" + id + "/gateway", Map.of("gateway", "edge-2")));

        assertThat(hints.poll(5, TimeUnit.SECONDS)).isNotNull();
        DeviceGrant lost = only(world.changes(old), id);
        assertThat(lost.usable()).isFalse();
        assertThat(lost.refusal()).isEqualTo("REMOVED");
        assertThat(lost.deviceSecret()).isEmpty();
        Changes given = world.ask(DevicesApi.CHANGES, new ChangesSince("edge-2", 0, 500));
        assertThat(only(given, id).usable()).isTrue();
        assertThat(only(given, id).deviceSecret()).matches("[0-9a-f]{32}");
        assertThat(given.products()).hasSize(1);
        assertThat(
                        world.put(
                                        world.platform,
                                        "/devices/" + id + "/gateway",
                                        Map.of("gateway", "edge-7"))
                                .fields())
                .containsExactly("gateway");
    }

    @Test
    void whatAFormerGatewayTookInMayStillComeForAWhileAsLongAsTheOwnerIsTheSame() {
        world.ask(DevicesApi.CHANGES, new ChangesSince("edge-3", 0, 1));
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        assertThat(place(id).mayTell("edge-3")).isFalse();

        ok(world.put(world.platform, "/devices/" + id + "/gateway", Map.of("gateway", "edge-3")));
        assertThat(place(id).mayTell("edge-3")).isTrue();
        assertThat(place(id).mayTell(EDGE)).isTrue();
        assertThat(place(id).mayTell("edge-9")).isFalse();

        change("UPDATE devices.device SET tenant = '/OTHER/' WHERE device_id = $1", id);
        assertThat(place(id).mayTell(EDGE)).isFalse();
        change("UPDATE devices.device SET tenant = '/DEMO/' WHERE device_id = $1", id);
        assertThat(place(id).mayTell(EDGE)).isTrue();

        change(
                "UPDATE devices.former_gateway SET until = now() - interval '91 days' WHERE"
                        + " device_id = $1",
                id);
        assertThat(place(id).mayTell(EDGE)).isFalse();
    }

    private static void change(String sql, String id) {
        world.api.tx.system(c -> c.preparedQuery(sql).execute(Tuple.of(id)).await());
    }

    private static Place place(String id) {
        return world.ask(DevicesApi.PLACES, new GetPlaces(List.of(id))).getFirst();
    }

    @Test
    void aGatewayAheadOfThisDatabaseGetsEverythingAnew() {
        String id = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        assertThat(world.changes(Long.MAX_VALUE).devices())
                .extracting(DeviceGrant::deviceId)
                .contains(id);
    }

    @Test
    void aChangedModelReachesEveryGatewayOfTheProduct() {
        long product = world.addProduct(world.demo);
        world.confirm(world.demo, world.submit(world.demo, product, 1));
        long since = world.last();
        ok(
                world.post(
                        world.demo,
                        "/oms/product/update/" + product,
                        Map.of(
                                "thing_model",
                                DevicesWorld.MODEL.replace("brightness", "glow"),
                                "force",
                                true)));
        Changes changes = world.changes(since);
        assertThat(changes.devices()).isEmpty();
        assertThat(changes.products())
                .singleElement()
                .satisfies(
                        p -> {
                            assertThat(p.tslJson()).contains("glow");
                            assertThat(p.controlled()).containsExactly("dispense", "stop", "valve");
                        });
    }

    private static DeviceGrant only(Changes changes, String id) {
        return changes.devices().stream()
                .filter(d -> d.deviceId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Marked marked(String id) {
        return new Marked(id, "/DEMO/");
    }
}
