package io.weir.cloud.subscription;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.cloud.http.Guard;
import io.weir.cloud.http.RouterExtension;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /streams/subscriptions/{id}}: the messages as server-sent events, {@code id} the
 * number, {@code event} the kind, {@code data} the message. Begins behind {@code Last-Event-ID}, or
 * behind what was acknowledged. A reader is sent no more than {@value #WINDOW} messages beyond what
 * it has acknowledged ({@code POST .. /acks}), and nothing while it does not read.
 */
public final class SubscriptionStreams implements RouterExtension {
    private static final Set<Role> ROLES =
            EnumSet.of(Role.PLATFORM, Role.VENDOR, Role.AGENT, Role.DEALER);
    private static final int WINDOW = 1000;
    private static final int AT_ONCE = 200;
    private static final int WAIT_S = 10;
    private static final long PAUSE_MS = 500;

    private final Vertx vertx;
    private final Bus bus;
    private final Time time;
    private final int maxStreams;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param maxStreams open streams of this node; one more gets 503
     */
    public SubscriptionStreams(Vertx vertx, Bus bus, Time time, int maxStreams) {
        this.vertx = vertx;
        this.bus = bus;
        this.time = time;
        this.maxStreams = maxStreams;
    }

    @Override
    public void mount(Router root, Guard guard) {
        String path = "/streams/subscriptions/:id";
        guard.protect(root.get(path), ROLES);
        root.get(path)
                .handler(
                        context -> {
                            if (open.get() >= maxStreams) {
                                context.response().putHeader("Retry-After", "10");
                                context.fail(503);
                                return;
                            }
                            begin(context, guard);
                        });
    }

    private void begin(RoutingContext context, Guard guard) {
        String id = context.pathParam("id");
        Call call = new Call(Guard.actor(context), null, "stream-" + id);
        bus.call(SubscriptionOps.GET, new GetSubscription(id), call)
                .onFailure(e -> context.fail(status(e)))
                .onSuccess(
                        s -> {
                            HttpServerResponse response = context.response();
                            if (response.closed()) {
                                return;
                            }
                            open.incrementAndGet();
                            response.closeHandler(gone -> open.decrementAndGet());
                            response.setChunked(true)
                                    .putHeader("Content-Type", "text/event-stream")
                                    .putHeader("Cache-Control", "no-store")
                                    .putHeader("X-Accel-Buffering", "no")
                                    .write(":\n\n");
                            new Reader(context, guard, call, id, from(context, s)).next();
                        });
    }

    private static int status(Throwable e) {
        if (e instanceof Rejected r) {
            return r.is(CommonError.NOT_FOUND) ? 404 : r.is(CommonError.UNAVAILABLE) ? 503 : 400;
        }
        return 500;
    }

    /** A client that comes back names the last message that it had. */
    private static long from(RoutingContext context, Subscription s) {
        String last = context.request().getHeader("Last-Event-ID");
        return last != null && last.matches("[0-9]{1,18}")
                ? Long.parseLong(last)
                : s.acknowledged();
    }

    /** One open stream; on its request's event loop. */
    private final class Reader {
        private final RoutingContext context;
        private final Guard guard;
        private final HttpServerResponse response;
        private final Call call;
        private final String id;
        private final long untilS;
        private long sent;

        Reader(RoutingContext context, Guard guard, Call call, String id, long from) {
            this.context = context;
            this.guard = guard;
            this.response = context.response();
            this.call = call;
            this.id = id;
            this.untilS = Guard.expiresAt(context);
            this.sent = from;
        }

        /** The window first: how much has been acknowledged meanwhile? */
        void next() {
            if (over()) {
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(v -> next());
                return;
            }
            bus.call(SubscriptionOps.GET, new GetSubscription(id), call)
                    .onComplete(done -> window(done.result()));
        }

        private void window(@Nullable Subscription s) {
            if (s == null || s.acknowledged() + WINDOW <= sent) {
                later();
                return;
            }
            int most = (int) Math.min(AT_ONCE, s.acknowledged() + WINDOW - sent);
            bus.call(SubscriptionOps.PULL, new Pull(id, sent, most, WAIT_S), call)
                    .onComplete(done -> pulled(done.result()));
        }

        private void pulled(@Nullable List<Message> messages) {
            if (over()) {
                return;
            }
            if (messages == null) {
                later();
                return;
            }
            Buffer out = Buffer.buffer();
            for (Message m : messages) {
                out.appendString("id: " + m.seq() + "\nevent: " + m.kind() + "\ndata: ")
                        .appendBytes(Json.bytes(m))
                        .appendString("\n\n");
                sent = m.seq();
            }
            response.write(messages.isEmpty() ? Buffer.buffer(":\n\n") : out);
            next();
        }

        private void later() {
            response.write(":\n\n");
            vertx.setTimer(PAUSE_MS, t -> next());
        }

        private boolean over() {
            if (response.closed() || response.ended()) {
                return true;
            }
            if (time.now().getEpochSecond() >= untilS || guard.ended(context)) {
                response.end();
                return true;
            }
            return false;
        }
    }
}
