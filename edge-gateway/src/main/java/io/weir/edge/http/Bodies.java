package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import java.util.function.Consumer;

/**
 * Reads a whole body, no larger than a bound and in no more time than a bound: whoever sends a byte
 * now and then is cut off as is who sends nothing.
 */
final class Bodies {
    private static final int TOO_LARGE = 413;
    private static final int LINGER_MS = 1000;

    private final Vertx vertx;
    private final long withinMs;

    Bodies(Vertx vertx, long withinMs) {
        this.vertx = vertx;
        this.withinMs = withinMs;
    }

    private static final class Reading {
        final Buffer body = Buffer.buffer();
        boolean over;
    }

    void read(HttpServerRequest request, int most, Consumer<Buffer> then) {
        Reading reading = new Reading();
        if (declared(request) > most) {
            tooLarge(request);
            return;
        }
        long timer = vertx.setTimer(withinMs, t -> request.connection().close());
        request.handler(
                chunk -> {
                    if (reading.over) {
                        return;
                    }
                    if (reading.body.length() + chunk.length() > most) {
                        reading.over = true;
                        vertx.cancelTimer(timer);
                        tooLarge(request);
                    } else {
                        reading.body.appendBuffer(chunk);
                    }
                });
        request.exceptionHandler(t -> vertx.cancelTimer(timer));
        request.endHandler(
                v -> {
                    vertx.cancelTimer(timer);
                    if (!reading.over) {
                        then.accept(reading.body);
                    }
                });
    }

    /** What it says of itself; 0 when it says nothing or no number. */
    private static long declared(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
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
