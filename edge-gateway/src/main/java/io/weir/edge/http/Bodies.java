package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.weir.runtime.time.Time;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads a whole body, no larger than a bound and in no more time than a bound: whoever sends a byte
 * now and then is cut off as is who sends nothing.
 */
final class Bodies {
    private static final int TOO_LARGE = 413;
    private static final int LINGER_MS = 1000;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Vertx vertx;
    private final Time time;
    private final long withinMs;

    /** Those that are being read, the oldest first. One timer for all: most are read at once. */
    private final Set<Reading> readings = new LinkedHashSet<>();

    private boolean timed;

    /** For one event loop. */
    Bodies(Vertx vertx, Time time, long withinMs) {
        this.vertx = vertx;
        this.time = time;
        this.withinMs = withinMs;
    }

    private static final class Reading {
        final HttpServerRequest request;
        final long untilMs;
        final Buffer body = Buffer.buffer();
        boolean over;

        Reading(HttpServerRequest request, long untilMs) {
            this.request = request;
            this.untilMs = untilMs;
        }
    }

    void read(HttpServerRequest request, int most, Consumer<Buffer> then) {
        if (declared(request) > most) {
            tooLarge(request);
            return;
        }
        Reading reading = new Reading(request, time.tick().ms() + withinMs);
        readings.add(reading);
        timed();
        request.handler(
                chunk -> {
                    if (reading.over) {
                        return;
                    }
                    if (reading.body.length() + chunk.length() > most) {
                        reading.over = true;
                        readings.remove(reading);
                        tooLarge(request);
                    } else {
                        reading.body.appendBuffer(chunk);
                    }
                });
        request.exceptionHandler(t -> readings.remove(reading));
        request.endHandler(
                v -> {
                    readings.remove(reading);
                    if (!reading.over) {
                        then.accept(reading.body);
                    }
                });
    }

    private void timed() {
        if (!timed && !readings.isEmpty()) {
            timed = true;
            long left = readings.iterator().next().untilMs - time.tick().ms();
            vertx.setTimer(Math.max(1, left), t -> cutOff());
        }
    }

    private void cutOff() {
        timed = false;
        long now = time.tick().ms();
        for (Iterator<Reading> i = readings.iterator(); i.hasNext(); ) {
            Reading reading = i.next();
            if (reading.untilMs > now) {
                break;
            }
            i.remove();
            reading.request.connection().close();
        }
        timed();
    }

    /** What it says of itself; 0 when it says nothing or no number. */
    private static long declared(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && NUMBER.matcher(length).matches() ? Long.parseLong(length) : 0;
    }

    /**
     * The connection goes too: what is still to come of the body would be read as a request. It is
     * read for a moment more, since a socket that is closed with bytes unread takes the answer with
     * it.
     */
    private void tooLarge(HttpServerRequest request) {
        request.handler(chunk -> {});
        request.exceptionHandler(t -> {});
        request.endHandler(v -> {});
        request.response().putHeader("Connection", "close");
        HttpReply.code(
                request.response(), TOO_LARGE, HttpCode.BAD_PARAMETER, "the body is too large");
        vertx.setTimer(LINGER_MS, t -> request.connection().close());
    }
}
