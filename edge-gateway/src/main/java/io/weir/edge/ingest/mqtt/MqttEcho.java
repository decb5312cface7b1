package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.edge.downlink.Echo;
import io.weir.edge.registry.Device;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.ErrorCode;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * How long a connection takes to the device and back, by a QoS 1 message: every client acknowledges
 * it, whatever its application makes of it. On a topic that nobody can subscribe to, so that no
 * subscription at QoS 0 lowers it. Safe for any thread.
 */
final class MqttEcho {
    private static final String TOPIC = "/ext/echo/";
    private static final String WAY = "mqtt_puback";
    private static final long WITHIN_MS = 8000;

    /** What the SDKs read without a complaint (facts: alink.md section 0). */
    private static final byte[] PAYLOAD = "{}".getBytes(StandardCharsets.UTF_8);

    private final Vertx vertx;
    private final Time time;
    private @Nullable Promise<Long> waiting;
    private @Nullable Echo echo;
    private long sentNanos;

    /** Sent and not acknowledged yet, whoever still waits for it. */
    private boolean underway;

    private long timer;

    MqttEcho(Vertx vertx, Time time) {
        this.vertx = vertx;
        this.time = time;
    }

    /** Puts a message of QoS 1 into the session. */
    interface Post {
        /** False when there is no room. */
        boolean put(String topic, byte[] payload, long withinMs);
    }

    Echo begin(Device device, Post post) {
        Promise<Long> promise;
        Echo begun;
        synchronized (this) {
            if (echo != null) {
                return echo;
            }
            if (underway) {
                // It keeps its place in the device's window; a second one would take another.
                return new Echo(
                        WAY,
                        Future.failedFuture(
                                new Rejected(
                                        CommandError.REPLY_TIMEOUT,
                                        "an earlier message is not acknowledged yet")));
            }
            promise = ((VertxInternal) vertx).promise();
            begun = new Echo(WAY, promise.future());
            waiting = promise;
            echo = begun;
            timer =
                    vertx.setTimer(
                            WITHIN_MS,
                            t -> fail(CommandError.REPLY_TIMEOUT, "it was not acknowledged"));
        }
        String topic = TOPIC + device.productKey() + "/" + device.deviceName();
        // Outside of the lock: the session has its own, and calls back in it.
        if (!post.put(topic, PAYLOAD, WITHIN_MS)) {
            fail(CommandError.TOO_MANY_COMMANDS, "too many messages wait for the device already");
        }
        return begun;
    }

    synchronized void sent(Letter letter) {
        if (is(letter)) {
            sentNanos = time.nanos();
            underway = true;
        }
    }

    void acked(Letter letter) {
        if (!is(letter)) {
            return;
        }
        long micros = (time.nanos() - arrived()) / 1000;
        Promise<Long> promise = over();
        if (promise != null) {
            promise.tryComplete(micros);
        }
    }

    /** The connection is gone. */
    void lost() {
        fail(CommandError.DEVICE_OFFLINE, "the device went offline");
    }

    private static boolean is(Letter letter) {
        return letter.topic().startsWith(TOPIC);
    }

    /** When it was sent. */
    private synchronized long arrived() {
        underway = false;
        return sentNanos;
    }

    private void fail(ErrorCode code, String words) {
        Promise<Long> promise = over();
        if (promise != null) {
            promise.tryFail(new Rejected(code, words));
        }
    }

    private synchronized @Nullable Promise<Long> over() {
        Promise<Long> promise = waiting;
        if (promise != null) {
            vertx.cancelTimer(timer);
        }
        waiting = null;
        echo = null;
        return promise;
    }
}
