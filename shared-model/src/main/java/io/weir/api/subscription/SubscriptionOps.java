package io.weir.api.subscription;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A tenant's subscriptions over HTTP, and what streams and the AMQP endpoint ask. A subscription
 * numbers its messages 1, 2, 3 without holes, keeps them for seven days, and remembers up to where
 * they were acknowledged: what was not acknowledged is delivered again. Each subscription goes on
 * by itself; two of the same messages never disturb each other.
 */
public interface SubscriptionOps {
    Op<CreateSubscription, Subscription> CREATE =
            Op.of("subscription.create.v1", CreateSubscription.class, Subscription.class);
    Op<GetSubscription, Subscription> GET =
            Op.of("subscription.get.v1", GetSubscription.class, Subscription.class);
    Op<ListSubscriptions, Page<Subscription>> LIST =
            Op.paged("subscription.list.v1", ListSubscriptions.class, Subscription.class);

    /** A new secret; the old one is good for nothing at once. */
    Op<GetSubscription, Subscription> ROTATE =
            Op.of("subscription.rotate.v1", GetSubscription.class, Subscription.class);

    Op<GetSubscription, Subscription> REMOVE =
            Op.of("subscription.remove.v1", GetSubscription.class, Subscription.class);

    /** Waits up to {@code waitS} for a message; an empty list when none came. */
    Op<Pull, List<Message>> PULL =
            Op.listed("subscription.pull.v1", Pull.class, Message.class)
                    .within(Duration.ofSeconds(30));

    Op<Acknowledge, Subscription> ACKNOWLEDGE =
            Op.of("subscription.ack.v1", Acknowledge.class, Subscription.class);

    /** Back or forth: replay from a number or a time. */
    Op<Seek, Subscription> SEEK = Op.of("subscription.seek.v1", Seek.class, Subscription.class);

    /** Whose subscription is it, if the secret is right? For the AMQP endpoint. */
    Op<Login, Subscription> LOGIN = Op.of("subscription.login.v1", Login.class, Subscription.class);

    /** Somebody who waits for messages of these should look again; may be lost. */
    Signal<Grew> GREW = new Signal<>("subscription.grew.v1", Grew.class);

    /** What a subscription may be about. */
    enum Kind {
        PROPERTY,
        EVENT,
        PRESENCE,
        HISTORY,
        VERSION,
        UPGRADE,
        LOG,
        MESSAGE
    }

    /**
     * @param productKeys only devices of these; null or empty = of all products
     */
    record CreateSubscription(String name, @Nullable List<String> productKeys, List<Kind> kinds) {}

    record GetSubscription(String subscriptionId) {}

    record ListSubscriptions(int limit, int offset) {}

    /**
     * @param after number of the last message that the caller has; null = the acknowledged one
     * @param waitS seconds to wait when there is none
     */
    record Pull(String subscriptionId, @Nullable Long after, int limit, int waitS) {}

    /**
     * @param seq this message and all before it are done with
     */
    record Acknowledge(String subscriptionId, long seq) {}

    /**
     * One of both.
     *
     * @param seq the next message to deliver
     * @param at the next message is the first that was stored then or later
     */
    record Seek(String subscriptionId, @Nullable Long seq, @Nullable Instant at) {}

    record Login(String subscriptionId, String secret) {}

    record Grew(List<String> subscriptionIds) {}

    /**
     * @param tenant path of the tenant whose devices it is about, and all below
     * @param secret for AMQP; only in the answers to CREATE and ROTATE
     * @param last number of the newest message
     * @param acknowledged number of the last message that is done with
     * @param skipped messages that were not taken since too many waited
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Subscription(
            String subscriptionId,
            String tenant,
            String name,
            List<String> productKeys,
            List<Kind> kinds,
            @Nullable String secret,
            long last,
            long acknowledged,
            long skipped,
            Instant createTms) {}

    /**
     * One message of a device.
     *
     * @param name event identifier, module, or what stands behind the device's own topic
     * @param atMs the gateway's clock, ms since 1970
     * @param payload as the device sent it, when it is a JSON object or array
     * @param payloadBase64 else its bytes
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Message(
            long seq,
            String deviceId,
            String productKey,
            Kind kind,
            String name,
            long atMs,
            @Nullable Object payload,
            @Nullable String payloadBase64) {
        /** What goes beside the payload where it travels by itself. */
        public Map<String, Object> properties() {
            return Map.of(
                    "seq", seq,
                    "device_id", deviceId,
                    "product_key", productKey,
                    "kind", kind.name(),
                    "name", name,
                    "at_ms", atMs);
        }
    }
}
