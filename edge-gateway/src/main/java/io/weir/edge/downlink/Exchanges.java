package io.weir.edge.downlink;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.api.edge.EdgeApi.Ask;
import io.weir.api.edge.EdgeApi.Said;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.Rejected;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Questions to devices in words of their own (facts: alink.md section 6, row custom RRPC): what
 * they mean only both ends know. The answer comes on the topic of the question, from the very
 * connection that was asked. Safe for any thread.
 */
final class Exchanges {
    private final Vertx vertx;
    private final DeviceLines lines;
    private final LongSupplier ids;
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    private record Waiting(DeviceLine line, Promise<Said> promise, long timer) {}

    /**
     * @param ids the same as commands have: a late answer to one must not match the other
     */
    Exchanges(Vertx vertx, DeviceLines lines, LongSupplier ids) {
        this.vertx = vertx;
        this.lines = lines;
        this.ids = ids;
    }

    /** Fails only with Rejected. */
    Future<Said> ask(Ask ask, DownlinkConfig config) {
        DeviceLine line = lines.find(ask.deviceId());
        if (line == null) {
            return Future.failedFuture(offline());
        }
        if (waiting.values().stream().filter(w -> w.line == line).count() >= config.perDevice()) {
            return Future.failedFuture(
                    new Rejected(
                            CommandError.TOO_MANY_COMMANDS,
                            "the device has " + config.perDevice() + " questions to answer"));
        }
        String id = String.valueOf(ids.getAsLong());
        Promise<Said> promise = ((VertxInternal) vertx).promise();
        long timer = vertx.setTimer(config.replyTimeout().toMillis(), t -> fail(id, late()));
        waiting.put(id, new Waiting(line, promise, timer));
        if (!line.publish("/ext/rrpc/" + id + ask.topic(), ask.payload())) {
            fail(id, offline());
        }
        return promise.future();
    }

    /** True when this was awaited. */
    boolean replied(DeviceLine line, String id, byte[] payload, int from, int size) {
        Waiting w = waiting.get(id);
        if (w == null || w.line != line || !waiting.remove(id, w)) {
            return false;
        }
        vertx.cancelTimer(w.timer);
        return w.promise.tryComplete(new Said(Arrays.copyOfRange(payload, from, from + size)));
    }

    /** The line is gone: what it still owed won't come. */
    void lost(DeviceLine line) {
        waiting.forEach(
                (id, w) -> {
                    if (w.line == line) {
                        fail(id, late());
                    }
                });
    }

    private void fail(String id, Rejected why) {
        Waiting w = waiting.remove(id);
        if (w != null) {
            vertx.cancelTimer(w.timer);
            w.promise.tryFail(why);
        }
    }

    private static Rejected late() {
        return new Rejected(CommandError.REPLY_TIMEOUT, "the device did not answer");
    }

    private static Rejected offline() {
        return new Rejected(CommandError.DEVICE_OFFLINE, "the device is not connected");
    }
}
