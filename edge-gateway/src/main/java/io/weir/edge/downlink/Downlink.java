package io.weir.edge.downlink;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.api.edge.EdgeApi.Ask;
import io.weir.api.edge.EdgeApi.Broadcast;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.Published;
import io.weir.api.edge.EdgeApi.Reached;
import io.weir.api.edge.EdgeApi.Said;
import io.weir.edge.debug.Watch;
import io.weir.edge.debug.Watches;
import io.weir.edge.metering.Valve;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Product;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.json.Json;
import io.weir.runtime.thing.ThingCheck;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Sends commands to connected devices and matches their replies. A command is published at most
 * once: never again, and never queued for a device that is away. Safe for any thread; futures
 * complete on the caller's context.
 */
public final class Downlink implements Valve {
    private static final String SET = "property/set";

    private record Waiting(DeviceLine line, Promise<CommandReply> promise, long timer) {}

    private final Vertx vertx;
    private final DeviceLines lines;
    private final DeviceRegistry registry;
    private final Watches watches;
    private final Map<String, Map<String, Waiting>> waiting = new ConcurrentHashMap<>();
    // Not from 1: a late reply to a command of the last boot must not match one of this boot.
    private final AtomicLong ids =
            new AtomicLong(ThreadLocalRandom.current().nextLong(1, 1L << 30) << 20);
    private final Exchanges exchanges;
    private final Broadcasts broadcasts;
    private volatile @Nullable DownlinkConfig config;
    private volatile @Nullable Mail mail;
    private volatile @Nullable Translator translator;

    public Downlink(Vertx vertx, DeviceLines lines, DeviceRegistry registry, Watches watches) {
        this.vertx = vertx;
        this.lines = lines;
        this.registry = registry;
        this.watches = watches;
        this.exchanges = new Exchanges(vertx, lines, ids::incrementAndGet);
        this.broadcasts = new Broadcasts(vertx, lines);
    }

    /** Who speaks to devices that don't speak Alink. Before anything is deployed. */
    public void translator(Translator translator) {
        this.translator = translator;
    }

    public Watches watches() {
        return watches;
    }

    void start(DownlinkConfig config) {
        this.config = config;
    }

    /** From now on {@link #publish} asks this transport first. */
    public void mail(Mail mail) {
        this.mail = mail;
    }

    /** Invokes a service for anyone but the dispense engine. Fails only with Rejected. */
    public Future<CommandReply> invoke(String deviceId, String service, String paramsJson) {
        try {
            Product product = product(deviceId);
            refuseControlled(product, service);
            Service s = service(product, service);
            JsonNode params = CommandJson.params(paramsJson);
            refuse(ThingCheck.invoke(s, params, "params"));
            return send(line(deviceId), service, s.synchronous(), params.toString());
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    /** Sets properties for anyone but the dispense engine. Fails only with Rejected. */
    public Future<CommandReply> setProperties(String deviceId, String paramsJson) {
        try {
            Product product = product(deviceId);
            JsonNode params = CommandJson.params(paramsJson);
            params.fieldNames().forEachRemaining(name -> refuseControlled(product, name));
            refuse(ThingCheck.set(model(product), params, "params"));
            return send(line(deviceId), SET, false, params.toString());
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * Sends one of the platform's own requests, which no thing model names. Fails only with
     * Rejected.
     */
    public Future<CommandReply> request(DeviceRequest ask) {
        try {
            DeviceLine line = line(ask.deviceId());
            CommandJson.checkPath(ask.path());
            String params = CommandJson.any(ask.paramsJson());
            String topic = root(line) + ask.path();
            String method = ask.path().replace('/', '.');
            if (ask.awaitReply()) {
                return send(line, id -> topic, method, params);
            }
            String id = String.valueOf(ids.incrementAndGet());
            if (!line.publish(topic, CommandJson.request(id, method, params))) {
                throw offline();
            }
            return Future.succeededFuture(new CommandReply(200, "{}", "sent"));
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * Publishes on any topic of the device: with acknowledgement, or kept for it, where its
     * transport has a session of it; else once at QoS 0. Fails only with Rejected.
     */
    public Future<Published> publish(Publish message) {
        Mail m = mail;
        Future<Published> mailed = m == null ? null : m.publish(message);
        if (mailed != null) {
            return mailed;
        }
        DeviceLine line = lines.find(message.deviceId());
        if (line == null || !line.publish(message.topic(), message.payload())) {
            return Future.failedFuture(offline());
        }
        return Future.succeededFuture(new Published(false));
    }

    /** Asks a device in words of its own. Fails only with Rejected. */
    Future<Said> ask(Ask ask) {
        try {
            return exchanges.ask(ask, config());
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    /** Nobody listens where nobody can subscribe. */
    Future<Reached> broadcast(Broadcast message) {
        Mail m = mail;
        return m == null ? Future.succeededFuture(new Reached(0)) : broadcasts.send(message, m);
    }

    @Override
    public boolean connected(String deviceId) {
        return lines.find(deviceId) != null;
    }

    @Override
    public Future<CommandReply> dispense(String deviceId, OpenDispense command) {
        return trusted(
                deviceId,
                "dispense",
                Json.text(
                        new Dispense(
                                command.dispenseId(),
                                command.outlet().wire(),
                                command.orderedMl(),
                                command.secondsMax())));
    }

    @Override
    public Future<CommandReply> stop(String deviceId, String dispenseId) {
        return trusted(deviceId, "stop", Json.text(new Stop(dispenseId)));
    }

    @Override
    public Future<CommandReply> answer(String deviceId, String result) {
        Map<String, Waiting> mine = waiting.get(deviceId);
        DownlinkConfig c = config;
        if (mine != null && c != null && mine.size() >= c.perDevice() / 2) {
            return Future.failedFuture(
                    new Rejected(CommandError.TOO_MANY_COMMANDS, "room is kept for a stop"));
        }
        return trusted(deviceId, "dispense_answer", Json.text(new Answer(result)));
    }

    private record Dispense(String dispenseId, String outlet, long volumeMl, long secondsMax) {}

    private record Stop(String dispenseId) {}

    private record Answer(String result) {}

    /** A device answered a command on this line. False when nobody waits for it. */
    public boolean replied(DeviceLine line, @Nullable String id, byte[] json, int from, int size) {
        if (id != null && exchanges.replied(line, id, json, from, size)) {
            return true;
        }
        CommandJson.Reply reply = CommandJson.reply(json, from, size);
        if (reply == null) {
            return false;
        }
        Waiting w = take(line, id == null ? reply.id() : id);
        return w != null && w.promise.tryComplete(reply.reply());
    }

    /** The line is gone: what it still owed won't come. */
    public void lost(DeviceLine line) {
        exchanges.lost(line);
        Map<String, Waiting> mine = waiting.get(line.device().deviceId());
        if (mine == null) {
            return;
        }
        for (String id : mine.keySet()) {
            Waiting w = take(line, id);
            if (w != null) {
                w.promise.tryFail(
                        new Rejected(
                                CommandError.REPLY_TIMEOUT,
                                "the device went offline before it replied"));
            }
        }
    }

    private Future<CommandReply> trusted(String deviceId, String service, String params) {
        try {
            DeviceLine line = line(deviceId);
            return send(
                    line, service, service(line.device().product(), service).synchronous(), params);
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    private Future<CommandReply> send(
            DeviceLine line, String service, boolean sync, String params) {
        String method = "thing.service." + service.replace('/', '.');
        return send(line, id -> topic(line, service, sync, id), method, params);
    }

    private Future<CommandReply> send(
            DeviceLine line, UnaryOperator<String> topic, String method, String params) {
        DownlinkConfig c = config();
        String device = line.device().deviceId();
        String id = String.valueOf(ids.incrementAndGet());
        Promise<CommandReply> promise = ((VertxInternal) vertx).promise();
        long timer = vertx.setTimer(c.replyTimeout().toMillis(), t -> late(line, id));
        Map<String, Waiting> mine = waiting.computeIfAbsent(device, d -> new ConcurrentHashMap<>());
        if (mine.size() >= c.perDevice()) {
            vertx.cancelTimer(timer);
            throw new Rejected(
                    CommandError.TOO_MANY_COMMANDS,
                    "the device has " + c.perDevice() + " commands to answer, try later");
        }
        mine.put(id, new Waiting(line, promise, timer));
        byte[] request = CommandJson.request(id, method, params);
        Translator inBytes = line.device().product().raw() ? translator : null;
        if (inBytes != null) {
            boolean sync = topic.apply(id).startsWith("/ext/rrpc/");
            Watch watch = watches.of(line.device());
            if (watch != null) {
                watch.translated(topic.apply(id), request);
            }
            inBytes.toRaw(line.device().product(), new String(request, StandardCharsets.UTF_8))
                    .onComplete(said -> publishRaw(line, id, sync, said));
        } else if (!line.publish(topic.apply(id), request) && take(line, id) != null) {
            throw offline();
        }
        return promise.future();
    }

    /** A command that was given up meanwhile is not sent any more. */
    private void publishRaw(DeviceLine line, String id, boolean sync, AsyncResult<byte[]> said) {
        Map<String, Waiting> mine = waiting.get(line.device().deviceId());
        if (mine == null || !mine.containsKey(id)) {
            return;
        }
        String usual = root(line) + "thing/model/down_raw";
        String topic = sync ? "/ext/rrpc/" + id + usual : usual;
        if (said.succeeded() && line.publish(topic, said.result())) {
            return;
        }
        Waiting w = take(line, id);
        if (w != null) {
            w.promise.tryFail(
                    said.succeeded()
                            ? offline()
                            : new Rejected(
                                    CommandError.SCRIPT_FAILED,
                                    "the product's script: " + said.cause().getMessage()));
        }
    }

    private DownlinkConfig config() {
        DownlinkConfig c = config;
        if (c == null) {
            throw new Rejected(CommonError.UNAVAILABLE, "the downlink has not started");
        }
        return c;
    }

    private static String topic(DeviceLine line, String service, boolean sync, String id) {
        String usual = root(line) + "thing/service/" + service;
        if (!sync) {
            return usual;
        }
        return line.extRrpc() ? "/ext/rrpc/" + id + usual : root(line) + "rrpc/request/" + id;
    }

    private static String root(DeviceLine line) {
        return "/sys/" + line.device().productKey() + "/" + line.device().deviceName() + "/";
    }

    private void late(DeviceLine line, String id) {
        Waiting w = take(line, id);
        if (w != null) {
            w.promise.tryFail(
                    new Rejected(CommandError.REPLY_TIMEOUT, "the device did not reply in time"));
        }
    }

    /** Only the device, on the very connection that was asked, can answer. */
    private @Nullable Waiting take(DeviceLine line, String id) {
        Map<String, Waiting> mine = waiting.get(line.device().deviceId());
        Waiting w = mine == null ? null : mine.get(id);
        if (mine == null || w == null || w.line != line || !mine.remove(id, w)) {
            return null;
        }
        vertx.cancelTimer(w.timer);
        return w;
    }

    private DeviceLine line(String deviceId) {
        DeviceLine line = lines.find(deviceId);
        if (line == null) {
            throw offline();
        }
        return line;
    }

    private Product product(String deviceId) {
        Device device = registry.find(deviceId);
        if (device == null) {
            throw Rejected.notFound("device " + deviceId);
        }
        return device.product();
    }

    private static Rejected offline() {
        return new Rejected(CommandError.DEVICE_OFFLINE, "the device is not connected");
    }

    private static ThingModel model(Product product) {
        CompiledModel model = product.model();
        if (model == null) {
            throw Rejected.notFound("thing model of product " + product.productKey());
        }
        return model.source();
    }

    private static Service service(Product product, String service) {
        return model(product)
                .service(service)
                .orElseThrow(
                        () ->
                                Rejected.invalid(
                                        "service", "the product has no service of this name"));
    }

    private static void refuseControlled(Product product, String name) {
        if (product.controlled().contains(name)) {
            throw new Rejected(
                    CommandError.CONTROLLED_BY_DISPENSE,
                    name + " is only used by a dispense of this device");
        }
    }

    private static void refuse(List<FieldError> faults) {
        if (!faults.isEmpty()) {
            FieldError first = faults.getFirst();
            throw new Rejected(CommonError.INVALID, first.field() + ": " + first.rule(), faults);
        }
    }
}
