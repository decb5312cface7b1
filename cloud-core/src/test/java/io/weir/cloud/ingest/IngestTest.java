package io.weir.cloud.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestOps;
import io.weir.api.ingest.IngestOps.GetProperties;
import io.weir.api.ingest.IngestOps.ListLogs;
import io.weir.api.ingest.IngestOps.PropertyLog;
import io.weir.api.ingest.IngestOps.PropertyValue;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.Places;
import io.weir.model.Page;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ingest writes and answers, on a real PostgreSQL; how frames get here is tested in {@code
 * facts}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
    private static final IngestConfig CONFIG = new IngestConfig(30, 7, 2, Duration.ofHours(1));
    private static final Call VENDOR = as("/DEMO/");

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final Map<String, Place> devices = new HashMap<>();
    private final Places places =
            new Places() {
                @Override
                public void load(Set<String> ids) {}

                @Override
                public Place get(String id) {
                    return devices.get(id);
                }
            };
    private Db db;
    private Tx tx;
    private ManualTime time;
    private IngestApplier applier;
    private long frame;

    @BeforeAll
    void open() {
        db = TestPostgres.connect(vertx, TestPostgres.fresh());
        tx = new Tx(db);
        time = new ManualTime(NOON, "boot");
        vertx.deployVerticle(
                        new IngestVerticle(bus, tx, time, places, new TrafficCounter(), CONFIG),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    @AfterAll
    void close() {
        vertx.close().await();
    }

    @BeforeEach
    void clean() {
        for (String table : List.of("latest", "property_post", "event_post", "shed")) {
            sql("DELETE FROM ingest." + table);
        }
        time = new ManualTime(NOON, "boot");
        applier =
                new IngestApplier(tx, time, places, new Metrics().registry(), new TrafficCounter());
        devices.clear();
        own("d1", "/DEMO/A001/");
        own("d2", "/OTHR/");
    }

    @Test
    void aHistoryPostIsKeptAtItsOwnTimeAndNeverBecomesALatestValue() {
        take("g1", post("d1", 5, NOON, "{\"total_ml\":100}"));
        long before = NOON.minusSeconds(3600).toEpochMilli();
        String past =
                "{\"properties\":[{\"total_ml\":{\"value\":40,\"time\":%d}}],\"events\":[{\"fault\":{\"value\":{},\"time\":%d}}]}"
                        .formatted(before, before);
        take(
                "g1",
                new Entry(
                        FactKind.HISTORY,
                        "d1",
                        5,
                        NOON.plusSeconds(1).toEpochMilli(),
                        0,
                        "",
                        past.getBytes(StandardCharsets.UTF_8)));
        assertThat(properties(VENDOR, "d1"))
                .extracting(p -> p.identifier() + "=" + p.value() + "@" + p.at())
                .containsExactly("total_ml=100@2026-05-04T12:00:00Z");
        Page<PropertyLog> logs = logs(VENDOR, "d1", 1, 20);
        assertThat(logs.total()).isEqualTo(2);
        assertThat(logs.items())
                .extracting(l -> l.at() + " " + l.params())
                .containsExactly(
                        "2026-05-04T12:00:00Z {\"total_ml\":100}",
                        "2026-05-04T11:00:00Z {\"total_ml\":{\"time\":"
                                + before
                                + ",\"value\":40}}");
    }

    @Test
    @Tag("shows:A-076")
    void aClearedDeviceHasNoPastAndOthersKeepTheirs() {
        own("d3", "/DEMO/");
        take("g1", post("d1", 5, NOON, "{\"total_ml\":100}"));
        take("g1", post("d3", 5, NOON, "{\"total_ml\":7}"));
        bus.call(IngestApi.CLEAR, new IngestApi.ClearDevice("d1"), Call.system("test")).await();
        assertThat(properties(VENDOR, "d1")).isEmpty();
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isZero();
        assertThat(logs(VENDOR, "d3", 1, 20).items()).hasSize(1);
        take("g1", post("d1", 5, NOON.plusSeconds(9), "{\"total_ml\":1}"));
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isEqualTo(1);
    }

    @Test
    void aPostBecomesHistoryAndLatestValues() {
        take("g1", post("d1", 5, NOON, "{\"total_ml\":100,\"valve\":{\"value\":1,\"time\":7}}"));
        take("g1", post("d1", 5, NOON.plusSeconds(1), "{\"total_ml\":150}"));
        assertThat(properties(VENDOR, "d1"))
                .extracting(p -> p.identifier() + "=" + p.value() + "@" + p.at())
                .containsExactly(
                        "total_ml=150@2026-05-04T12:00:01Z", "valve=1@2026-05-04T12:00:00Z");
        Page<PropertyLog> logs = logs(VENDOR, "d1", 1, 20);
        assertThat(logs.total()).isEqualTo(2);
        assertThat(logs.items())
                .extracting(l -> l.params().toString())
                .containsExactly(
                        "{\"total_ml\":150}",
                        "{\"valve\":{\"time\":7,\"value\":1},\"total_ml\":100}");
    }

    @Test
    @Tag("stores:listEventLogs")
    @Tag("shows:O-023")
    void manyPostsOfOneBatchLeaveTheLastValueOfEachProperty() {
        take(
                "g1",
                post("d1", 5, NOON, "{\"a\":1,\"b\":1}"),
                post("d1", 5, NOON, "{\"a\":2}"),
                event("d1", 5, NOON, "fault", "{\"code\":3}"),
                post("d1", 5, NOON.minusSeconds(5), "{\"a\":3,\"c\":1}"));
        assertThat(values("d1")).isEqualTo("a=3 b=1 c=1");
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isEqualTo(3);
        assertThat(eventLogs("d1").total()).isEqualTo(1);
        assertThat(eventLogs("d1").items().getFirst().identifier()).isEqualTo("fault");
    }

    @Test
    void postsOfTheSameOtherAndFewerPropertiesAddUp() {
        take("g1", post("d1", 1, NOON, "{\"b\":1,\"a\":1}"));
        take("g1", post("d1", 1, NOON, "{\"a\":2,\"b\":2}"));
        assertThat(values("d1")).isEqualTo("a=2 b=2");
        take("g1", post("d1", 1, NOON, "{\"b\":3}"));
        take("g1", post("d1", 1, NOON, "{\"c\":3}"));
        assertThat(values("d1")).isEqualTo("a=2 b=3 c=3");
        take("g1", event("d1", 1, NOON, "fault", "{}"));
        take("g1", post("d1", 1, NOON, "{\"c\":4,\"b\":4,\"a\":4}"));
        assertThat(values("d1")).isEqualTo("a=4 b=4 c=4");
        assertThat(
                        sql("SELECT keys = ingest.keys(state::jsonb) FROM ingest.latest")
                                .getFirst()
                                .getBoolean(0))
                .as("the hash made here is the one made there")
                .isTrue();
    }

    @Test
    void whatComesLateThroughTheFormerGatewayDoesNotOverwrite() {
        take("g1", post("d1", 10, NOON, "{\"a\":1,\"b\":1}"));
        take("g2", post("d1", 20, NOON.plusSeconds(60), "{\"a\":2}"));
        take("g1", post("d1", 10, NOON.plusSeconds(30), "{\"a\":9,\"b\":9,\"c\":9}"));
        assertThat(values("d1")).isEqualTo("a=2 b=9 c=9");
        take("g2", post("d1", 20, NOON.plusSeconds(61), "{\"b\":3}"));
        assertThat(values("d1")).isEqualTo("a=2 b=3 c=9");
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isEqualTo(4);
    }

    @Test
    void withoutEpochsTheLaterTimeWinsBetweenGateways() {
        take("g1", post("d1", 0, NOON.plusSeconds(50), "{\"a\":1}"));
        take("g2", post("d1", 0, NOON, "{\"a\":2,\"b\":2}"));
        assertThat(values("d1")).isEqualTo("a=1 b=2");
        take("g2", post("d1", 0, NOON.plusSeconds(51), "{\"a\":3}"));
        assertThat(values("d1")).isEqualTo("a=3 b=2");
    }

    @Test
    void aDeviceThatComesThroughTwoGatewaysInOneBatchIsTakenTwice() {
        tx.system(
                c -> {
                    applier.prepare(List.of());
                    applier.apply(
                            c,
                            List.of(
                                    frame("g1", post("d1", 10, NOON, "{\"a\":1}")),
                                    frame("g2", post("d1", 20, NOON, "{\"a\":2}")),
                                    frame("g1", post("d1", 10, NOON, "{\"a\":3,\"b\":3}"))));
                    return true;
                });
        assertThat(values("d1")).isEqualTo("a=2 b=3");
    }

    @Test
    void aNewOwnerSeesNothingOfTheFormerOnes() {
        take("g1", post("d1", 1, NOON, "{\"a\":1,\"secret\":1}"));
        own("d1", "/OTHR/");
        take("g1", post("d1", 2, NOON.plusSeconds(1), "{\"a\":2}"));
        Call other = as("/OTHR/");
        assertThat(properties(other, "d1")).hasSize(1);
        assertThat(logs(other, "d1", 1, 20).total()).isEqualTo(1);
        assertThat(logs(other, "d1", 1, 20).items()).hasSize(1);
        assertThatThrownBy(() -> properties(VENDOR, "d1"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("NOT_FOUND"));
    }

    @Test
    @Tag("refuses:listPropertyLogs")
    @Tag("refuses:listEventLogs")
    void otherTenantsDevicesAndUnknownOnesAreNotFound() {
        take("g1", post("d2", 1, NOON, "{\"a\":1}"));
        for (String device : List.of("d2", "d3")) {
            assertThatThrownBy(() -> logs(VENDOR, device, 1, 20))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.code()).isEqualTo("NOT_FOUND"));
            assertThatThrownBy(() -> eventLogs(device))
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.code()).isEqualTo("NOT_FOUND"));
        }
        assertThat(properties(as("/"), "d2")).hasSize(1);
    }

    @Test
    void withoutTheWhereRowLevelSecurityStillHidesForeignRows() {
        take("g1", post("d1", 1, NOON, "{\"a\":1}"));
        take("g1", post("d2", 1, NOON, "{\"a\":1}"), event("d2", 1, NOON, "fault", "{}"));
        for (String table : List.of("latest", "property_post", "event_post")) {
            String count = "SELECT count(*) FROM ingest." + table;
            long seen =
                    tx.run(
                            Scope.tenant("/DEMO/"),
                            c -> c.query(count).execute().await().iterator().next().getLong(0));
            long unset = db.app().query(count).execute().await().iterator().next().getLong(0);
            assertThat(seen).as(table).isEqualTo(table.equals("event_post") ? 0 : 1);
            assertThat(unset).as(table + " without a scope").isZero();
        }
        assertThatThrownBy(
                        () ->
                                db.app()
                                        .query("SELECT * FROM ingest.property_post_20260504")
                                        .execute()
                                        .await())
                .hasMessageContaining("permission denied");
    }

    @Test
    void aWrongClockIsPlacedAtOurTimeAndRemembered() {
        take(
                "g1",
                post("d1", 1, Instant.parse("1970-01-01T00:00:10Z"), "{\"a\":1}"),
                post("d1", 1, Instant.parse("2099-01-01T00:00:00Z"), "{\"a\":2}"),
                post("d1", 1, NOON.minus(Duration.ofDays(3)), "{\"a\":3}"));
        assertThat(logs(VENDOR, "d1", 1, 20).items())
                .extracting(l -> l.at() + " " + l.gatewayAt())
                .containsExactlyInAnyOrder(
                        "2026-05-04T12:00:00Z 1970-01-01T00:00:10Z",
                        "2026-05-04T12:00:00Z 2099-01-01T00:00:00Z",
                        "2026-05-01T12:00:00Z null");
    }

    @Test
    void badParamsGoToTheQuarantineAndTheRestIsTaken() {
        take(
                "g1",
                post("d1", 1, NOON, "{\"a\":1}"),
                post("d1", 1, NOON, "not json"),
                post("d1", 1, NOON, "{\"a\":\"\\u0000\"}"),
                event("d1", 1, NOON, "fault", "[]"),
                post("d1", 1, NOON, "{\"a\":2}"));
        assertThat(values("d1")).isEqualTo("a=2");
        assertThat(sql("SELECT reason FROM ingest.quarantine"))
                .extracting(r -> r.getString(0))
                .containsExactly("BAD_PARAMS", "BAD_PARAMS", "BAD_PARAMS");
        sql("DELETE FROM ingest.quarantine");
    }

    @Test
    void whatWasShedIsOnRecord() {
        take(
                "g1",
                new Entry(
                        FactKind.SHED,
                        "",
                        0,
                        NOON.toEpochMilli(),
                        1,
                        "",
                        "{\"entries\":5,\"bytes\":900,\"reason\":\"FULL\"}"
                                .getBytes(StandardCharsets.UTF_8)));
        Row row = sql("SELECT gateway, entries, bytes, reason FROM ingest.shed").getFirst();
        assertThat(row.getString(0) + row.getLong(1) + row.getLong(2) + row.getString(3))
                .isEqualTo("g15900FULL");
    }

    @Test
    @Tag("shows:O-024")
    @Tag("stores:listPropertyLogs")
    void pageTwentySixIsFastAndPagesDoNotOverlap() {
        for (int batch = 0; batch < 10; batch++) {
            Entry[] posts = new Entry[1000];
            for (int i = 0; i < posts.length; i++) {
                int n = batch * 1000 + i;
                Instant at = NOON.minus(Duration.ofSeconds(40L * (10_000 - n)));
                posts[i] = post(n % 2 == 0 ? "d1" : "d2", 1, at, "{\"n\":" + n + "}");
            }
            take("g1", posts);
        }
        Page<PropertyLog> page25 = logs(VENDOR, "d1", 25, 50);
        long started = System.nanoTime();
        Page<PropertyLog> page26 = logs(VENDOR, "d1", 26, 50);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isLessThan(Duration.ofMillis(500));
        assertThat(page26.total()).isEqualTo(5000);
        assertThat(page26.items().getFirst().params().get("n").asInt())
                .isEqualTo(page25.items().getLast().params().get("n").asInt() - 2);
        assertThat(page26.items()).hasSize(50);
        assertThat(logs(VENDOR, "d1", 101, 50).items()).isEmpty();
        assertThatThrownBy(() -> logs(VENDOR, "d1", 100_000, 200))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        r -> assertThat(r.errors().getFirst().field()).isEqualTo("page"));
    }

    @Test
    void oldDaysAreDroppedAndTotalsFollow() {
        take(
                "g1",
                post("d1", 1, NOON.minus(Duration.ofDays(6)), "{\"a\":1}"),
                event("d1", 1, NOON.minus(Duration.ofDays(6)), "fault", "{}"),
                post("d1", 1, NOON, "{\"a\":2}"));
        for (int day = 0; day < 25; day++) {
            time.advance(Duration.ofDays(1));
            new Upkeep(tx, time, CONFIG).run();
        }
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isEqualTo(1);
        assertThat(logs(VENDOR, "d1", 1, 20).items()).hasSize(1);
        assertThat(eventLogs("d1").total()).isZero();
        assertThat(sql("SELECT count(*) FROM ingest.day").getFirst().getLong(0)).isPositive();
    }

    @Test
    void aClockThatIsYearsAheadDropsNoHistory() {
        take("g1", post("d1", 1, NOON, "{\"a\":1}"));
        time.advance(Duration.ofDays(4000));
        new Upkeep(tx, time, CONFIG).run();
        assertThat(logs(VENDOR, "d1", 1, 20).total()).isEqualTo(1);
    }

    /** A backup lets no day come or go, which may take hours; a node must start meanwhile. */
    @Test
    void whoHasHisDaysDoesNotWaitForABackup() {
        var backup = db.system().getConnection().await();
        try {
            backup.query("SELECT pg_advisory_lock_shared(hashtext('ingest.day'))")
                    .execute()
                    .await();
            long started = System.nanoTime();
            new Upkeep(tx, time, CONFIG).run();
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isLessThan(Duration.ofSeconds(5));
        } finally {
            backup.query("SELECT pg_advisory_unlock_all()").execute().await();
            backup.close().await();
        }
    }

    @Test
    void withoutAPartitionForTodayFactsWaitInsteadOfGoingToTheQuarantine() {
        time.advance(Duration.ofDays(100));
        assertThatThrownBy(() -> take("g1", post("d1", 1, NOON, "{\"a\":1}")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no partition");
    }

    private void take(String gateway, Entry... entries) {
        List<Frame> frames = List.of(frame(gateway, entries));
        applier.prepare(frames);
        tx.system(
                c -> {
                    applier.apply(c, frames);
                    return true;
                });
    }

    private Frame frame(String gateway, Entry... entries) {
        return new Frame(gateway, "j", Lane.TELEMETRY, 0, ++frame, "b", List.of(entries));
    }

    private static Entry post(String device, long epoch, Instant at, String params) {
        return entry(FactKind.PROPERTY_POST, device, epoch, at, "", params);
    }

    private static Entry event(String device, long epoch, Instant at, String name, String params) {
        return entry(FactKind.EVENT_POST, device, epoch, at, name, params);
    }

    private static Entry entry(
            FactKind kind, String device, long epoch, Instant at, String name, String params) {
        return new Entry(
                kind,
                device,
                epoch,
                at.toEpochMilli(),
                1,
                name,
                params.getBytes(StandardCharsets.UTF_8));
    }

    private void own(String device, String tenant) {
        devices.put(device, new Place(device, tenant, "pk", "g1", List.of()));
    }

    private static Call as(String path) {
        return new Call(new Actor("u", Role.VENDOR, Scope.tenant(path)), null, "test");
    }

    private List<PropertyValue> properties(Call call, String device) {
        return bus.call(IngestOps.PROPERTIES, new GetProperties(device), call).await();
    }

    private String values(String device) {
        return String.join(
                " ",
                properties(VENDOR, device).stream()
                        .map(p -> p.identifier() + "=" + p.value())
                        .toList());
    }

    private Page<PropertyLog> logs(Call call, String device, int page, int size) {
        return bus.call(IngestOps.PROPERTY_LOGS, new ListLogs(device, page, size), call).await();
    }

    private Page<IngestOps.EventLog> eventLogs(String device) {
        return bus.call(IngestOps.EVENT_LOGS, new ListLogs(device, 1, 20), VENDOR).await();
    }

    private List<Row> sql(String text) {
        List<Row> rows = new java.util.ArrayList<>();
        tx.system(c -> c.preparedQuery(text).execute(Tuple.tuple()).await()).forEach(rows::add);
        return rows;
    }
}
