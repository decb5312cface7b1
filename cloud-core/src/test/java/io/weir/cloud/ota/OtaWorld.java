package io.weir.cloud.ota;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProductOps.Product;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.DeviceUse;
import io.weir.api.dispense.OperationsOps.Use;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.api.edge.EdgeApi.Published;
import io.weir.api.ota.OtaApi;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.cloud.facts.CachedPlaces;
import io.weir.cloud.http.ApiFixture;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/** The OTA context behind the real API, between a devices context and a gateway that are played. */
final class OtaWorld implements AutoCloseable {
    static final int PACKAGES = 40;
    static final OtaConfig CONFIG =
            new OtaConfig(
                    2_000_000,
                    100_000,
                    PACKAGES,
                    Duration.ofHours(24),
                    Duration.ofHours(1),
                    100,
                    Duration.ofHours(24),
                    1000,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5));

    final ApiFixture api = new ApiFixture();
    final Tx tx = api.tx;
    final ManualTime time = new ManualTime(Instant.parse("2026-05-04T12:00:00Z"), "boot");
    final Map<Long, String> products = Map.of(10000L, "/DEMO/", 20000L, "/FULL/", 30000L, "/OTHR/");

    /** Who owns a device; all are of the product of that number. */
    final Map<String, String> owners = new ConcurrentSkipListMap<>();

    final Set<String> connected = ConcurrentHashMap.newKeySet();
    final Set<String> pouring = ConcurrentHashMap.newKeySet();
    final Set<String> silent = ConcurrentHashMap.newKeySet();
    final Queue<DeviceRequest> told = new ConcurrentLinkedQueue<>();
    private final List<Offer> offers = new ArrayList<>();
    private final CachedPlaces places = new CachedPlaces(api.bus, time, 0, 1000);
    private Context context;
    private Roller roller;
    private Roller other;
    private JobRoller jobs;

    OtaWorld() {
        api.api(
                ApiFixture.CONFIG,
                List.of(OtaRoutes.CONTEXT, JobRoutes.CONTEXT),
                new FirmwareContent(api.bus));
        api.context(new Around(api.bus));
        api.context(new OtaVerticle(CONFIG, api.bus, tx, time, places, new Metrics()));
    }

    @Override
    public void close() {
        api.close();
    }

    /** A device of DEMO that is connected. */
    String device(String id) {
        owners.put(id, "/DEMO/A001/");
        connected.add(id);
        return id;
    }

    /** One round of the roller, by the clock that stands still. */
    void roll() {
        run(roller::roll).await();
    }

    /** Two nodes at the same moment. */
    void rollTwice() {
        Future.all(run(roller::roll), run(other::roll)).await();
    }

    void rollJobs() {
        run(jobs::roll).await();
    }

    private Future<Void> run(Runnable work) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(
                v -> {
                    try {
                        work.run();
                        done.complete();
                    } catch (Throwable e) {
                        done.fail(e);
                    }
                });
        return done.future();
    }

    /** What this device was offered since it was last asked for. */
    List<Offer> offered(String device) {
        synchronized (offers) {
            var own = offers.stream().filter(o -> o.deviceId().equals(device)).toList();
            offers.removeAll(own);
            return own;
        }
    }

    void version(String device, String module, String version) {
        fact(device, FactKind.VERSION, module, "{\"version\":\"" + version + "\"}");
    }

    void step(String device, int step) {
        fact(device, FactKind.UPGRADE, "", "{\"step\":" + step + ",\"desc\":\"at " + step + "\"}");
    }

    void online(String device) {
        connected.add(device);
        fact(device, FactKind.ONLINE, "", "{\"connection\":1}");
    }

    /** Twice, as after a crash before the position was kept. */
    void fact(String device, FactKind kind, String name, String payload) {
        var entry =
                new Entry(
                        kind,
                        device,
                        1,
                        time.now().toEpochMilli(),
                        0,
                        name,
                        payload.getBytes(StandardCharsets.UTF_8));
        var frame = new Frame("g1", "j", Lane.ALARM, 0, 1, "boot", List.of(entry));
        places.loadAnew(Set.of(device));
        var applier = new OtaApplier(time, places);
        for (int i = 0; i < 2; i++) {
            tx.system(
                    c -> {
                        applier.apply(c, List.of(frame));
                        return true;
                    });
        }
    }

    /** What is around the context. */
    private final class Around extends VerticleBase {
        private final Bus bus;

        Around(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            OtaWorld.this.context = context;
            var targets = new Targets(bus, 100);
            var crew = new Crew(context);
            var pusher = new Pusher(tx, bus, time, targets, CONFIG, new Metrics());
            roller = new Roller(tx, time, pusher, crew, 1000);
            other = new Roller(tx, time, pusher, crew, 1000);
            jobs = new JobRoller(tx, bus, time, targets, CONFIG, crew);
            bus.serve(
                    EdgeApi.REQUEST.at("g1"),
                    (call, q) -> {
                        told.add(q);
                        if (silent.contains(q.deviceId())) {
                            throw new Rejected(CommandError.DEVICE_OFFLINE, "went away");
                        }
                        return new CommandReply(200, "{}", "sent");
                    });
            bus.serve(ProductOps.DETAIL, (call, q) -> product(call.scope().path(), q.id()));
            bus.serve(
                    DevicesApi.OF_PRODUCT,
                    (call, q) ->
                            owners.entrySet().stream()
                                    .filter(e -> e.getKey().compareTo(q.after()) > 0)
                                    .filter(e -> call.scope().covers(e.getValue()))
                                    .map(e -> new ProductDevice(e.getKey(), e.getValue()))
                                    .toList());
            bus.serve(
                    DevicesApi.PLACES,
                    (call, q) ->
                            q.deviceIds().stream()
                                    .filter(owners::containsKey)
                                    .map(id -> place(id, owners.get(id)))
                                    .toList());
            bus.serve(
                    DevicesApi.MODEL,
                    (call, q) -> {
                        String owner = owners.get(q.deviceId());
                        if (owner == null || !call.scope().covers(owner)) {
                            throw Rejected.notFound("device " + q.deviceId());
                        }
                        return new DeviceModel(
                                q.deviceId(),
                                owner,
                                "pk10000",
                                q.deviceId(),
                                "{}",
                                List.of(),
                                connected.contains(q.deviceId()) ? "g1" : null);
                    });
            bus.serve(
                    OperationsOps.DEVICE_USE,
                    (call, q) ->
                            new DeviceUse(
                                    q.deviceId(),
                                    pouring.contains(q.deviceId()) ? Use.BUSY : Use.FREE));
            bus.serve(
                    OtaApi.OFFER.at("g1"),
                    (call, offer) -> {
                        synchronized (offers) {
                            offers.add(offer);
                        }
                        if (silent.contains(offer.deviceId())) {
                            throw new Rejected(CommandError.DEVICE_OFFLINE, "went away");
                        }
                        return new Published(false);
                    });
            return Future.succeededFuture();
        }

        private Place place(String id, String owner) {
            String key = owner.startsWith("/OTHR/") ? "pk30000" : "pk10000";
            return new Place(id, owner, key, "g1", List.of());
        }

        private Product product(String scope, long id) {
            String tenant = products.get(id);
            if (tenant == null || !tenant.startsWith(scope)) {
                throw Rejected.notFound("product " + id);
            }
            return new Product(
                    id,
                    tenant,
                    "dispenser",
                    "D1",
                    "pk" + id,
                    ProductOps.Status.ENABLE,
                    null,
                    1,
                    List.of(),
                    null,
                    false,
                    ProductOps.Registration.OFF,
                    time.now(),
                    time.now());
        }
    }
}
