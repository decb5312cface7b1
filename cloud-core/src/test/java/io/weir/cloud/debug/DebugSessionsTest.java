package io.weir.cloud.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.Done;
import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.End;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Form;
import io.weir.api.debug.DebugApi.Measured;
import io.weir.api.debug.DebugApi.Read;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sessions, what was seen and the way there and back, over the real API and PostgreSQL. */
class DebugSessionsTest {
    private static final String OWNER = "/DEMO/A001/";
    private static ApiFixture api;
    private static final Map<String, String> owners = new ConcurrentHashMap<>();
    private static final Map<String, String> connected = new ConcurrentHashMap<>();
    private static final Map<String, List<Entry>> rings = new ConcurrentHashMap<>();
    private static final List<Read> reads = new CopyOnWriteArrayList<>();
    private static final List<End> ends = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open() {
        api = new ApiFixture();
        var metrics = new Metrics();
        api.api(
                ApiFixture.CONFIG,
                List.of(DebugRoutes.CONTEXT),
                new TrafficStreams(api.vertx, api.bus, api.time, metrics, 20));
        api.context(new DebugVerticle(new DebugConfig(2, 10), api.bus, api.tx, api.time, metrics));
        api.bus.serve(
                DevicesApi.MODEL,
                (call, q) -> {
                    String owner = owners.getOrDefault(q.deviceId(), OWNER);
                    if (!call.scope().covers(owner)) {
                        throw Rejected.notFound("device " + q.deviceId());
                    }
                    return new DeviceModel(
                            q.deviceId(),
                            owner,
                            "pk",
                            q.deviceId(),
                            "{}",
                            List.of(),
                            connected.get(q.deviceId()));
                });
        api.bus.serve(
                DevicesApi.PLACES,
                (call, q) ->
                        q.deviceIds().stream()
                                .map(id -> new Place(id, OWNER, "pk", "g1", List.of()))
                                .toList());
        gateway("g1");
        gateway("g2");
    }

    @AfterAll
    static void close() {
        api.close();
    }

    private static void gateway(String name) {
        api.bus.serve(
                DebugApi.READ.at(name),
                (call, q) -> {
                    reads.add(q);
                    List<Entry> all = rings.getOrDefault(name + q.deviceId(), List.of());
                    long from = "ring".equals(q.ring()) ? q.after() : 0;
                    return new Seen(
                            "ring",
                            all.stream().filter(e -> e.number() > from).limit(q.limit()).toList(),
                            0,
                            name.equals(connected.get(q.deviceId())));
                });
        api.bus.serve(
                DebugApi.END.at(name),
                (call, q) -> {
                    ends.add(q);
                    return Done.DONE;
                });
        api.bus.serve(
                DebugApi.MEASURE.at(name),
                (call, q) -> {
                    if (q.deviceId().equals("mute")) {
                        throw new Rejected(CommandError.REPLY_TIMEOUT, "it was not acknowledged");
                    }
                    return new Measured("mqtt_puback", 1500, 1700);
                });
    }

    private static void note(String gateway, String device, String payload) {
        List<Entry> ring =
                rings.computeIfAbsent(gateway + device, k -> new CopyOnWriteArrayList<>());
        ring.add(
                new Entry(
                        ring.size() + 1,
                        1_000,
                        Direction.UP,
                        "/sys/pk/" + device + "/thing/event/property/post",
                        "property_post",
                        payload.length(),
                        Form.TEXT,
                        payload,
                        false,
                        "accepted",
                        2L));
    }

    private static String vendor(String path) {
        return api.token(Role.VENDOR, path);
    }

    private static Reply openAs(String path, String device) {
        return api.post(
                "/devices/" + device + "/debug-sessions", vendor(path), Map.of("minutes", 5));
    }

    private static String opened(String device) {
        Reply reply = openAs("/DEMO/", device);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(201);
        return reply.data().get("session_id").asText();
    }

    private static Reply traffic(String session, String after) {
        String query = after == null ? "" : "?after=" + after;
        return api.get("/debug-sessions/" + session + "/traffic" + query, vendor("/DEMO/"));
    }

    @Test
    void theGatewayWatchesFromTheBeginningAndUntilTheEnd() {
        connected.put("d1", "g1");
        String session = opened("d1");
        Read begun = reads.stream().filter(r -> r.session().equals(session)).findAny().get();
        assertThat(begun.tenant()).isEqualTo(OWNER);
        assertThat(begun.keepMs()).isBetween(290_000L, 300_000L);
        note("g1", "d1", "{\"n\":1}");
        note("g1", "d1", "{\"n\":2}");
        JsonNode first = traffic(session, null).data();
        assertThat(first.get("connected").asBoolean()).isTrue();
        assertThat(first.get("gateway").asText()).isEqualTo("g1");
        assertThat(first.get("items").findValuesAsText("payload"))
                .containsExactly("{\"n\":1}", "{\"n\":2}");
        JsonNode item = first.get("items").get(0);
        assertThat(item.get("type").asText()).isEqualTo("MESSAGE");
        assertThat(item.get("at").asText()).isEqualTo(Instant.ofEpochMilli(1000).toString());
        assertThat(item.get("took_ms").asLong()).isEqualTo(2);
        note("g1", "d1", "{\"n\":3}");
        JsonNode rest = traffic(session, first.get("cursor").asText()).data();
        assertThat(rest.get("items").findValuesAsText("payload")).containsExactly("{\"n\":3}");
        Reply closed =
                api.send("DELETE", "/debug-sessions/" + session, vendor("/DEMO/"), null, Map.of());
        assertThat(closed.status()).isEqualTo(204);
        assertThat(ends).contains(new End(session, "d1"));
        assertThat(traffic(session, null).code()).isEqualTo("SESSION_OVER");
        JsonNode kept = api.get("/debug-sessions/" + session, vendor("/DEMO/")).data();
        assertThat(kept.get("open").asBoolean()).isFalse();
        assertThat(kept.get("closed_by").asText()).isEqualTo(ApiFixture.uid(Role.VENDOR));
    }

    @Test
    void aDeviceThatMovesIsFollowed() {
        connected.put("d2", "g1");
        String session = opened("d2");
        note("g1", "d2", "at one");
        String cursor = traffic(session, null).data().get("cursor").asText();
        connected.put("d2", "g2");
        note("g1", "d2", "last words");
        note("g2", "d2", "at two");
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            JsonNode page = traffic(session, cursor).data();
            cursor = page.get("cursor").asText();
            for (JsonNode item : page.get("items")) {
                told.add(
                        item.has("reason")
                                ? item.get("reason").asText()
                                : item.get("payload").asText());
            }
        }
        assertThat(told).containsExactly("last words", "MOVED", "at two");
        connected.remove("d2");
        assertThat(traffic(session, cursor).data().get("connected").asBoolean()).isFalse();
    }

    @Test
    void whoseItIsNotOrNoLongerSeesNothing() {
        assertThat(openAs("/OTHR/", "d3").status()).isEqualTo(404);
        String session = opened("d3");
        for (String path : List.of("", "/traffic")) {
            assertThat(api.get("/debug-sessions/" + session + path, vendor("/OTHR/")).status())
                    .isEqualTo(404);
        }
        assertThat(api.get("/debug-sessions", vendor("/OTHR/")).data()).isEmpty();
        assertThat(api.get("/debug-sessions?device_id=d3&open=true", vendor("/DEMO/")).data())
                .hasSize(1);
        assertThat(api.get("/debug-sessions?device_id=d3&open=false", vendor("/DEMO/")).data())
                .isEmpty();
        note("g1", "d3", "secret of the next owner");
        owners.put("d3", "/OTHR/");
        assertThat(traffic(session, null).code()).isEqualTo("SESSION_OVER");
        assertThat(
                        api.post(
                                        "/debug-sessions/" + session + "/latency",
                                        vendor("/DEMO/"),
                                        Map.of())
                                .status())
                .isEqualTo(404);
    }

    @Test
    void noMoreSessionsThanTheBounds() {
        for (int i = 1; i <= 6; i++) {
            owners.put("many" + i, "/BUSY/");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(openAs("/BUSY/", "many" + (1 + i / 2)).status()).isEqualTo(201);
        }
        Reply third = openAs("/BUSY/", "many1");
        assertThat(third.status()).isEqualTo(409);
        assertThat(third.code()).isEqualTo("TOO_MANY_SESSIONS");
        assertThat(openAs("/BUSY/", "many6").code()).isEqualTo("TOO_MANY_SESSIONS");
        String one =
                api.get("/debug-sessions?device_id=many1", vendor("/BUSY/"))
                        .data()
                        .get(0)
                        .get("session_id")
                        .asText();
        api.send("DELETE", "/debug-sessions/" + one, vendor("/BUSY/"), null, Map.of());
        assertThat(openAs("/BUSY/", "many6").status()).isEqualTo(201);
    }

    @Test
    void badInputIsToldWithItsField() {
        String session = opened("d4");
        Reply cursor = traffic(session, "nonsense");
        assertThat(cursor.status()).isEqualTo(422);
        assertThat(cursor.json().toString()).contains("after");
        Reply minutes =
                api.post("/devices/d4/debug-sessions", vendor("/DEMO/"), Map.of("minutes", 31));
        assertThat(minutes.status()).isEqualTo(422);
        assertThat(minutes.json().toString()).contains("minutes");
    }

    @Test
    void theWayThereAndBackIsToldInItsParts() {
        connected.put("d5", "g1");
        String path = "/debug-sessions/" + opened("d5") + "/latency";
        JsonNode told = api.post(path, vendor("/DEMO/"), Map.of("samples", 4)).data();
        assertThat(told.get("way").asText()).isEqualTo("mqtt_puback");
        assertThat(told.get("samples")).hasSize(4);
        assertThat(told.get("device").get("median_ms").asDouble()).isEqualTo(1.5);
        assertThat(told.get("cloud").get("min_ms").asDouble())
                .isBetween(0.0, told.get("cloud").get("max_ms").asDouble());
        connected.put("mute", "g1");
        String mute = "/debug-sessions/" + opened("mute") + "/latency";
        assertThat(api.post(mute, vendor("/DEMO/"), Map.of()).code()).isEqualTo("REPLY_TIMEOUT");
        connected.remove("d5");
        assertThat(api.post(path, vendor("/DEMO/"), Map.of()).code()).isEqualTo("DEVICE_OFFLINE");
    }

    @Test
    void theStreamTellsTheSameAndEndsWithTheSession() throws Exception {
        connected.put("d6", "g1");
        String session = opened("d6");
        String path = "/streams/debug-sessions/" + session;
        note("g1", "d6", "one");
        String last;
        try (var stream = api.events(path, vendor("/DEMO/"), null)) {
            assertThat(stream.next()).contains("event: message").anyMatch(l -> l.contains("one"));
            note("g1", "d6", "two");
            List<String> two = stream.next();
            assertThat(two).anyMatch(l -> l.contains("two"));
            last = two.getFirst().substring("id: ".length());
        }
        note("g1", "d6", "three");
        try (var stream = api.events(path, vendor("/DEMO/"), last)) {
            assertThat(stream.next()).anyMatch(l -> l.contains("three"));
            api.send("DELETE", "/debug-sessions/" + session, vendor("/DEMO/"), null, Map.of());
            assertThat(stream.next())
                    .containsExactly("event: end", "data: {\"code\":\"SESSION_OVER\"}");
        }
        assertThat(api.get(path, vendor("/OTHR/")).status()).isEqualTo(404);
        assertThat(api.get(path, api.token(Role.AGENT, OWNER)).status()).isEqualTo(403);
        for (int i = 0; i < 25; i++) {
            try (var over = api.events(path, vendor("/DEMO/"), last)) {
                assertThat(over.next()).as("places of ended streams are free").isNotEmpty();
                while (!over.next().isEmpty()) {
                    continue;
                }
            }
        }
    }
}
