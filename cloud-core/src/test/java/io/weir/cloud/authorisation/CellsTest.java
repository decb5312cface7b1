package io.weir.cloud.authorisation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.weir.api.Done;
import io.weir.api.debug.DebugApi;
import io.weir.api.devices.DeviceOps;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.api.sharing.SharingApi;
import io.weir.cloud.Contexts;
import io.weir.cloud.audit.AuditConfig;
import io.weir.cloud.audit.AuditVerticle;
import io.weir.cloud.authorisation.Samples.Sample;
import io.weir.cloud.authorisation.Samples.Stranger;
import io.weir.cloud.configuration.ConfigurationConfig;
import io.weir.cloud.configuration.ConfigurationVerticle;
import io.weir.cloud.debug.DebugConfig;
import io.weir.cloud.debug.DebugVerticle;
import io.weir.cloud.devices.DevicesConfig;
import io.weir.cloud.devices.DevicesVerticle;
import io.weir.cloud.devices.ScriptDeskConfig;
import io.weir.cloud.devices.ScriptDeskVerticle;
import io.weir.cloud.dispense.DispenseConfig;
import io.weir.cloud.dispense.DispenseVerticle;
import io.weir.cloud.dispense.SlicesConfig;
import io.weir.cloud.dispense.SlicesVerticle;
import io.weir.cloud.door.DeskConfig;
import io.weir.cloud.door.DeskVerticle;
import io.weir.cloud.facts.CachedPlaces;
import io.weir.cloud.files.FilesConfig;
import io.weir.cloud.files.FilesVerticle;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.ContractBundle;
import io.weir.cloud.ingest.IngestConfig;
import io.weir.cloud.ingest.IngestVerticle;
import io.weir.cloud.ingest.TrafficCounter;
import io.weir.cloud.ledger.LedgerConfig;
import io.weir.cloud.ledger.LedgerVerticle;
import io.weir.cloud.members.MembersVerticle;
import io.weir.cloud.members.TestMembers;
import io.weir.cloud.members.WechatStandIn;
import io.weir.cloud.oms.OmsConfig;
import io.weir.cloud.oms.OmsVerticle;
import io.weir.cloud.ota.OtaConfig;
import io.weir.cloud.ota.OtaVerticle;
import io.weir.cloud.seal.SecretBox;
import io.weir.cloud.sharing.SharingConfig;
import io.weir.cloud.sharing.SharingVerticle;
import io.weir.cloud.subscription.SubscriptionConfig;
import io.weir.cloud.subscription.SubscriptionVerticle;
import io.weir.cloud.system.Node;
import io.weir.cloud.system.SystemConfig;
import io.weir.cloud.system.SystemVerticle;
import io.weir.cloud.twin.TwinConfig;
import io.weir.cloud.twin.TwinVerticle;
import io.weir.cloud.vendors.TestVendors;
import io.weir.cloud.vendors.VendorsVerticle;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The allow cells of the authorisation matrix with real data: every operation, by every role that
 * may, on its own branch succeeds (and answers what the contract says); the same request by the
 * same role of another vendor, of another branch of the vendor, of a tenant below the owner, or by
 * another member, does not. Tenants above succeed: the devices are a dealer's.
 */
class CellsTest {
    /** Ways to a device that the caller may not hold. */
    private static final List<String> WAYS =
            List.of("HOLDER", "VIEW", "CONTROL", "DISPENSE", "GROUP", "NONE");

    private static final String ISO =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z";

    private static final Set<Integer> REFUSALS = Set.of(403, 404, 422);
    private static ApiFixture api;
    private static ObjectNode contract;
    private static ResponseValidator responses;
    private static final WechatStandIn wechat = new WechatStandIn();
    private static Branch demo;
    private static Branch other;
    private static Branch high;

    @BeforeAll
    static void start() throws IOException {
        api = new ApiFixture();
        born(api.uri);
        api.api(ApiFixture.CONFIG, Contexts.ALL);
        contexts();
        contract = ContractBundle.of(Contexts.ALL.stream().map(ContextRoutes::context).toList());
        var openApi =
                OpenAPIContract.from(
                                api.vertx,
                                new JsonObject(withoutWidths(contract.deepCopy()).toString()))
                        .await();
        responses = ResponseValidator.create(api.vertx, openApi);
        demo = new Branch(api, wechat, "DEMO");
        other = new Branch(api, wechat, "OTHR");
        high = new Branch(api, wechat, "HIGH", "A001/");
    }

    /** Vert.x's validator takes int64 for a Long: a small number, an Integer there, is refused. */
    private static JsonNode withoutWidths(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("format").asText().equals("int64")) {
            object.remove("format");
        }
        node.forEach(CellsTest::withoutWidths);
        return node;
    }

    @AfterAll
    static void stop() {
        api.close();
        wechat.close();
    }

    @Test
    @Tag("shows:A-011")
    void everyAllowedCellSucceedsAndEveryStrangerIsRefused() {
        Walk walk = walk(id -> true);
        System.out.println("cells with real data: " + walk.cells());
        assertThat(walk.wrong()).isEmpty();
    }

    /**
     * What the dealer below has, staff of the vendor with the data scope OWN do not see or touch,
     * whichever operation they try; those with BELOW do.
     */
    @Test
    void whatStandsBelowIsNotForStaffOfTheTenantAlone() {
        String alone = staff("OWN");
        String all = staff("BELOW");
        Samples samples = new Samples();
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (Target target : targets(id -> true)) {
            Sample sample = samples.of(target.id());
            String roles = target.operation().path("x-roles").toString();
            // A batch is the vendor's own.
            if (sample.stranger() == Stranger.WELCOME
                    || !roles.contains("VENDOR")
                    || target.id().equals("produceDevices")) {
                continue;
            }
            Map<String, Object> fields = sample.fields().apply(demo, Role.VENDOR);
            if (fields.values().stream().noneMatch(v -> String.valueOf(v).startsWith("DEMO-"))) {
                continue; // not about a device, and so made by the vendor
            }
            Reply below = send(target, all, sample.fields().apply(demo, Role.VENDOR));
            Reply own = send(target, alone, fields);
            cells += 2;
            boolean nothing = own.status() == 200 && own.json().path("data").isEmpty();
            if (below.status() / 100 != 2) {
                wrong.add(target.id() + " with BELOW: " + below.status() + " " + below.json());
            }
            if (!REFUSALS.contains(own.status()) && !nothing) {
                wrong.add(target.id() + " with OWN: " + own.status() + " " + own.json());
            }
        }
        System.out.println("cells of data scopes: " + cells);
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(60);
    }

    /** An administrator of the vendor, let in. */
    private static String staff(String dataScope) {
        Map<String, Object> body =
                Map.of(
                        "user",
                        "scope-" + dataScope.toLowerCase(Locale.ROOT),
                        "pwd",
                        "secret",
                        "name",
                        "N",
                        "role",
                        "ADMIN",
                        "data_scope",
                        dataScope);
        Reply added = api.post("/staff", demo.token(Role.VENDOR), body);
        assertThat(added.data().path("data_scope").asText()).isEqualTo(dataScope);
        String uid = added.data().path("uid").asText();
        String token = api.token(Role.STAFF, "/DEMO/", uid);
        for (int i = 0; i < 100 && api.get("/devices", token).status() != 200; i++) {
            LockSupport.parkNanos(50_000_000);
        }
        return token;
    }

    /** A handler that answers whatever its caller may see: the cells must tell. */
    @Test
    void aHandlerThatForgetsTheScopeIsCaught() {
        var forgetful =
                api.bus.serve(
                        DeviceOps.GET,
                        (call, q) ->
                                Json.read(
                                        "{\"device_id\":\"%s\",\"name\":\"\",\"status\":\"idle\",\"online\":true,\"outlets\":[]}"
                                                .formatted(q.deviceId()),
                                        DeviceOps.Device.class));
        try {
            assertThat(walk(id -> id.equals("getDevice")).wrong())
                    .isNotEmpty()
                    .allMatch(wrong -> wrong.startsWith("getDevice as "));
        } finally {
            forgetful.unregister().await();
        }
        assertThat(walk(id -> id.equals("getDevice")).wrong()).isEmpty();
    }

    private record Walk(int cells, List<String> wrong) {}

    private static Walk walk(Predicate<String> which) {
        Samples samples = new Samples();
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (Target target : targets(which)) {
            Sample sample = samples.of(target.id());
            if (sample == null) {
                wrong.add(target.id() + " has no sample: say in Samples what it works on");
                continue;
            }
            cells +=
                    target.operation().path("x-public").asBoolean()
                            ? own(target, sample, null, wrong)
                            : roles(target, sample, wrong);
        }
        return new Walk(cells, wrong);
    }

    private static List<Target> targets(Predicate<String> which) {
        List<Target> targets = new ArrayList<>();
        for (var path : contract.path("paths").properties()) {
            for (var member : path.getValue().properties()) {
                String id = member.getValue().path("operationId").asText();
                // refresh has its own tests: its token is good once
                if (!id.equals("refresh") && which.test(id)) {
                    targets.add(new Target(id, member.getKey(), path.getKey(), member.getValue()));
                }
            }
        }
        return targets;
    }

    /**
     * Every operation of a member on a device, with every way to a device that somebody else holds,
     * as {@code share-rights.txt} says.
     */
    @Test
    @Tag("shows:A-090")
    @Tag("shows:A-027")
    @Tag("shows:A-004")
    @Tag("refuses:invokeDeviceService")
    @Tag("refuses:setDeviceProperties")
    @Tag("stores:invokeDeviceService")
    @Tag("stores:setDeviceProperties")
    void aShareOpensWhatItsRightsNameAndNothingElse() throws IOException {
        Map<String, Set<String>> expected = shareRights();
        List<String> wrong = shares(expected, op -> true);
        assertThat(wrong).isEmpty();
        assertThat(expected.keySet())
                .as("operations of share-rights.txt")
                .containsExactlyInAnyOrderElementsOf(
                        ofDevices(op -> true).stream().map(Target::id).toList());
    }

    /** Whoever asks may do everything: the matrix of shares must tell. */
    @Test
    void anAccessThatIsNeverRefusedIsCaught() throws IOException {
        var open =
                api.bus.serve(
                        SharingApi.ACCESS,
                        (call, q) ->
                                new SharingApi.Access(
                                        true,
                                        SharingApi.How.SHARE,
                                        Set.of(SharingApi.Right.values())));
        try {
            assertThat(shares(shareRights(), id -> id.equals("setDeviceProperties")))
                    .isNotEmpty()
                    .allMatch(wrong -> wrong.startsWith("setDeviceProperties as "));
        } finally {
            open.unregister().await();
        }
    }

    private static List<String> shares(Map<String, Set<String>> expected, Predicate<String> which) {
        Samples samples = new Samples();
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (Target target : ofDevices(which)) {
            Set<String> open = expected.getOrDefault(target.id(), Set.of());
            for (String way : WAYS) {
                Map<String, Object> fields =
                        new HashMap<>(samples.of(target.id()).fields().apply(demo, Role.MEMBER));
                fields.put("device_id", device(way));
                Reply reply = send(target, demo.token(Role.MEMBER), fields);
                cells++;
                boolean passed = reply.status() / 100 == 2;
                boolean refused = reply.status() == 403 || reply.status() == 404;
                boolean bound = target.id().equals("bindDevice") && reply.status() == 409;
                if (open.contains(way) ? !passed : !refused && !bound) {
                    wrong.add(
                            "%s as %s: %d %s"
                                    .formatted(target.id(), way, reply.status(), reply.json()));
                }
            }
        }
        System.out.println("cells of shares: " + cells);
        return wrong;
    }

    private static String device(String way) {
        return switch (way) {
            case "HOLDER" -> demo.bound(demo.member);
            case "GROUP" -> demo.grouped();
            case "NONE" -> demo.sharedBy(List.of());
            default -> demo.sharedBy(List.of(way));
        };
    }

    private static List<Target> ofDevices(Predicate<String> which) {
        return targets(which).stream()
                .filter(t -> t.path().contains("{device_id}"))
                // a share or group named beside the device has rules of its own, tested there
                .filter(t -> !t.path().contains("{share_id}") && !t.path().contains("{group_id}"))
                .filter(t -> t.operation().path("x-roles").toString().contains("MEMBER"))
                .toList();
    }

    private static Map<String, Set<String>> shareRights() throws IOException {
        Map<String, Set<String>> rights = new TreeMap<>();
        try (var file = CellsTest.class.getResourceAsStream("/share-rights.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(":"))
                    .forEach(line -> rights.put(line[0], Set.of(line[1].trim().split(" +"))));
        }
        return rights;
    }

    @Test
    void rowLevelSecurityHoldsWithoutAnyWhere() {
        List<String> tables = tables("a.attname = 'tenant' AND NOT t.relispartition");
        List<String> wrong = new ArrayList<>();
        int rows = 0;
        for (String table : tables) {
            String all = "SELECT count(*) FROM " + table;
            String demos = all + " WHERE starts_with(tenant, '/DEMO/')";
            String system = all + " WHERE tenant <> '/'";
            rows += api.tx.system(c -> count(c.query(system)));
            if (!reads(table)) {
                continue; // weir_app has no business there at all
            }
            if (count(api.db.app().query(all)) != 0) {
                wrong.add(table + " shows rows to an unset scope");
            }
            if (api.tx.run(Scope.tenant("/OTHR/"), c -> count(c.query(demos))) != 0) {
                wrong.add(table + " shows rows of DEMO to OTHR");
            }
        }
        System.out.printf("row-level security: %d tables, %d rows%n", tables.size(), rows);
        assertThat(wrong).isEmpty();
        assertThat(rows).isGreaterThan(1000);
        assertThat(
                        tables(
                                "a.attname = 'tenant' AND has_table_privilege('weir_app', t.oid,"
                                        + " 'SELECT') AND NOT (t.relrowsecurity AND"
                                        + " t.relforcerowsecurity)"))
                .as("tables and partitions that weir_app reads without forced row-level security")
                .isEmpty();
    }

    private static List<String> tables(String condition) {
        List<String> tables = new ArrayList<>();
        api.db
                .system()
                .query(
                        "SELECT DISTINCT t.oid::regclass::text FROM pg_class t JOIN pg_attribute a"
                            + " ON a.attrelid = t.oid JOIN pg_namespace n ON n.oid = t.relnamespace"
                            + " WHERE t.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg%' AND "
                                + condition)
                .execute()
                .await()
                .forEach(row -> tables.add(row.getString(0)));
        return tables;
    }

    private static boolean reads(String table) {
        return api.db
                .app()
                .query("SELECT has_table_privilege('weir_app', '" + table + "', 'SELECT')")
                .execute()
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    private static int count(
            io.vertx.sqlclient.Query<io.vertx.sqlclient.RowSet<io.vertx.sqlclient.Row>> query) {
        return query.execute().await().iterator().next().getInteger(0);
    }

    private record Target(String id, String method, String path, JsonNode operation) {}

    private static int roles(Target target, Sample sample, List<String> wrong) {
        int cells = 0;
        for (JsonNode name : target.operation().path("x-roles")) {
            Role role = Role.valueOf(name.asText());
            cells += own(target, sample, role, wrong);
            if (role == Role.PLATFORM || sample.stranger() == Stranger.WELCOME) {
                continue;
            }
            cells +=
                    strange(
                            target,
                            sample,
                            role,
                            other.token(role),
                            "another vendor's " + role,
                            wrong);
            boolean sibling =
                    role == Role.MEMBER
                            ? sample.ownOfMember()
                            : (role == Role.AGENT || role == Role.DEALER) && sample.branchOnly();
            if (sibling) {
                cells +=
                        strange(
                                target,
                                sample,
                                role,
                                demo.siblingToken(role),
                                "another " + role,
                                wrong);
            }
            if (role == Role.DEALER && sample.branchOnly()) {
                cells += parent(target, sample, wrong);
            }
        }
        return cells;
    }

    /** What the agent above owns is not the dealer's. */
    private static int parent(Target target, Sample sample, List<String> wrong) {
        Map<String, Object> fields = sample.fields().apply(high, Role.DEALER);
        if (fields.values().stream().noneMatch(v -> String.valueOf(v).startsWith("HIGH-"))) {
            return 0; // not about a device, and so made by the dealer
        }
        Reply reply = send(target, high.token(Role.DEALER), fields);
        boolean empty =
                sample.stranger() == Stranger.SEES_NOTHING
                        && reply.status() == 200
                        && reply.json().path("data").isEmpty();
        if (!REFUSALS.contains(reply.status()) && !empty) {
            wrong.add(
                    "%s as the dealer below the owner: %d %s"
                            .formatted(target.id(), reply.status(), reply.json()));
        }
        return 1;
    }

    private static int own(Target target, Sample sample, Role role, List<String> wrong) {
        String token = role == null ? null : demo.token(role);
        Map<String, Object> fields = sample.fields().apply(demo, role);
        long before = audited();
        Reply reply = send(target, token, fields);
        if (reply.status() / 100 == 2 && Audited.must(target.id(), target.method())) {
            if (audited() == before) {
                wrong.add(target.id() + " as " + role + " leaves nothing in the audit log");
            }
        }
        if (reply.status() / 100 != 2) {
            wrong.add(target.id() + " as " + role + ": " + reply.status() + " " + reply.json());
        } else if (reply.status() != 204) {
            contradiction(target, reply, wrong);
        }
        return 1;
    }

    private static long audited() {
        return api.db
                .system()
                .query("SELECT count(*) FROM audit.entry")
                .execute()
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    private static int strange(
            Target target, Sample sample, Role role, String token, String who, List<String> wrong) {
        boolean sees = sample.stranger() == Stranger.SEES_NOTHING;
        // Who adds something adds it to what is theirs: they bring their own.
        var fields = sample.fields().apply(sees ? other : demo, role);
        Reply reply = send(target, token, fields);
        boolean fine = sees ? reply.status() / 100 == 2 : REFUSALS.contains(reply.status());
        boolean told = sees && reply.json().toString().contains("DEMO");
        if (!fine || told) {
            wrong.add(
                    target.id()
                            + " as "
                            + who
                            + " ("
                            + role
                            + "): "
                            + reply.status()
                            + " "
                            + reply.json());
        }
        return 1;
    }

    /** Every time that is answered is ISO 8601 in UTC (A-011). */
    private static void times(String id, JsonNode node, List<String> wrong) {
        for (var field : node.properties()) {
            JsonNode value = field.getValue();
            boolean time = field.getKey().endsWith("_tms") || field.getKey().equals("tms");
            if (time && !value.isNull() && !value.asText().matches(ISO)) {
                wrong.add(id + " tells " + field.getKey() + " as " + value);
            }
        }
        node.forEach(child -> times(id, child, wrong));
    }

    private static void contradiction(Target target, Reply reply, List<String> wrong) {
        times(target.id(), reply.json(), wrong);
        var headers = Map.of("Content-Type", "application/json");
        var response =
                ValidatableResponse.create(
                        reply.status(),
                        headers,
                        Buffer.buffer(reply.raw().body()),
                        "application/json");
        try {
            responses.validate(response, target.id()).await();
        } catch (RuntimeException e) {
            wrong.add(
                    target.id()
                            + " answers against its contract: "
                            + e.getMessage()
                            + " "
                            + reply.json());
        }
    }

    private static Reply send(Target target, String token, Map<String, Object> fields) {
        Map<String, Object> rest = new HashMap<>(fields);
        String path = target.path();
        for (String name : fields.keySet()) {
            if (path.contains("{" + name + "}")) {
                path = path.replace("{" + name + "}", encode(rest.remove(name)));
            }
        }
        boolean hasBody = target.operation().has("requestBody");
        if (!hasBody && !rest.isEmpty()) {
            path +=
                    rest.entrySet().stream()
                            .map(q -> q.getKey() + "=" + encode(q.getValue()))
                            .collect(Collectors.joining("&", "?", ""));
        }
        return api.send(
                target.method().toUpperCase(Locale.ROOT),
                path,
                token,
                hasBody ? Json.text(rest) : null,
                Map.of("Idempotency-Key", "cell-" + System.nanoTime()));
    }

    private static String encode(Object value) {
        return URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8);
    }

    private static void contexts() throws IOException {
        var metrics = new Metrics();
        api.context(
                new VendorsVerticle(
                        TestVendors.CONFIG,
                        TestVendors.data(),
                        api.bus,
                        api.tx,
                        api.time,
                        Contexts.grantable()));
        api.context(
                new MembersVerticle(
                        TestMembers.config("log", wechat.url()),
                        api.bus,
                        api.tx,
                        api.time,
                        api.key));
        api.context(
                new LedgerVerticle(
                        new LedgerConfig(100, 1000, 1, Duration.ofDays(7)),
                        api.bus,
                        api.db,
                        api.time,
                        metrics));
        var data = Files.createTempDirectory("weir-cells");
        api.context(
                new DevicesVerticle(
                        new DevicesConfig(
                                "keys/devices.key", Branch.EDGE, 1000, 500, 1500, 100, 1000),
                        data,
                        api.bus,
                        api.tx,
                        api.time));
        api.context(
                new ScriptDeskVerticle(
                        new ScriptDeskConfig(Duration.ofMillis(200), 200_000, 8 << 20, 65_536, 16),
                        api.bus,
                        api.tx,
                        api.time));
        Path sealing = Files.createTempDirectory("weir-cells-door").resolve("devices.key");
        SecretBox.create(sealing);
        api.context(
                new DeskVerticle(
                        new DeskConfig(
                                sealing.toString(), Duration.ofDays(90), Duration.ofHours(24)),
                        sealing.getParent(),
                        api.bus,
                        api.tx,
                        api.time));
        var dispenses =
                new DispenseConfig(
                        20_000,
                        30,
                        3,
                        5,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(5),
                        500,
                        50,
                        200);
        api.context(new DispenseVerticle(api.bus, api.tx, api.time, metrics, dispenses));
        var slices =
                new SlicesConfig(
                        "keys/devices.key",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(12),
                        100,
                        10,
                        168,
                        Duration.ofMinutes(10));
        api.context(new SlicesVerticle(api.bus, api.tx, api.time, slices, dispenses, data));
        api.context(
                new IngestVerticle(
                        api.bus,
                        api.tx,
                        api.time,
                        new CachedPlaces(api.bus, api.time, 1000, 1000),
                        new TrafficCounter(),
                        new IngestConfig(30, 2, 2, Duration.ofHours(1))));
        api.context(
                new ConfigurationVerticle(
                        new ConfigurationConfig(
                                65_536,
                                10,
                                1000,
                                1000,
                                50,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(10),
                                3,
                                Duration.ofDays(7)),
                        api.bus,
                        api.tx,
                        api.time,
                        new CachedPlaces(api.bus, api.time, 1000, 1000),
                        metrics));
        api.context(
                new AuditVerticle(new AuditConfig(Duration.ofSeconds(1), 1000), api.bus, api.tx));
        api.context(
                new DebugVerticle(new DebugConfig(100, 1000), api.bus, api.tx, api.time, metrics));
        api.context(
                new FilesVerticle(
                        new FilesConfig(1000, 10, Duration.ofHours(24), Duration.ofHours(1)),
                        api.bus,
                        api.tx,
                        api.time,
                        new CachedPlaces(api.bus, api.time, 1000, 1000)));
        api.context(
                new OtaVerticle(
                        new OtaConfig(
                                1000,
                                1000,
                                10_000,
                                Duration.ofHours(24),
                                Duration.ofHours(1),
                                10_000,
                                Duration.ofHours(1),
                                100,
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(5)),
                        api.bus,
                        api.tx,
                        api.time,
                        new CachedPlaces(api.bus, api.time, 1000, 1000),
                        metrics));
        api.context(
                new SubscriptionVerticle(
                        new SubscriptionConfig(10_000, 1000, Duration.ofHours(1)),
                        api.bus,
                        api.tx,
                        api.time));
        api.context(
                new TwinVerticle(
                        new TwinConfig(
                                5,
                                16_384,
                                128,
                                100,
                                Duration.ofSeconds(10),
                                100,
                                Duration.ofDays(30),
                                Duration.ofHours(1)),
                        api.bus,
                        api.tx,
                        api.time,
                        new CachedPlaces(api.bus, api.time, 1000, 1000)));
        api.context(
                new OmsVerticle(
                        new OmsConfig(
                                "devices.key",
                                "",
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(5),
                                Duration.ofHours(1)),
                        TestVendors.data(),
                        api.bus,
                        api.tx,
                        api.time,
                        api.key));
        api.context(
                new SystemVerticle(
                        new SystemConfig(
                                Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofDays(1)),
                        new Node("cells", "cloud", List.of("api"), new Health(), Map.of()),
                        api.bus,
                        api.tx,
                        api.time));
        api.context(
                new SharingVerticle(
                        new SharingConfig(500, 1000, 1000, 200), api.bus, api.tx, api.time));
        api.context(new Edge(api.bus));
    }

    /** The first owner's word decides whether play money is taken. */
    private static void born(String uri) {
        String jdbc =
                "jdbc:"
                        + uri.replace("postgres:postgres@", "")
                        + "?user=postgres&password=postgres";
        try (var connection = java.sql.DriverManager.getConnection(jdbc);
                var statement = connection.createStatement()) {
            statement.execute("SELECT weir.be_born(true)");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A gateway that obeys. */
    private static final class Edge extends VerticleBase {
        private final Bus bus;

        Edge(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            bus.serve(
                    EdgeApi.OPEN.at(Branch.EDGE),
                    (call, q) -> new DispenseAnswer(q.dispenseId(), Known.OPEN, null, 0));
            bus.serve(
                    EdgeApi.STOP.at(Branch.EDGE),
                    (call, q) -> new DispenseAnswer(q.dispenseId(), Known.OPEN, null, 0));
            bus.serve(
                    EdgeApi.SET_PROPERTIES.at(Branch.EDGE),
                    (call, q) -> new CommandReply(200, "{}", "success"));
            bus.serve(
                    EdgeApi.REQUEST.at(Branch.EDGE),
                    (call, q) -> new CommandReply(200, "{}", "success"));
            bus.serve(
                    DebugApi.READ.at(Branch.EDGE),
                    (call, q) -> new DebugApi.Seen("ring", List.of(), 0, true));
            bus.serve(DebugApi.END.at(Branch.EDGE), (call, q) -> Done.DONE);
            bus.serve(
                    DebugApi.MEASURE.at(Branch.EDGE),
                    (call, q) -> new DebugApi.Measured("mqtt_puback", 700, 800));
            bus.serve(EdgeApi.ASK.at(Branch.EDGE), (call, q) -> new EdgeApi.Said(q.payload()));
            bus.serve(EdgeApi.BROADCAST.at(Branch.EDGE), (call, q) -> new EdgeApi.Reached(1));
            bus.serve(EdgeApi.PUBLISH.at(Branch.EDGE), (call, q) -> new EdgeApi.Published(false));
            bus.serve(
                    EdgeApi.INVOKE.at(Branch.EDGE),
                    (call, q) -> new CommandReply(200, "{}", "success"));
            return Future.succeededFuture();
        }
    }
}
