package io.weir.cloud.dispense;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.Op;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.OutletFlow;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.dispense.DispenseApi;
import io.weir.api.dispense.DispenseApi.DispenseChanged;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.Chain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Places;
import io.weir.cloud.facts.Quarantine;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.ContextRoutes;
import io.weir.model.Money;
import io.weir.model.access.Role;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.ManualTime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The context on a real PostgreSQL behind the real API, with fakes where other contexts and the
 * edge are. Nothing runs by timer: settlement by signal, sweeps when a test says so.
 */
final class DispenseHouse implements AutoCloseable {
    /** Devices that somebody else holds, who has shared them with nobody. */
    final Set<String> held = ConcurrentHashMap.newKeySet();

    static final String DEALER = "/DEMO/A001/D001/";
    static final DispenseConfig CONFIG =
            new DispenseConfig(
                    20_000,
                    30,
                    3,
                    10,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    500,
                    20,
                    200);
    static final SettlerConfig SETTLER =
            new SettlerConfig(
                    32,
                    Duration.ofHours(1),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Duration.ofMinutes(1),
                    Duration.ofHours(24));
    static final FactSpec SPEC = new FactSpec("dispense", "dispense", List.of(Lane.MONEY), false);

    final ApiFixture api = new ApiFixture();
    final ManualTime time = new ManualTime(DispenseFixture.NOW, "cloud-boot");
    final FakeLedger ledger = new FakeLedger();
    final FakeEdge edge = new FakeEdge(api.bus, "edge-1");
    final Map<String, Dispenser> devices = new ConcurrentHashMap<>();
    final List<DispenseChanged> news = new CopyOnWriteArrayList<>();
    final DispenseFacts facts;
    final DispenseBook book;
    final String vendor = api.token(Role.VENDOR, "/DEMO/");
    final String platform = api.token(Role.PLATFORM, "/");
    final Metrics metrics = new Metrics();
    volatile String ledgerMood = "well";
    final AtomicInteger refusals = new AtomicInteger();

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLong frames = new AtomicLong();
    private long tickMs = 1_000;

    DispenseHouse() {
        this(h -> h.serveLedger(), List.of(DispenseRoutes.CONTEXT));
    }

    /**
     * @param ledger serves the ledger
     */
    DispenseHouse(Consumer<DispenseHouse> ledger, List<ContextRoutes> contexts) {
        serveOthers();
        ledger.accept(this);
        api.context(new DispenseVerticle(api.bus, api.tx, time, metrics, CONFIG));
        api.context(new SettlerVerticle(api.bus, api.tx, time, metrics, SETTLER));
        api.api(ApiFixture.CONFIG, contexts);
        api.bus.subscribe(DispenseApi.CHANGED, news::add);
        DispenseNews told = new DispenseNews(api.bus);
        book = new DispenseBook(api.tx, time, told);
        facts =
                new DispenseFacts(
                        api.tx,
                        time,
                        book,
                        told,
                        places(),
                        new Quarantine(SPEC, metrics.registry()));
    }

    private void serveOthers() {
        api.bus.serveAsync(
                DevicesApi.DISPENSER,
                (call, q) -> {
                    Dispenser d = devices.get(q.deviceId());
                    return d == null
                            ? Future.failedFuture(Rejected.notFound("device " + q.deviceId()))
                            : Future.succeededFuture(d);
                });
        api.bus.serveAsync(
                DevicesApi.PLACES,
                (call, q) ->
                        Future.succeededFuture(
                                q.deviceIds().stream()
                                        .map(id -> places().get(id))
                                        .filter(Objects::nonNull)
                                        .toList()));
        api.bus.serveAsync(
                SharingApi.ACCESS,
                (call, q) ->
                        Future.succeededFuture(
                                new SharingApi.Access(
                                        held.contains(q.deviceId()),
                                        SharingApi.How.NONE,
                                        Set.of())));
        api.bus.serveAsync(
                MembersApi.FACTS,
                (call, q) ->
                        Future.succeededFuture(
                                new MemberFacts(
                                        q.uid(),
                                        "/DEMO/",
                                        "Li",
                                        !q.uid().endsWith("0FF"),
                                        List.of("R1", "R2", "R3"))));
        api.bus.serveAsync(
                VendorsApi.CHAIN,
                (call, q) ->
                        Future.succeededFuture(
                                new Chain(
                                        List.of(
                                                tenant("A1", "/DEMO/", "VENDOR"),
                                                tenant("A2", "/DEMO/A001/", "AGENT"),
                                                tenant("A3", DEALER, "DEALER")),
                                        tenant("A4", "/DEMO/P001/", "PARTNER"))));
    }

    private static Tenant tenant(String id, String path, String kind) {
        return new Tenant("00000000000000" + id, path, kind, kind, "Asia/Shanghai");
    }

    private void serveLedger() {
        serve(LedgerApi.HOLD, ledger::hold);
        serve(LedgerApi.CAPTURE, ledger::capture);
        serve(LedgerApi.RELEASE, ledger::release);
        serve(LedgerApi.REFUND, ledger::refund);
        serve(LedgerApi.BAD_DEBT, ledger::badDebt);
    }

    private <Q, R> void serve(Op<Q, R> op, Function<Q, R> work) {
        api.bus.serveAsync(
                op,
                (call, q) -> {
                    try {
                        if (ledgerMood.equals("down")) {
                            throw new Rejected(CommonError.UNAVAILABLE, "ledger is away");
                        }
                        if (ledgerMood.equals("refuses")) {
                            refusals.incrementAndGet();
                            throw new Rejected("INSUFFICIENT_FUNDS", 422, "not enough", List.of());
                        }
                        R answer = work.apply(q);
                        if (ledgerMood.equals("answer lost")) {
                            throw new Rejected(CommonError.UNAVAILABLE, "answer is lost");
                        }
                        return Future.succeededFuture(answer);
                    } catch (Rejected e) {
                        return Future.failedFuture(e);
                    }
                });
    }

    private Places places() {
        return new Places() {
            @Override
            public void load(Set<String> wanted) {}

            @Override
            public Place get(String device) {
                Dispenser d = devices.get(device);
                return d == null
                        ? null
                        : new Place(device, d.tenant(), d.productKey(), d.gateway(), List.of());
            }
        };
    }

    /** A dispenser with a tariff of 2.00 yuan per litre at normal, 0 at warm, none at cold. */
    String device() {
        String id = bareDevice(DEALER);
        Reply put =
                api.send(
                        "PUT",
                        "/devices/" + id + "/tariff",
                        platform,
                        """
                        {"prices":{"normal":2.00,"warm":0},"split":{"platform":500,"agent":1000,"dealer":1500,
                         "partner":700},"commission":[300,200,100]}
                        """,
                        Map.of());
        if (put.status() != 201) {
            throw new AssertionError(put.json());
        }
        return id;
    }

    String bareDevice(String tenant) {
        String id = "WD%08d".formatted(numbers.incrementAndGet());
        OutletFlow flow = new OutletFlow(50, 0);
        devices.put(
                id,
                new Dispenser(
                        id,
                        "at the gate",
                        tenant,
                        "pk-" + id,
                        true,
                        true,
                        "edge-1",
                        MeasureMode.VOLUME,
                        Map.of(Outlet.NORMAL, flow, Outlet.COLD, flow, Outlet.WARM, flow),
                        false));
        return id;
    }

    void move(String device, String gateway) {
        devices.computeIfPresent(
                device,
                (id, d) ->
                        new Dispenser(
                                id,
                                d.name(),
                                d.tenant(),
                                d.productKey(),
                                d.usable(),
                                d.online(),
                                gateway,
                                d.mode(),
                                d.outlets(),
                                d.inQc()));
    }

    void change(String device, boolean usable, boolean online) {
        devices.computeIfPresent(
                device,
                (id, d) ->
                        new Dispenser(
                                id,
                                d.name(),
                                d.tenant(),
                                d.productKey(),
                                usable,
                                online,
                                d.gateway(),
                                d.mode(),
                                d.outlets(),
                                d.inQc()));
    }

    void checked(String device, boolean inQc) {
        devices.computeIfPresent(
                device,
                (id, d) ->
                        new Dispenser(
                                id,
                                d.name(),
                                d.tenant(),
                                d.productKey(),
                                d.usable(),
                                d.online(),
                                d.gateway(),
                                d.mode(),
                                d.outlets(),
                                inQc));
    }

    /** A member with money in the fake ledger. */
    String member(long fen) {
        String uid = "DEMO%016X".formatted(0x1000 + numbers.incrementAndGet());
        ledger.topUp(uid, Money.ofFen(fen));
        return uid;
    }

    String token(String member) {
        return api.token(Role.MEMBER, "/DEMO/", member);
    }

    Reply create(String member, String device, String key, String body) {
        return api.post(
                "/devices/" + device + "/dispenses",
                token(member),
                body,
                key == null ? Map.of() : Map.of("Idempotency-Key", key));
    }

    /** Orders 500 ml at normal and gives the dispense's number. */
    String order(String member, String device) {
        Reply reply = create(member, device, "order-" + numbers.incrementAndGet(), BODY);
        if (reply.status() != 202) {
            throw new AssertionError(reply.json());
        }
        return reply.data().path("dispense_id").asText();
    }

    static final String BODY = "{\"outlet\":\"normal\",\"volume_ml\":500}";

    JsonNode see(String dispense) {
        return api.get("/dispenses/" + dispense, vendor).data();
    }

    JsonNode seeWhen(String dispense, String state) {
        until(() -> see(dispense).path("state").asText().equals(state), "state " + state);
        return see(dispense);
    }

    static void until(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    Entry entry(String device, DispenseFact fact) {
        return new Entry(
                FactKind.DISPENSE,
                device,
                1,
                0,
                tickMs,
                DispenseFact.nameOf(fact),
                Json.bytes(fact));
    }

    Frame frame(String gateway, Entry... entries) {
        return new Frame(
                gateway,
                "journal-" + gateway,
                Lane.MONEY,
                3,
                frames.incrementAndGet(),
                "edge-boot",
                List.of(entries));
    }

    /** The edge tells these facts of a device in one frame. */
    void tell(String device, DispenseFact... told) {
        List<Entry> entries = new ArrayList<>();
        for (DispenseFact fact : told) {
            entries.add(entry(device, fact));
        }
        apply(frame("edge-1", entries.toArray(Entry[]::new)));
    }

    void apply(Frame frame) {
        List<Frame> batch = List.of(frame);
        facts.prepare(batch);
        api.tx.system(
                c -> {
                    facts.apply(c, batch);
                    return true;
                });
        facts.applied(batch);
    }

    /** So much of the gateway's own time passes, and it says that it is alive. */
    void streamTime(Duration passed) {
        tickMs += passed.toMillis();
        apply(
                frame(
                        "edge-1",
                        new Entry(FactKind.GATEWAY_ALIVE, "", 0, 0, tickMs, "", new byte[0])));
    }

    void settle() {
        new DispenseNews(api.bus).settlementDue("all");
    }

    Sweeper sweeper() {
        return new Sweeper(api.tx, time, book, SETTLER);
    }

    Resolver resolver() {
        return new Resolver(api.bus, api.tx, time, SETTLER);
    }

    long count(String sql, Object... values) {
        return api.db
                .system()
                .preparedQuery(sql)
                .execute(Tuple.from(values))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** A statement that only the database's owner may run. */
    void asOwner(String sql) {
        var owner = PgConnection.connect(api.vertx, PgConnectOptions.fromUri(api.uri)).await();
        owner.query(sql).execute().await();
        owner.close().await();
    }

    @Override
    public void close() {
        api.close();
    }
}
