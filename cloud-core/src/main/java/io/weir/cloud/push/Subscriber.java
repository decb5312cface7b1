package io.weir.cloud.push;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.weir.model.access.Actor;
import io.weir.runtime.json.Json;

import java.util.function.BooleanSupplier;

/**
 * One open stream. A reader too slow for its buffer is cut off, not buffered for: it comes back by
 * itself and reads the current state anew.
 */
final class Subscriber {
    private final Actor actor;
    private final HttpServerResponse response;
    private final long untilS;
    private final BooleanSupplier admitted;

    /**
     * @param untilS when the token ends, in seconds of the epoch: the stream ends with it
     * @param admitted whether who reads may still do so: it ends with session and right too
     */
    Subscriber(Actor actor, HttpServerResponse response, long untilS, BooleanSupplier admitted) {
        this.actor = actor;
        this.response = response;
        this.untilS = untilS;
        this.admitted = admitted;
    }

    boolean maySee(String tenant, String member) {
        if (actor.isMember()) {
            return actor.uid().equals(member);
        }
        return actor.scope().covers(tenant);
    }

    /** For what belongs to no member. */
    boolean maySee(String tenant) {
        return !actor.isMember() && actor.scope().covers(tenant);
    }

    String path() {
        return actor.scope().path();
    }

    boolean over(long nowS) {
        return nowS >= untilS || response.ended() || response.closed() || !admitted.getAsBoolean();
    }

    void send(String event, Object body) {
        write(
                Buffer.buffer("event: " + event + "\ndata: ")
                        .appendBytes(Json.bytes(body))
                        .appendString("\n\n"));
    }

    /** A comment that keeps proxies and idle timers quiet. */
    void beat() {
        write(Buffer.buffer(":\n\n"));
    }

    void end() {
        if (!response.ended() && !response.closed()) {
            response.end();
        }
    }

    private void write(Buffer bytes) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.writeQueueFull()) {
            response.reset();
            return;
        }
        response.write(bytes);
    }
}
