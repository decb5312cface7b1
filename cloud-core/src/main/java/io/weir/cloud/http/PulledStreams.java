package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Server-sent events that are asked for, one batch after the other, while their reader reads: who
 * does not read, or has gone, costs nothing. A stream ends with its reader's token, session and
 * right.
 */
public abstract class PulledStreams implements RouterExtension {
    private static final long PAUSE_MS = 500;

    private final Vertx vertx;
    private final Time time;
    private final String path;
    private final String operation;
    private final OpenStreams streams;

    /**
     * @param path with {@code :id} at its end
     * @param operation of the contract that gives the same, once
     * @param maxStreams open streams of this node, see {@link OpenStreams}
     */
    protected PulledStreams(Vertx vertx, Time time, String path, String operation, int maxStreams) {
        this.vertx = vertx;
        this.time = time;
        this.path = path;
        this.operation = operation;
        this.streams = new OpenStreams(maxStreams);
    }

    /** What the stream of one reader is made of. */
    protected interface Source {
        /** Asks for the next batch, and ends with one of the stream's methods, then or later. */
        void next(Stream stream);
    }

    /**
     * @param last the id of the last event that the reader has had; null when it begins
     * @return fails with Rejected when there is no such stream for the caller
     */
    protected abstract Future<Source> source(Call call, String id, @Nullable String last);

    /** Streams that are open just now. */
    protected final AtomicInteger open() {
        return streams.open();
    }

    @Override
    public final void mount(Router root, Guard guard) {
        guard.protect(root.get(path), operation);
        root.get(path)
                .handler(
                        context -> {
                            if (streams.enter(context)) {
                                begin(context, guard);
                            }
                        });
    }

    private void begin(RoutingContext context, Guard guard) {
        String id = context.pathParam("id");
        Call call = new Call(Guard.actor(context), null, RequestIds.of(context));
        source(call, id, context.request().getHeader("Last-Event-ID"))
                .onFailure(e -> context.fail(status(e)))
                .onSuccess(
                        source -> {
                            HttpServerResponse response = context.response();
                            if (response.closed()) {
                                return;
                            }
                            response.setChunked(true)
                                    .putHeader("Content-Type", "text/event-stream")
                                    .putHeader("Cache-Control", "no-store")
                                    .putHeader("X-Accel-Buffering", "no");
                            new Stream(context, guard, source).next();
                        });
    }

    private static int status(Throwable e) {
        if (e instanceof Rejected r) {
            return r.is(CommonError.NOT_FOUND) ? 404 : r.is(CommonError.UNAVAILABLE) ? 503 : 400;
        }
        return 500;
    }

    /** One open stream; on its request's event loop. */
    protected final class Stream {
        private final RoutingContext context;
        private final Guard guard;
        private final HttpServerResponse response;
        private final Source source;
        private final long untilS;
        private Buffer out = Buffer.buffer();

        private Stream(RoutingContext context, Guard guard, Source source) {
            this.context = context;
            this.guard = guard;
            this.response = context.response();
            this.source = source;
            this.untilS = Guard.expiresAt(context);
        }

        /** Adds an event to the batch. */
        public void add(String id, String event, Object data) {
            out.appendString("id: " + id + "\nevent: " + event + "\ndata: ")
                    .appendBytes(Json.bytes(data))
                    .appendString("\n\n");
        }

        /** Sends the batch, or a sign of life when it is empty, and asks for the next at once. */
        public void next() {
            if (over()) {
                return;
            }
            response.write(out.length() > 0 ? out : Buffer.buffer(":\n\n"));
            out = Buffer.buffer();
            if (response.writeQueueFull()) {
                response.drainHandler(v -> next());
            } else {
                source.next(this);
            }
        }

        /** There was nothing: asks again in a while. */
        public void later() {
            vertx.setTimer(PAUSE_MS, t -> next());
        }

        /** There will be nothing more. */
        public void end(String event, Object data) {
            if (!over()) {
                out.appendString("event: " + event + "\ndata: ")
                        .appendBytes(Json.bytes(data))
                        .appendString("\n\n");
                response.end(out);
            }
        }

        private boolean over() {
            if (response.closed() || response.ended()) {
                return true;
            }
            if (time.now().getEpochSecond() >= untilS || !guard.still(context)) {
                response.end();
                return true;
            }
            return false;
        }
    }
}
