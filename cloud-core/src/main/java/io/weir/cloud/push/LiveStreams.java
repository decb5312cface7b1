package io.weir.cloud.push;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.Signal;
import io.weir.api.dispense.DispenseApi;
import io.weir.api.ingest.IngestApi;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.OpenStreams;
import io.weir.cloud.http.RouterExtension;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * {@code GET /streams/dispenses} (a member's own, or a tenant's) and {@code GET
 * /streams/operations}: fetch-streamed server-sent events behind the bearer header (DESIGN section
 * 4). Signals may be lost: pages read the lists now and then.
 */
public final class LiveStreams implements RouterExtension {
    private static final long BEAT_MS = 5_000;
    private static final long TRAFFIC_MS = 1_000;

    private final Vertx vertx;
    private final Bus bus;
    private final Time time;
    private final int maxStreams;

    /**
     * @param maxStreams open streams per API instance; see {@link OpenStreams}
     */
    public LiveStreams(Vertx vertx, Bus bus, Time time, int maxStreams) {
        this.vertx = vertx;
        this.bus = bus;
        this.time = time;
        this.maxStreams = maxStreams;
    }

    /** Everything below lives on the event loop of the API verticle that mounts it: no locks. */
    @Override
    public void mount(Router root, Guard guard) {
        List<Subscriber> dispenses = new ArrayList<>();
        List<Subscriber> operations = new ArrayList<>();
        Map<String, Long> traffic = new TreeMap<>();
        open(root, guard, "/streams/dispenses", "listDispenses", dispenses);
        open(root, guard, "/streams/operations", "operationsSummary", operations);
        on(
                DispenseApi.CHANGED,
                changed -> {
                    for (Subscriber s : dispenses) {
                        if (s.maySee(changed.tenant(), changed.member())) {
                            s.send("dispense", changed.dispense());
                        }
                    }
                    toOperators(operations, changed.tenant(), "dispense", changed.dispense());
                });
        on(DispenseApi.FAULT, fault -> toOperators(operations, fault.tenant(), "fault", fault));
        on(
                DispenseApi.UNATTRIBUTED,
                flow -> toOperators(operations, flow.tenant(), "unattributed", flow));
        on(
                IngestApi.TRAFFIC,
                seen ->
                        seen.messages()
                                .forEach((tenant, n) -> traffic.merge(tenant, n, Long::sum)));
        vertx.setPeriodic(
                BEAT_MS,
                id -> {
                    sweep(dispenses);
                    sweep(operations);
                });
        vertx.setPeriodic(
                TRAFFIC_MS,
                id -> {
                    operations.forEach(
                            s -> s.send("traffic", new Traffic(rate(traffic, s.path()))));
                    traffic.clear();
                });
    }

    /** What an operator's page shows as messages per second. */
    record Traffic(long messagesPerSecond) {}

    private static long rate(Map<String, Long> traffic, String path) {
        return traffic.entrySet().stream()
                .filter(e -> e.getKey().startsWith(path))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void toOperators(
            List<Subscriber> operators, String tenant, String event, Object body) {
        for (Subscriber s : operators) {
            if (s.maySee(tenant)) {
                s.send(event, body);
            }
        }
    }

    private void open(
            Router root, Guard guard, String path, String operation, List<Subscriber> subscribers) {
        var streams = new OpenStreams(maxStreams);
        guard.protect(root.get(path), operation);
        root.get(path)
                .handler(
                        context -> {
                            if (streams.enter(context)) {
                                subscribe(context, guard, subscribers);
                            }
                        });
    }

    private void subscribe(RoutingContext context, Guard guard, List<Subscriber> subscribers) {
        var response = context.response();
        Subscriber subscriber =
                new Subscriber(
                        Guard.actor(context),
                        response,
                        Guard.expiresAt(context),
                        () -> guard.still(context));
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
        context.addEndHandler(gone -> subscribers.remove(subscriber));
        subscribers.add(subscriber);
        subscriber.beat();
    }

    private void sweep(List<Subscriber> subscribers) {
        long nowS = time.now().getEpochSecond();
        subscribers.removeIf(
                s -> {
                    if (s.over(nowS)) {
                        s.end();
                        return true;
                    }
                    s.beat();
                    return false;
                });
    }

    /** The event bus calls back on the context that subscribes: the API verticle's event loop. */
    private <T> void on(Signal<T> signal, Consumer<T> listener) {
        bus.subscribe(signal, listener);
    }
}
