package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ChangesSince;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.DeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.ingest.IngestApi;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.twin.TwinApi;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.Chain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.oms.OmsRoutes;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The devices context behind the real API on a real PostgreSQL; its neighbours (vendors, members,
 * the edge) answer from tables of their own.
 */
final class DevicesWorld implements AutoCloseable {
    static final String EDGE = "edge-1";
    static final String MODEL =
            """
            {"properties":[
              {"identifier":"total_ml","accessMode":"r","dataType":{"type":"int"}},
              {"identifier":"pulse_total","accessMode":"r","dataType":{"type":"int"}},
              {"identifier":"brightness","accessMode":"rw","dataType":{"type":"int","specs":{"min":"0","max":"10"}}},
              {"identifier":"valve","accessMode":"rw","dataType":{"type":"enum","specs":{"0":"shut","1":"open"}}}],
             "services":[
              {"identifier":"dispense","inputData":[{"identifier":"volume_ml","dataType":{"type":"int"}}]},
              {"identifier":"stop"},
              {"identifier":"blink","inputData":[{"identifier":"times","dataType":{"type":"int","specs":{"min":"1","max":"9"}}}]}]}
            """;
    static final String SECRET = "f8d70127a0934798f9be1d72b883d840";

    static final ScriptDeskConfig SCRIPTS =
            new ScriptDeskConfig(Duration.ofMillis(200), 200_000, 8 << 20, 65_536, 4);

    final ApiFixture api = new ApiFixture();
    final Neighbours neighbours = new Neighbours(api.bus);
    final DevicesConfig config =
            new DevicesConfig("keys/devices.key", EDGE, 10_000, 500, 40, 3, 100);
    final Path data;
    final String platform;
    final String demo;
    final String other;
    private int keys;

    DevicesWorld() {
        try {
            data = Files.createTempDirectory("weir-devices");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        api.api(
                ApiFixture.CONFIG,
                List.of(
                        DevicesRoutes.CONTEXT,
                        TopologyRoutes.CONTEXT,
                        MessageRoutes.CONTEXT,
                        OmsRoutes.CONTEXT),
                new CredentialFile(api.bus));
        api.context(neighbours);
        api.context(new DevicesVerticle(config, data, api.bus, api.tx, api.time));
        api.context(new ScriptDeskVerticle(SCRIPTS, api.bus, api.tx, api.time));
        platform = api.token(Role.PLATFORM, "/");
        demo = api.token(Role.VENDOR, "/DEMO/");
        other = api.token(Role.VENDOR, "/OTHR/");
    }

    Reply post(String token, String path, Map<String, ?> body) {
        return api.post(path, token, body);
    }

    Reply put(String token, String path, Map<String, ?> body) {
        return api.send("PUT", path, token, Json.text(body), Map.of());
    }

    String newKey() {
        return "pk%08d".formatted(++keys);
    }

    /** A dispenser product of measure mode 0. */
    Map<String, Object> product(String key) {
        var body = new HashMap<String, Object>();
        body.put("name", "dispenser");
        body.put("code", "4110025469");
        body.put("thing_model", MODEL);
        body.put("product_key", key);
        body.put("product_secret", SECRET);
        body.put("flowmeter", flowmeter(0));
        return body;
    }

    static Map<String, Object> flowmeter(int mode) {
        return Map.of(
                "measure_mode",
                mode,
                "config",
                List.of(
                        Map.of("key", "normal", "name", "常温", "value", 30),
                        Map.of("key", "hot", "value", 20, "ml_per_1000_pulses", 2200)));
    }

    long addProduct(String token) {
        return ok(post(token, "/oms/product/add", product(newKey()))).path("id").asLong();
    }

    long submit(String token, long product, int amount) {
        return ok(post(
                        token,
                        "/oms/produce/submit",
                        Map.of(
                                "name",
                                "first",
                                "amount",
                                amount,
                                "product_id",
                                product,
                                "batch_no",
                                "B" + ++keys)))
                .path("id")
                .asLong();
    }

    void confirm(String token, long batch) {
        ok(post(token, "/oms/produce/confirm/" + batch, Map.of()));
    }

    /** Credentials of a batch in stock. */
    List<JsonNode> devices(String token, int amount) {
        long batch = submit(token, addProduct(token), amount);
        confirm(token, batch);
        return rows(token, batch);
    }

    List<JsonNode> rows(String token, long batch) {
        List<JsonNode> rows = new ArrayList<>();
        ok(post(token, "/oms/produce/download/" + batch, Map.of())).path("rows").forEach(rows::add);
        return rows;
    }

    static JsonNode ok(Reply reply) {
        if (reply.status() / 100 != 2) {
            throw new AssertionError(reply.status() + " " + reply.json());
        }
        return reply.data();
    }

    <Q, R> R ask(Op<Q, R> op, Q request) {
        return api.bus.call(op, request, Call.system("test")).await();
    }

    Changes changes(long since) {
        return ask(DevicesApi.CHANGES, new ChangesSince(EDGE, since, 500));
    }

    /** The last number given to the gateway. */
    long last() {
        for (Changes page = changes(0); ; page = changes(page.version())) {
            if (!page.more()) {
                return page.version();
            }
        }
    }

    @Override
    public void close() {
        api.close();
    }

    /** Vendors DEMO and OTHR with an agent each; members M1 of DEMO, M2 of OTHR; one edge. */
    static final class Neighbours extends VerticleBase {
        final List<Object> commands = new CopyOnWriteArrayList<>();
        final Map<String, Use> uses = new ConcurrentHashMap<>();

        /** Device -> who holds it; everybody shares with G1. */
        final Map<String, String> holders = new ConcurrentHashMap<>();

        /** What the neighbours were asked about usage and clearing. */
        final List<Object> asked = new CopyOnWriteArrayList<>();

        private static final Map<String, String> VIDS =
                Map.of("0000000000000001", "/DEMO/", "0000000000000003", "/OTHR/");
        private final Bus bus;

        Neighbours(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            bus.serve(VendorsApi.CHAIN, (call, q) -> chain(q.tenant()));
            bus.serve(SharingApi.DROP_DEVICE, (call, q) -> Done.DONE);
            bus.serve(
                    OperationsOps.DEVICE_USE,
                    (call, q) ->
                            new DeviceUse(q.deviceId(), uses.getOrDefault(q.deviceId(), Use.FREE)));
            bus.serve(
                    OperationsOps.USAGE,
                    (call, q) -> {
                        asked.add(q);
                        return new OperationsOps.Usages(
                                q.spans().stream()
                                        .map(s -> new OperationsOps.Usage(1, 250, 9))
                                        .toList());
                    });
            bus.serve(
                    SharingApi.USERS,
                    (call, q) ->
                            holders.entrySet().stream()
                                    .filter(h -> q.deviceIds().contains(h.getKey()))
                                    .map(
                                            h ->
                                                    new SharingApi.Users(
                                                            h.getKey(),
                                                            h.getValue(),
                                                            List.of("G1")))
                                    .toList());
            bus.serve(
                    SharingApi.VIEWABLE,
                    (call, q) ->
                            new SharingApi.Ids(
                                    holders.entrySet().stream()
                                            .filter(h -> h.getValue().equals(q.uid()))
                                            .map(Map.Entry::getKey)
                                            .toList()));
            bus.serve(
                    IngestApi.CLEAR,
                    (call, q) -> {
                        asked.add(q);
                        return Done.DONE;
                    });
            bus.serve(
                    TwinApi.CLEAR,
                    (call, q) -> {
                        asked.add(q);
                        return Done.DONE;
                    });
            bus.serve(
                    VendorsApi.BY_VID,
                    (call, q) -> {
                        String code = VIDS.get(q.vid());
                        if (code == null) {
                            throw Rejected.notFound("vendor " + q.vid());
                        }
                        return chain(code).tenants().getFirst();
                    });
            bus.serve(
                    SharingApi.ACCESS,
                    (call, q) ->
                            new SharingApi.Access(
                                    true,
                                    SharingApi.How.HOLDER,
                                    Set.of(SharingApi.Right.values())));
            bus.serve(MembersApi.FACTS, (call, q) -> member(q.uid()));
            bus.serve(
                    EdgeApi.SET_PROPERTIES.at(EDGE),
                    (call, q) -> {
                        commands.add(q);
                        return new CommandReply(200, "{}", "success");
                    });
            bus.serve(
                    EdgeApi.INVOKE.at(EDGE),
                    (call, q) -> {
                        commands.add(q);
                        return new CommandReply(200, "{\"done\":1}", "success");
                    });
            bus.serve(
                    EdgeApi.REQUEST.at(EDGE),
                    (call, q) -> {
                        commands.add(q);
                        return new CommandReply(200, "{}", "sent");
                    });
            bus.serve(
                    EdgeApi.PUBLISH.at(EDGE),
                    (call, q) -> {
                        commands.add(q);
                        return new EdgeApi.Published(false);
                    });
            bus.serve(EdgeApi.ASK.at(EDGE), (call, q) -> new EdgeApi.Said(q.payload()));
            bus.serve(
                    EdgeApi.BROADCAST.at(EDGE),
                    (call, q) -> {
                        commands.add(q);
                        return new EdgeApi.Reached(3);
                    });
            return Future.succeededFuture();
        }

        private static Chain chain(String path) {
            if (!path.matches("/(DEMO|OTHR)/(A001/)?")) {
                throw Rejected.notFound("tenant " + path);
            }
            List<Tenant> tenants = new ArrayList<>();
            String vendor = path.substring(0, 6);
            String vid = vendor.equals("/DEMO/") ? "0000000000000001" : "0000000000000003";
            tenants.add(new Tenant(vid, vendor, "VENDOR", "Demo", "Asia/Shanghai"));
            if (path.length() > 6) {
                tenants.add(
                        new Tenant("0000000000000002", path, "AGENT", "Agent", "Asia/Shanghai"));
            }
            return new Chain(tenants, null);
        }

        private static MemberFacts member(String uid) {
            return switch (uid) {
                case "M1" -> new MemberFacts(uid, "/DEMO/", "one", true, List.of());
                case "M2" -> new MemberFacts(uid, "/OTHR/", "two", true, List.of());
                default -> throw Rejected.notFound("member " + uid);
            };
        }
    }
}
