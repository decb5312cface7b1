package io.weir.edge.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.weir.edge.alink.AlinkDesk;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.Outcome;
import io.weir.edge.guard.Ban;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Set;

/**
 * {@code POST /topic/<topic>}: what a device would publish (facts: alink.md section 3). Checked,
 * journaled and metered as over MQTT; answered after the journal's fsync, never with an Alink
 * reply.
 */
public final class TopicPart implements HttpPart {
    private static final int TOPIC_MAX = 256;
    private static final long BODY_WITHIN_MS = 20_000;

    /** What needs no answer from us, and no connection. */
    private static final Set<Kind> TAKEN =
            EnumSet.of(
                    Kind.PROPERTY_POST,
                    Kind.EVENT_POST,
                    Kind.BATCH_POST,
                    Kind.HISTORY_POST,
                    Kind.ASK,
                    Kind.SHADOW,
                    Kind.VERSION,
                    Kind.UPGRADE,
                    Kind.LOG_POST,
                    Kind.RAW_UP,
                    Kind.MESSAGE);

    private final HttpIngest shared;
    private final int bodyMax;

    /**
     * @param bodyMax bytes of a body at most
     */
    public TopicPart(HttpIngest shared, int bodyMax) {
        this.shared = shared;
        this.bodyMax = bodyMax;
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        Bodies bodies = new Bodies(vertx, shared.alink.time(), BODY_WITHIN_MS);
        HttpLoop loop =
                new HttpLoop(
                        (ContextInternal) vertx.getOrCreateContext(),
                        new AlinkDesk(shared.alink, shared.meters, bodyMax),
                        shared.guard.allowances(),
                        new KnownTokens(shared.tokens, shared.registry));
        router.post("/topic/*")
                .handler(
                        c ->
                                bodies.read(
                                        c.request(),
                                        bodyMax,
                                        body -> post(c.request(), body, loop, vertx)));
    }

    private void post(HttpServerRequest request, Buffer body, HttpLoop here, Vertx vertx) {
        HttpTokens.Checked token =
                here.tokens.check(request.getHeader("password"), shared.alink.time().now());
        Device device = token.device();
        if (device == null) {
            HttpReply.code(request.response(), token.code());
            return;
        }
        if (device.refusal() != null
                || shared.registry.trustEnded()
                || shared.guard.banned(Ban.Kind.DEVICE, device.deviceId()) != null) {
            HttpReply.code(request.response(), HttpCode.AUTH_FAILED);
            return;
        }
        AlinkTopic topic = topic(request, device);
        if (topic == null) {
            HttpReply.code(request.response(), HttpCode.BAD_PARAMETER);
            return;
        }
        if (!TAKEN.contains(topic.kind)) {
            shared.meters.count(topic, Outcome.REJECTED);
            HttpReply.code(request.response(), HttpCode.BAD_PARAMETER);
            return;
        }
        byte[] payload = body.getBytes();
        HttpServerResponse response = request.response();
        shared.sender(device, here, vertx)
                .onSuccess(
                        sender ->
                                sender.loop.run(
                                        () ->
                                                take(
                                                        sender, device, topic, payload, here,
                                                        response)));
    }

    /** On the sender's loop. */
    private void take(
            HttpSender sender,
            Device device,
            AlinkTopic topic,
            byte[] payload,
            HttpLoop asker,
            HttpServerResponse response) {
        long nowMs = shared.alink.time().tick().ms();
        boolean tooFast =
                !sender.allowance.spend(payload.length) && sender.allowance.settle(nowMs) > 0;
        if (tooFast) {
            sender.allowance.refund(payload.length);
        }
        if (tooFast || sender.waiting() >= shared.arrivals.config().inFlightMax()) {
            asker.desk.unheard(sender, topic, Unpooled.wrappedBuffer(payload), Outcome.DROPPED);
            asker.run(() -> HttpReply.code(response, HttpCode.TOO_MANY));
            return;
        }
        sender.update(device);
        HttpTurn turn =
                new HttpTurn(
                        sender,
                        topic,
                        shared.alink.inlet(),
                        asker,
                        response,
                        shared.nextMessageId());
        sender.add(turn);
        sender.loop.desk.handle(turn, payload, payload.length);
    }

    /** Null when the path is no topic. */
    private static @Nullable AlinkTopic topic(HttpServerRequest request, Device device) {
        if (request.uri().indexOf('?') >= 0) {
            return null;
        }
        String path;
        try {
            path = new QueryStringDecoder(request.uri()).path();
        } catch (IllegalArgumentException e) {
            return null;
        }
        String topic = path.substring("/topic".length());
        return topic.length() > TOPIC_MAX ? null : AlinkTopic.of(topic, device);
    }
}
