package io.weir.cloud.subscription;

import io.vertx.core.Vertx;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.Acknowledge;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.api.subscription.SubscriptionOps.Pull;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.TreeMap;

/**
 * The messages of one subscription to one consumer, in order, as long as it gives credit. Accepted
 * and rejected ones are done with; released or modified ones are sent again. Acknowledged is what
 * all before it are done with: so after a loss of the connection some come twice, none never. On
 * the connection's event loop.
 */
final class AmqpFeed {
    private static final int AT_ONCE = 200;
    private static final int WAIT_S = 10;
    private static final long PAUSE_MS = 1_000;

    private final Vertx vertx;
    private final Bus bus;
    private final Call call;
    private final String id;
    private final ProtonSender link;
    private final int window;

    /** Sent and not settled, by number; true when it is settled, but one before it is not. */
    private final TreeMap<Long, Boolean> open = new TreeMap<>();

    private long sent;
    private long acked;
    private boolean pulling;
    private boolean acknowledging;
    private boolean ended;

    AmqpFeed(
            Vertx vertx,
            Bus bus,
            Call call,
            Subscription subscription,
            ProtonSender link,
            int window) {
        this.vertx = vertx;
        this.bus = bus;
        this.call = call;
        this.id = subscription.subscriptionId();
        this.link = link;
        this.window = window;
        this.sent = subscription.acknowledged();
        this.acked = sent;
    }

    void start() {
        link.sendQueueDrainHandler(l -> pull());
        pull();
    }

    void end() {
        ended = true;
    }

    private void pull() {
        int most = Math.min(AT_ONCE, Math.min(link.getCredit(), window - open.size()));
        if (ended || pulling || most <= 0) {
            return;
        }
        pulling = true;
        bus.call(SubscriptionOps.PULL, new Pull(id, sent, most, WAIT_S), call)
                .onComplete(
                        done -> {
                            pulling = false;
                            pulled(done.result());
                        });
    }

    private void pulled(@Nullable List<Message> messages) {
        if (ended) {
            return;
        }
        if (messages == null) {
            vertx.setTimer(PAUSE_MS, t -> pull());
            return;
        }
        for (Message m : messages) {
            sent = m.seq();
            open.put(m.seq(), false);
            send(m);
        }
        pull();
    }

    private void send(Message m) {
        var message = Proton.message();
        message.setMessageId(id + "-" + m.seq());
        message.setContentType("application/json");
        message.setApplicationProperties(new ApplicationProperties(m.properties()));
        message.setBody(new AmqpValue(Json.text(m)));
        link.send(message, delivery -> settled(m, delivery));
    }

    private void settled(Message m, ProtonDelivery delivery) {
        if (ended) {
            return;
        }
        DeliveryState state = delivery.getRemoteState();
        if (!(state instanceof Accepted || state instanceof Rejected)) {
            vertx.setTimer(PAUSE_MS, t -> again(m));
            return;
        }
        open.put(m.seq(), true);
        while (!open.isEmpty() && open.firstEntry().getValue()) {
            acked = open.pollFirstEntry().getKey();
        }
        acknowledge();
        pull();
    }

    private void again(Message m) {
        if (!ended) {
            send(m);
        }
    }

    /** One at a time; what is settled meanwhile goes with the next. */
    private void acknowledge() {
        if (acknowledging) {
            return;
        }
        acknowledging = true;
        long upTo = acked;
        bus.call(SubscriptionOps.ACKNOWLEDGE, new Acknowledge(id, upTo), call)
                .onComplete(
                        done -> {
                            acknowledging = false;
                            if (done.failed()) {
                                vertx.setTimer(PAUSE_MS, t -> acknowledge());
                            } else if (acked > upTo) {
                                acknowledge();
                            }
                        });
    }
}
