package io.weir.cloud.subscription;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.api.Op;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.CreateSubscription;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.Places;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The subscription context on a real PostgreSQL; facts are handed to it as its consumer would. */
final class SubscriptionWorld implements AutoCloseable {
    static final SubscriptionConfig CONFIG = new SubscriptionConfig(3, 1000, Duration.ofHours(1));

    final Vertx vertx;
    final Bus bus;
    final Map<String, Place> devices = new ConcurrentHashMap<>();
    final Db db;
    final Tx tx;
    private final SystemTime time = new SystemTime();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong names = new AtomicLong();

    SubscriptionWorld() {
        this(Vertx.vertx());
    }

    private SubscriptionWorld(Vertx vertx) {
        this(vertx, new Bus(vertx), TestPostgres.connect(vertx, TestPostgres.fresh()));
    }

    /** Within what a test has already; whoever made that closes it. */
    SubscriptionWorld(Vertx vertx, Bus bus, Db db) {
        this.vertx = vertx;
        this.bus = bus;
        this.db = db;
        this.tx = new Tx(db);
        vertx.deployVerticle(
                        new SubscriptionVerticle(CONFIG, bus, tx, time),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        own("d1", "/DEMO/", "cooler");
        own("d2", "/DEMO/A001/", "kettle");
        own("d3", "/OTHR/", "cooler");
    }

    void own(String device, String tenant, String product) {
        devices.put(device, new Place(device, tenant, product, "g1", List.of()));
    }

    /** One that knows all subscriptions there are now. */
    SubscriptionApplier applier() {
        Places places =
                new Places() {
                    @Override
                    public void load(Set<String> ids) {}

                    @Override
                    public Place get(String id) {
                        return devices.get(id);
                    }
                };
        var applier = new SubscriptionApplier(tx, bus, time, places, CONFIG);
        applier.prepare(List.of());
        return applier;
    }

    void take(SubscriptionApplier applier, Entry... entries) {
        var frame =
                new Frame(
                        "g1",
                        "journal",
                        Lane.TELEMETRY,
                        0,
                        frames.incrementAndGet(),
                        "boot",
                        List.of(entries));
        tx.system(
                c -> {
                    applier.apply(c, List.of(frame));
                    return null;
                });
        applier.applied(List.of(frame));
    }

    void take(Entry... entries) {
        take(applier(), entries);
    }

    static Entry fact(FactKind kind, String device, String name, String payload) {
        return new Entry(kind, device, 1, 1000, 5, name, payload.getBytes(StandardCharsets.UTF_8));
    }

    static Entry post(String device, int level) {
        return fact(FactKind.PROPERTY_POST, device, "", "{\"level\":" + level + "}");
    }

    Subscription subscribe(String tenant, Kind... kinds) {
        return ask(
                as(tenant),
                SubscriptionOps.CREATE,
                new CreateSubscription("s" + names.incrementAndGet(), null, List.of(kinds)));
    }

    List<Message> pull(String tenant, Subscription s, Long after, int waitS) {
        return ask(
                as(tenant), SubscriptionOps.PULL, new Pull(s.subscriptionId(), after, 200, waitS));
    }

    <Q, R> R ask(Call call, Op<Q, R> op, Q request) {
        return bus.call(op, request, call).await();
    }

    static Call as(String tenant) {
        return new Call(new Actor("u", Role.VENDOR, Scope.tenant(tenant)), null, "r");
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
