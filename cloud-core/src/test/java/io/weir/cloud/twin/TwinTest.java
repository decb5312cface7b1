package io.weir.cloud.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.PresenceChanged;
import io.weir.api.edge.EdgeApi;
import io.weir.api.twin.TwinApi;
import io.weir.api.twin.TwinOps;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.CachedPlaces;
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
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The twin on a real PostgreSQL, between a devices context and a gateway that are played. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinTest {
    private static final String TSL =
            """
            {"properties":[
              {"identifier":"light","accessMode":"rw","dataType":{"type":"int","specs":{"min":"0","max":"10"}}},
              {"identifier":"valve","accessMode":"rw","dataType":{"type":"bool"}},
              {"identifier":"heat","accessMode":"r","dataType":{"type":"int"}}]}
            """;
    private static final Call OWNER = as("/DEMO/");
    private static final Call STRANGER = as("/OTHR/");

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final ManualTime time = new ManualTime(Instant.parse("2026-05-04T12:00:00Z"), "boot");
    private final Map<String, Boolean> online = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private volatile int code = 200;
    private Tx tx;
    private CachedPlaces places;

    @BeforeAll
    void open() {
        tx = new Tx(TestPostgres.connect(vertx, TestPostgres.fresh()));
        places = new CachedPlaces(bus, time, 1000, 1000);
        deploy(new World());
        var config =
                new TwinConfig(
                        5,
                        16_384,
                        128,
                        3,
                        Duration.ofSeconds(1),
                        10,
                        Duration.ofDays(30),
                        Duration.ofHours(1));
        deploy(new TwinVerticle(config, bus, tx, time, places));
    }

    @AfterAll
    void close() {
        vertx.close().await();
    }

    @Test
    void whatIsDesiredWaitsForTheDeviceAndIsItsToDelete() throws InterruptedException {
        var set =
                ask(
                        TwinOps.SET_DESIRED,
                        OWNER,
                        new TwinOps.SetDesired("d1", Map.of("light", 5), null));
        assertThat(set)
                .hasToString("[Desired[identifier=light, value=5, version=1, delivered=false]]");
        assertThat(device("d1", "thing.property.desired.get", "[\"light\",\"heat\"]"))
                .isEqualTo(Answer.ok("{\"light\":{\"value\":5,\"version\":1}}"));
        assertThat(device("d1", "thing.property.desired.delete", "{\"light\":{\"version\":7}}"))
                .isEqualTo(Answer.ok("{\"light\":{\"version\":1}}"));
        assertThat(device("d1", "thing.property.desired.delete", "{\"light\":{\"version\":1}}"))
                .isEqualTo(Answer.ok("{}"));
        assertThat(device("d1", "thing.property.desired.get", "[]")).isEqualTo(Answer.ok("{}"));
        assertThat(sent).noneMatch(word -> word.contains(" d1 "));
        set = ask(TwinOps.SET_DESIRED, OWNER, new TwinOps.SetDesired("d1", Map.of("light", 6), 2L));
        assertThat(set.getFirst().version()).isEqualTo(3);
        assertThatThrownBy(
                        () ->
                                ask(
                                        TwinOps.SET_DESIRED,
                                        OWNER,
                                        new TwinOps.SetDesired("d1", Map.of("light", 7), 2L)))
                .hasMessageContaining("version 3");
        comes("d1");
        assertThat(next("set d1")).isEqualTo("set d1 {\"light\":6}");
        assertThat(device("d1", "thing.property.desired.delete", "{\"light\":{}}"))
                .isEqualTo(Answer.ok("{}"));
    }

    @Test
    @Tag("shows:A-076")
    void aClearedDeviceIsWantedNothingOf() {
        ask(TwinOps.SET_DESIRED, OWNER, new TwinOps.SetDesired("d9", Map.of("light", 5), null));
        ask(TwinApi.CLEAR, Call.system("test"), new TwinApi.ClearDevice("d9"));
        assertThat(ask(TwinOps.GET_DESIRED, OWNER, new TwinOps.OfDevice("d9"))).isEmpty();
        assertThatThrownBy(() -> ask(TwinApi.CLEAR, OWNER, new TwinApi.ClearDevice("d9")))
                .hasMessageContaining("only the system");
    }

    @Test
    void aDeviceThatRefusesIsTriedAgainByTheSweep() throws InterruptedException {
        code = 460;
        online.put("d2", true);
        ask(TwinOps.SET_DESIRED, OWNER, new TwinOps.SetDesired("d2", Map.of("light", 1), null));
        assertThat(next("set d2")).isEqualTo("set d2 {\"light\":1}");
        assertThat(
                        ask(TwinOps.GET_DESIRED, OWNER, new TwinOps.OfDevice("d2"))
                                .getFirst()
                                .delivered())
                .isFalse();
        code = 200;
        assertThat(next("set d2")).isEqualTo("set d2 {\"light\":1}");
    }

    @Test
    void controlledReadOnlyAndForeignAreRefused() {
        rejected("CONTROLLED_BY_DISPENSE", OWNER, "valve", 1);
        rejected("INVALID", OWNER, "heat", 1);
        rejected("INVALID", OWNER, "light", 11);
        rejected("NOT_FOUND", STRANGER, "light", 1);
        assertThat(
                        bus.call(
                                        AlinkApi.TWIN,
                                        new Question("g9", "d1", "thing.config.log.get", "{}"),
                                        Call.system("t"))
                                .await())
                .isEqualTo(Answer.refused(6100, "the device is not this gateway's"));
    }

    @Test
    void theShadowIsKeptAndTheDeviceToldWhenItComes() throws InterruptedException {
        assertThat(
                        device(
                                "d3",
                                "shadow.update",
                                "{\"method\":\"update\",\"state\":{\"reported\":{\"b\":1,\"a\":2}},\"version\":1}"))
                .isEqualTo(
                        Answer.ok(
                                "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":1},\"timestamp\":1777896000}"));
        var shadow =
                ask(TwinOps.WANT_SHADOW, OWNER, new TwinOps.WantShadow("d3", Map.of("a", 3), null));
        assertThat(shadow.version()).isEqualTo(2);
        comes("d3");
        assertThat(next("publish"))
                .isEqualTo(
                        "publish /shadow/get/pk/d3"
                            + " {\"method\":\"control\",\"payload\":{\"state\":{\"desired\":{\"a\":3},"
                            + "\"reported\":{\"b\":1,\"a\":2}},\"metadata\":{\"desired\":{\"a\":{\"timestamp\":1777896000}},"
                            + "\"reported\":{\"b\":{\"timestamp\":1777896000},\"a\":{\"timestamp\":1777896000}}}},"
                            + "\"version\":2,\"timestamp\":1777896000}");
        assertThat(
                        device(
                                        "d3",
                                        "shadow.update",
                                        "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":3},\"desired\":\"null\"},\"version\":3}")
                                .code())
                .isEqualTo(200);
        assertThat(ask(TwinOps.GET_SHADOW, OWNER, new TwinOps.OfDevice("d3")).desired()).isEmpty();
    }

    @Test
    void tagsAreTheDevicesAndTheOwnersAndBounded() {
        assertThat(
                        device(
                                "d4",
                                "thing.deviceinfo.update",
                                "[{\"attrKey\":\"floor\",\"attrValue\":\"3\"}]"))
                .isEqualTo(Answer.ok("{}"));
        assertThat(
                        device(
                                        "d4",
                                        "thing.deviceinfo.update",
                                        "[{\"attrKey\":\"no blank\",\"attrValue\":\"3\"}]")
                                .code())
                .isEqualTo(460);
        ask(
                TwinOps.PUT_TAGS,
                OWNER,
                new TwinOps.PutTags(
                        "d4", List.of(new TwinOps.Tag("a", "1"), new TwinOps.Tag("b", "2"))));
        assertThat(
                        device(
                                        "d4",
                                        "thing.deviceinfo.update",
                                        "[{\"attrKey\":\"c\",\"attrValue\":\"3\"}]")
                                .code())
                .isEqualTo(460);
        assertThat(
                        ask(TwinOps.FIND_TAGGED, OWNER, new TwinOps.FindTagged("floor", "3", 10, 0))
                                .items())
                .containsExactly(new TwinOps.Tagged("d4", "3"));
        assertThat(
                        ask(
                                        TwinOps.FIND_TAGGED,
                                        STRANGER,
                                        new TwinOps.FindTagged("floor", "3", 10, 0))
                                .items())
                .isEmpty();
        assertThat(device("d4", "thing.deviceinfo.delete", "[{\"attrKey\":\"floor\"}]"))
                .isEqualTo(Answer.ok("{}"));
        assertThat(ask(TwinOps.GET_TAGS, OWNER, new TwinOps.OfDevice("d4"))).hasSize(2);
    }

    @Test
    void theLogIsSwitchedListedAndSwept() {
        assertThat(
                        device(
                                "d5",
                                "thing.config.log.get",
                                "{\"configScope\":\"device\",\"getType\":\"content\"}"))
                .isEqualTo(Answer.ok("{\"getType\":\"content\",\"content\":{\"mode\":0}}"));
        assertThat(ask(TwinOps.SWITCH_LOG, OWNER, new TwinOps.SwitchLog("d5", true)).told())
                .isFalse();
        assertThat(device("d5", "thing.config.log.get", "{}"))
                .isEqualTo(Answer.ok("{\"getType\":\"content\",\"content\":{\"mode\":1}}"));
        online.put("d5", true);
        assertThat(ask(TwinOps.SWITCH_LOG, OWNER, new TwinOps.SwitchLog("d5", false)).told())
                .isTrue();
        assertThat(
                        sent.remove(
                                "request thing/config/log/push"
                                        + " {\"getType\":\"content\",\"content\":{\"mode\":0}}"))
                .isTrue();
        places.load(java.util.Set.of("d5"));
        var applier = new DeviceLogApplier(time, places, new Metrics().registry());
        String lines =
                "[{\"utcTime\":\"2020-03-06T15:15:27.000+0800\",\"logLevel\":\"WARN\",\"module\":\"m\",\"code\":200,"
                    + "\"traceContext\":\"t\",\"logContent\":\"hot\\u0000\"}]";
        var entry =
                new Entry(
                        FactKind.DEVICE_LOG,
                        "d5",
                        1,
                        0,
                        0,
                        "",
                        lines.getBytes(StandardCharsets.UTF_8));
        tx.system(
                c -> {
                    applier.apply(
                            c,
                            List.of(
                                    new Frame(
                                            "g1",
                                            "j",
                                            Lane.TELEMETRY,
                                            0,
                                            1,
                                            "boot",
                                            List.of(entry))));
                    return true;
                });
        var found =
                ask(
                        TwinOps.LIST_LOGS,
                        OWNER,
                        new TwinOps.ListDeviceLogs("d5", "WARN", null, 10, 0));
        assertThat(found.total()).isEqualTo(1);
        assertThat(found.items().getFirst())
                .isEqualTo(
                        new TwinOps.LogLine(
                                time.now(),
                                "2020-03-06T15:15:27.000+0800",
                                "WARN",
                                "m",
                                "200",
                                "t",
                                "hot"));
        int early = tx.system(c -> LogStore.sweep(c, time.now(), 10));
        int late = tx.system(c -> LogStore.sweep(c, time.now().plusSeconds(1), 10));
        assertThat(early).isZero();
        assertThat(late).isEqualTo(1);
    }

    private void rejected(String code, Call call, String property, int value) {
        assertThatThrownBy(
                        () ->
                                ask(
                                        TwinOps.SET_DESIRED,
                                        call,
                                        new TwinOps.SetDesired(
                                                "d1", Map.of(property, value), null)))
                .isInstanceOfSatisfying(Rejected.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** The next that begins so; the same may be sent twice, so others may stand before it. */
    private @Nullable String next(String begin) throws InterruptedException {
        String word = sent.poll(5, TimeUnit.SECONDS);
        while (word != null && !word.startsWith(begin)) {
            word = sent.poll(5, TimeUnit.SECONDS);
        }
        return word;
    }

    private void comes(String device) {
        online.put(device, true);
        bus.publish(DevicesApi.PRESENCE_CHANGED, new PresenceChanged(device, "/DEMO/", true));
    }

    private Answer device(String id, String method, String params) {
        return bus.call(AlinkApi.TWIN, new Question("g1", id, method, params), Call.system("t"))
                .await();
    }

    private <Q, R> R ask(io.weir.api.Op<Q, R> op, Call call, Q request) {
        return bus.call(op, request, call).await();
    }

    private void deploy(VerticleBase verticle) {
        vertx.deployVerticle(
                        verticle,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    private static Call as(String path) {
        return new Call(new Actor("u", Role.VENDOR, Scope.tenant(path)), null, "test");
    }

    /** All devices are DEMO's and of gateway g1. */
    private final class World extends VerticleBase {
        @Override
        public Future<?> start() {
            bus.serve(
                    DevicesApi.PLACES,
                    (call, q) ->
                            q.deviceIds().stream()
                                    .map(id -> new Place(id, "/DEMO/", "pk", "g1", List.of()))
                                    .toList());
            bus.serve(
                    DevicesApi.MODEL,
                    (call, q) -> {
                        if (!call.scope().covers("/DEMO/")) {
                            throw Rejected.notFound("device");
                        }
                        @Nullable String gateway = online.containsKey(q.deviceId()) ? "g1" : null;
                        return new DeviceModel(
                                q.deviceId(),
                                "/DEMO/",
                                "pk",
                                q.deviceId(),
                                TSL,
                                List.of("valve"),
                                gateway);
                    });
            bus.serve(
                    EdgeApi.SET_PROPERTIES.at("g1"),
                    (call, q) -> {
                        sent.add("set " + q.deviceId() + " " + q.paramsJson());
                        return new EdgeApi.CommandReply(code, "{}", "");
                    });
            bus.serve(
                    EdgeApi.REQUEST.at("g1"),
                    (call, q) -> {
                        sent.add("request " + q.path() + " " + q.paramsJson());
                        return new EdgeApi.CommandReply(200, "{}", "");
                    });
            bus.serve(
                    EdgeApi.PUBLISH.at("g1"),
                    (call, q) -> {
                        sent.add(
                                "publish "
                                        + q.topic()
                                        + " "
                                        + new String(q.payload(), StandardCharsets.UTF_8));
                        return new EdgeApi.Published(false);
                    });
            return Future.succeededFuture();
        }
    }
}
