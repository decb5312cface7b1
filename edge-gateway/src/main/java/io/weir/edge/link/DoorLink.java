package io.weir.edge.link;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.edge.link.DoorIdentity.Held;
import io.weir.model.fact.Lane;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Answers;
import io.weir.runtime.bus.AsyncHandler;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.Request;
import io.weir.runtime.door.DoorPaths;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Remote mode of DESIGN section 2: one outbound WebSocket over mutual TLS to the cloud's door
 * carries questions, commands, signals and frames. It is made again for ever, with jitter.
 */
public final class DoorLink implements CloudLink, DoorLine.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(DoorLink.class);

    /** How often the certificate's age is looked at while a connection lasts. */
    private static final long AGE_MS = 600_000;

    private interface Served {
        void answer(DoorLine line, Request ask);
    }

    private final Vertx vertx;
    private final URI door;
    private final String gateway;
    private final DoorLinkConfig config;
    private final Time time;
    private final DoorKeys keys;
    private final Context context;
    private final Map<String, Served> served = new ConcurrentHashMap<>();
    private final Map<String, List<Consumer<DoorMessage.Signal>>> subscribed =
            new ConcurrentHashMap<>();
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private final Counter connects;
    private volatile @Nullable DoorLine line;
    private volatile String trouble = "not connected yet";
    private volatile String certificateUntil = "";
    private volatile boolean stopped;
    private int failures;

    /** Kept, since a client that nobody refers to closes its connections. */
    private @Nullable WebSocketClient dialer;

    /**
     * @param door {@code wss://host:port}
     * @param data the gateway's own data folder, where its certificate is kept
     */
    public DoorLink(
            Vertx vertx,
            URI door,
            String gateway,
            Path data,
            DoorLinkConfig config,
            Time time,
            Metrics metrics,
            Health health) {
        if (!"wss".equals(door.getScheme()) || door.getHost() == null) {
            throw new IllegalArgumentException("WEIR_DOOR must be wss://host:port, not " + door);
        }
        this.vertx = vertx;
        this.door = door;
        this.gateway = gateway;
        this.config = config;
        this.time = time;
        this.keys = new DoorKeys(vertx, door, gateway, config, time, new DoorIdentity(data));
        this.context = vertx.getOrCreateContext();
        this.connects = metrics.registry().counter("weir.link.door.connects");
        metrics.registry().gauge("weir.link.door.up", this, l -> l.up() ? 1 : 0);
        // An absent cloud is no illness of a gateway: it goes on serving. The detail tells.
        health.register("link", () -> Health.Report.up(detail()));
    }

    void start() {
        context.runOnContext(
                v -> {
                    vertx.setPeriodic(config.ping().toMillis(), t -> look());
                    vertx.setPeriodic(AGE_MS, t -> renewInTime());
                    connect();
                });
    }

    void stop() {
        stopped = true;
        context.runOnContext(
                v -> {
                    DoorLine open = line;
                    if (open != null) {
                        open.hangUp("the gateway stops");
                    }
                });
    }

    /** The way up for a lane's frames on the present connection; throws when there is none. */
    public FrameLine frames(String journal, Lane lane) {
        DoorLine open = line;
        if (open == null) {
            throw new IllegalStateException("no connection to the door: " + trouble);
        }
        return open.frames(journal, lane);
    }

    @Override
    public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
        DoorLine open = line;
        if (open == null) {
            return Future.failedFuture(
                    new Rejected(CommonError.UNAVAILABLE, "no link to the cloud"));
        }
        Context caller = vertx.getOrCreateContext();
        Promise<R> promise = Promise.promise();
        context.runOnContext(
                v ->
                        open.call(op, request)
                                .onComplete(
                                        done -> caller.runOnContext(c -> promise.handle(done))));
        return promise.future();
    }

    @Override
    public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {
        Context owner = vertx.getOrCreateContext();
        served.put(
                op.address(), (to, ask) -> owner.runOnContext(v -> answer(to, op, handler, ask)));
    }

    @Override
    public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {
        Context owner = vertx.getOrCreateContext();
        subscribed
                .computeIfAbsent(signal.address(), a -> new CopyOnWriteArrayList<>())
                .add(
                        message -> {
                            T body = Json.read(message.body(), signal.body());
                            owner.runOnContext(v -> listener.accept(body));
                        });
    }

    @Override
    public boolean up() {
        return line != null;
    }

    @Override
    public void onChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    @Override
    public void welcomed(DoorLine welcomed) {
        failures = 0;
        trouble = "";
        connects.increment();
        line = welcomed;
        listeners.forEach(listener -> listener.accept(true));
    }

    @Override
    public void asked(DoorLine from, Request ask) {
        Served handler = served.get(ask.address());
        if (handler == null) {
            from.reply(
                    ask.id(),
                    Answers.rejected(
                            new Rejected(
                                    CommonError.UNAVAILABLE,
                                    ask.address() + " is not served at " + gateway)));
            return;
        }
        handler.answer(from, ask);
    }

    @Override
    public void signalled(DoorMessage.Signal signal) {
        try {
            subscribed
                    .getOrDefault(signal.address(), List.of())
                    .forEach(listener -> listener.accept(signal));
        } catch (IllegalArgumentException e) {
            LOG.warn("signal {} not understood", signal.address(), e);
        }
    }

    @Override
    public void ended(DoorLine gone, String why) {
        boolean was = line == gone;
        line = null;
        if (was) {
            listeners.forEach(listener -> listener.accept(false));
        }
        later(why);
    }

    private void connect() {
        if (stopped) {
            return;
        }
        keys.held()
                .compose(held -> keys.due(held) ? renewed(held) : Future.succeededFuture(held))
                .compose(this::open)
                .onFailure(e -> later(String.valueOf(e.getMessage())));
    }

    private Future<DoorLine> open(Held held) {
        Instant until = held.certificate().getNotAfter().toInstant();
        certificateUntil = until.toString();
        if (time.now().isAfter(until)) {
            return Future.failedFuture(
                    "this gateway's certificate ended at " + until + ": it must be enrolled again");
        }
        var options =
                new WebSocketClientOptions()
                        .setMaxMessageSize(DoorCodec.MESSAGE_BYTES)
                        .setConnectTimeout((int) config.connectWithin().toMillis());
        keys.secure(options, held);
        hangUpClient();
        WebSocketClient client = vertx.createWebSocketClient(options);
        dialer = client;
        var to =
                new WebSocketConnectOptions()
                        .setHost(door.getHost())
                        .setPort(DoorKeys.port(door))
                        .setSsl(true)
                        .setURI(DoorPaths.LINK)
                        .setTimeout(config.connectWithin().toMillis());
        return client.connect(to)
                .map(
                        socket -> {
                            var made = new DoorLine(vertx, context, socket, time, config, this);
                            made.begin(gateway);
                            return made;
                        });
    }

    private void hangUpClient() {
        WebSocketClient old = dialer;
        if (old != null) {
            old.close().onFailure(e -> LOG.debug("it was closed already", e));
        }
    }

    /** A certificate that can't be renewed today is good for some time yet. */
    private Future<Held> renewed(Held held) {
        return keys.renew(held)
                .onSuccess(next -> LOG.info("the certificate was renewed"))
                .recover(
                        e -> {
                            LOG.warn("the certificate could not be renewed", e);
                            return Future.succeededFuture(held);
                        });
    }

    /** The pause doubles up to its limit; half of it is chance, lest all gateways come at once. */
    private void later(String why) {
        if (stopped) {
            return;
        }
        if (!why.equals(trouble)) {
            LOG.warn("no connection to the door, it is tried until there is: {}", why);
        }
        trouble = why;
        long most =
                Math.min(
                        config.retryMax().toMillis(),
                        config.retryMin().toMillis() << Math.min(failures, 20));
        failures++;
        long pause = Math.max(1, most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
        vertx.setTimer(pause, t -> connect());
    }

    private void look() {
        DoorLine open = line;
        if (open != null) {
            open.look();
        }
    }

    /** A connection may outlast its certificate: the next one is fetched and shown in time. */
    private void renewInTime() {
        keys.held()
                .compose(held -> keys.due(held) ? renewed(held) : Future.succeededFuture(held))
                .onSuccess(this::showIfNew)
                .onFailure(e -> LOG.warn("the certificate can't be looked at", e));
    }

    private void showIfNew(Held held) {
        DoorLine open = line;
        String until = held.certificate().getNotAfter().toInstant().toString();
        if (open != null && !until.equals(certificateUntil)) {
            open.hangUp("it comes back with its next certificate");
        }
    }

    private Map<String, Object> detail() {
        return Map.of("up", up(), "trouble", trouble, "certificate_until", certificateUntil);
    }

    private <Q, R> void answer(DoorLine to, Op<Q, R> op, AsyncHandler<Q, R> handler, Request ask) {
        Call call = Call.system(ask.requestId());
        handled(op, handler, call, ask)
                .onComplete(
                        done -> {
                            var reply = Answers.write(op, call, done);
                            context.runOnContext(v -> to.reply(ask.id(), reply));
                        });
    }

    private static <Q, R> Future<R> handled(
            Op<Q, R> op, AsyncHandler<Q, R> handler, Call call, Request ask) {
        try {
            return handler.handle(call, Json.read(ask.body(), op.request()));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
