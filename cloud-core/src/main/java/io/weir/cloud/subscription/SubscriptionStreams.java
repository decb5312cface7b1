package io.weir.cloud.subscription;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.GetSubscription;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.cloud.http.PulledStreams;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * {@code GET /streams/subscriptions/{id}}: the messages as server-sent events, {@code id} the
 * number, {@code event} the kind, {@code data} the message. Begins behind {@code Last-Event-ID}, or
 * behind what was acknowledged. A reader is sent no more than {@value #WINDOW} messages beyond what
 * it has acknowledged ({@code POST .. /acks}), and nothing while it does not read.
 */
public final class SubscriptionStreams extends PulledStreams {
    private static final int WINDOW = 1000;
    private static final int AT_ONCE = 200;
    private static final int WAIT_S = 10;

    private final Bus bus;

    /**
     * @param maxStreams open streams of this node; see {@link io.weir.cloud.http.OpenStreams}
     */
    public SubscriptionStreams(Vertx vertx, Bus bus, Time time, int maxStreams) {
        super(vertx, time, "/streams/subscriptions/:id", "pullMessages", maxStreams);
        this.bus = bus;
    }

    @Override
    protected Future<Source> source(Call call, String id, @Nullable String last) {
        return bus.call(SubscriptionOps.GET, new GetSubscription(id), call)
                .map(s -> new Reader(call, id, from(last, s)));
    }

    /** A client that comes back names the last message that it had. */
    private static long from(@Nullable String last, Subscription s) {
        return last != null && last.matches("[0-9]{1,18}")
                ? Long.parseLong(last)
                : s.acknowledged();
    }

    private final class Reader implements Source {
        private final Call call;
        private final String id;
        private long sent;

        Reader(Call call, String id, long from) {
            this.call = call;
            this.id = id;
            this.sent = from;
        }

        /** The window first: how much has been acknowledged meanwhile? */
        @Override
        public void next(Stream stream) {
            bus.call(SubscriptionOps.GET, new GetSubscription(id), call)
                    .onComplete(done -> window(done.result(), stream));
        }

        private void window(@Nullable Subscription s, Stream stream) {
            if (s == null || s.acknowledged() + WINDOW <= sent) {
                stream.later();
                return;
            }
            int most = (int) Math.min(AT_ONCE, s.acknowledged() + WINDOW - sent);
            bus.call(SubscriptionOps.PULL, new Pull(id, sent, most, WAIT_S), call)
                    .onComplete(done -> pulled(done.result(), stream));
        }

        private void pulled(@Nullable List<Message> messages, Stream stream) {
            if (messages == null) {
                stream.later();
                return;
            }
            for (Message m : messages) {
                stream.add(String.valueOf(m.seq()), m.kind().name(), m);
                sent = m.seq();
            }
            stream.next();
        }
    }
}
