package io.weir.edge.ingest.coap;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.weir.edge.alink.AlinkDesk;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.Outcome;
import io.weir.edge.guard.Ban;
import io.weir.edge.guard.Guard;
import io.weir.edge.ingest.Admission;
import io.weir.edge.ingest.Refusal;
import io.weir.edge.ingest.Transport;
import io.weir.edge.registry.Device;

import org.eclipse.californium.core.coap.CoAP.Code;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is done with a request (docs/coap.md): {@code POST /auth} and {@code POST /topic/..}. On one
 * event loop. An answer to a post leaves when the journal has it.
 */
final class CoapDesk {
    private static final int TOPIC_MAX = 256;
    private static final List<String> AUTH = List.of("auth");
    private static final byte[] NOTHING = new byte[0];

    /** What needs no line to the device. */
    private static final Set<Kind> TAKEN =
            EnumSet.of(
                    Kind.PROPERTY_POST,
                    Kind.EVENT_POST,
                    Kind.BATCH_POST,
                    Kind.HISTORY_POST,
                    Kind.ASK,
                    Kind.SHADOW,
                    Kind.NTP,
                    Kind.VERSION,
                    Kind.UPGRADE,
                    Kind.LOG_POST,
                    Kind.RAW_UP,
                    Kind.MESSAGE);

    private final Transport transport;
    private final CoapIngestConfig config;
    private final Admission admission;
    private final CoapSenders senders;
    private final Context context;
    private final AlinkDesk desk;

    CoapDesk(
            Transport transport,
            CoapIngestConfig config,
            Admission admission,
            CoapSenders senders,
            Context context) {
        this.transport = transport;
        this.config = config;
        this.admission = admission;
        this.senders = senders;
        this.context = context;
        this.desk = new AlinkDesk(transport.alink(), transport.messages(), config.payloadBytes());
    }

    void handle(CoapRequest r) {
        List<String> path = r.path();
        boolean auth = path.equals(AUTH);
        boolean topic = path.size() > 1 && path.getFirst().equals("topic");
        if (transport.guard().banned(r.address())) {
            r.answer(ResponseCode.FORBIDDEN, NOTHING);
        } else if (!auth && !topic) {
            r.answer(ResponseCode.NOT_FOUND, NOTHING);
        } else if (r.code() != Code.POST) {
            r.answer(ResponseCode.METHOD_NOT_ALLOWED, NOTHING);
        } else if (transport.guard().draining()) {
            r.answer(ResponseCode.SERVICE_UNAVAILABLE, NOTHING);
        } else if (r.payload().length > config.payloadBytes()) {
            r.answer(ResponseCode.REQUEST_ENTITY_TOO_LARGE, NOTHING);
        } else if (auth) {
            authenticate(r);
        } else {
            post(r, "/" + String.join("/", path.subList(1, path.size())));
        }
    }

    private void authenticate(CoapRequest r) {
        CoapAuth auth = CoapAuth.read(r.payload());
        if (auth == null) {
            r.answer(code(admission.refused(Refusal.MALFORMED).refusal()), NOTHING);
            return;
        }
        admit(r, auth.productKey(), auth.deviceName(), auth::provenFor)
                .onSuccess(
                        device -> {
                            if (device != null) {
                                String reply = "{\"token\":\"" + senders.token(device) + "\"}";
                                r.answer(
                                        ResponseCode.CONTENT,
                                        reply.getBytes(StandardCharsets.UTF_8));
                            }
                        });
    }

    /** On this loop again; null when it was refused, and was told so. */
    private Future<@Nullable Device> admit(
            CoapRequest r, String productKey, String deviceName, Predicate<Device> proof) {
        var claim =
                new Admission.Claim(
                        productKey, deviceName, r.address(), r.identity() != null, proof);
        Promise<@Nullable Device> decided = Promise.promise();
        admission
                .admit(claim)
                .onSuccess(
                        verdict ->
                                context.runOnContext(
                                        v -> {
                                            if (verdict.device() == null) {
                                                r.answer(code(verdict.refusal()), NOTHING);
                                            }
                                            decided.complete(verdict.device());
                                        }));
        return decided.future();
    }

    private void post(CoapRequest r, String topic) {
        String identity = r.identity();
        if (identity != null) {
            overDtls(r, topic, identity);
            return;
        }
        String token = r.token();
        Future<CoapSender> known = token == null ? null : senders.byToken(token);
        if (known == null) {
            boolean calm = transport.guard().connect(Guard.party(r.address()));
            r.answer(calm ? ResponseCode.UNAUTHORIZED : ResponseCode.TOO_MANY_REQUESTS, NOTHING);
            return;
        }
        known.onSuccess(sender -> take(r, topic, sender));
    }

    /**
     * The handshake has shown who it is; it counts as a connect when it posts for the first time.
     */
    private void overDtls(CoapRequest r, String topic, String identity) {
        CoapPeer.Name name = CoapPeer.Name.parse(identity);
        Device device =
                name == null
                        ? null
                        : transport.registry().find(name.productKey(), name.deviceName());
        if (name == null || device == null) {
            r.answer(ResponseCode.UNAUTHORIZED, NOTHING);
            return;
        }
        Future<CoapSender> known = senders.known(device.deviceId());
        if (known != null) {
            known.onSuccess(sender -> take(r, topic, sender));
            return;
        }
        admit(r, name.productKey(), name.deviceName(), d -> true)
                .onSuccess(
                        admitted -> {
                            if (admitted != null) {
                                senders.of(admitted).onSuccess(sender -> take(r, topic, sender));
                            }
                        });
    }

    private void take(CoapRequest r, String path, CoapSender sender) {
        Device now = transport.registry().find(sender.device().deviceId());
        if (now == null || !sender.fits(now)) {
            senders.forget(sender.device().deviceId());
            r.answer(ResponseCode.UNAUTHORIZED, NOTHING);
            return;
        }
        sender.update(now);
        if (now.refusal() != null
                || transport.registry().trustEnded()
                || now.product().requireTls() && r.identity() == null
                || transport.guard().banned(Ban.Kind.DEVICE, now.deviceId()) != null) {
            r.answer(ResponseCode.FORBIDDEN, NOTHING);
            return;
        }
        if (path.length() > TOPIC_MAX) {
            r.answer(ResponseCode.BAD_OPTION, NOTHING);
            return;
        }
        AlinkTopic topic = AlinkTopic.of(path, now);
        if (!TAKEN.contains(topic.kind)) {
            unheard(r, topic, sender, Outcome.REJECTED);
            boolean others = topic.kind == Kind.FOREIGN;
            r.answer(others ? ResponseCode.FORBIDDEN : ResponseCode.NOT_FOUND, NOTHING);
        } else if (tooMuch(sender, r.payload().length)) {
            unheard(r, topic, sender, Outcome.DROPPED);
            r.answer(ResponseCode.TOO_MANY_REQUESTS, NOTHING);
        } else {
            CoapTurn turn = new CoapTurn(sender, topic, this::drain, t -> respond(r, t));
            sender.pending().add(turn);
            desk.handle(turn, r.payload(), r.payload().length);
        }
    }

    private void unheard(CoapRequest r, AlinkTopic topic, CoapSender sender, Outcome outcome) {
        desk.unheard(sender, topic, Unpooled.wrappedBuffer(r.payload()), outcome);
    }

    private boolean tooMuch(CoapSender sender, int size) {
        if (sender.pending().size() >= config.perDevice()) {
            return true;
        }
        if (sender.allowance.spend(size) || sender.allowance.settle(transport.nowMs()) == 0) {
            return false;
        }
        sender.allowance.refund(size);
        return true;
    }

    /** Answers what is settled, in the order of arrival. */
    private void drain(CoapSender sender) {
        var pending = sender.pending();
        for (CoapTurn t = pending.peek(); t != null && t.settled(); t = pending.peek()) {
            pending.poll();
            t.tell(transport.alink().inlet());
            t.respond.accept(t);
        }
    }

    private void respond(CoapRequest r, CoapTurn turn) {
        if (!turn.kept()) {
            transport.messages().count(turn.topic(), Outcome.REFUSED);
            r.answer(ResponseCode.SERVICE_UNAVAILABLE, NOTHING);
            return;
        }
        byte[] reply = turn.reply();
        r.answer(
                ResponseCode.CHANGED,
                reply == null || reply.length > config.payloadBytes() ? NOTHING : reply);
    }

    private static ResponseCode code(Refusal why) {
        return switch (why) {
            case MALFORMED -> ResponseCode.BAD_REQUEST;
            case CREDENTIALS, UNKNOWN_DEVICE -> ResponseCode.UNAUTHORIZED;
            case NOT_USABLE, TLS_REQUIRED, BANNED, ACCEPTED -> ResponseCode.FORBIDDEN;
            case TOO_OFTEN, OWNER_TOO_FAST -> ResponseCode.TOO_MANY_REQUESTS;
            case CANNOT_TELL, TOO_MANY, DRAINING -> ResponseCode.SERVICE_UNAVAILABLE;
        };
    }
}
