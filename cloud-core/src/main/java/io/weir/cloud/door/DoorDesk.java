package io.weir.cloud.door;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.api.door.DoorApi;
import io.weir.api.door.DoorApi.Certificate;
import io.weir.api.door.DoorApi.Enrol;
import io.weir.api.door.DoorApi.Renew;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorPaths;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;

/**
 * The door's HTTP requests: the line, for gateways with a certificate; enrolment, for those with a
 * token; renewal. Every refusal is a status and one sentence.
 */
final class DoorDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DoorDesk.class);
    private static final int BODY_BYTES = 16 << 10;
    private static final long BODY_WITHIN_MS = 10_000;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    private final Vertx vertx;
    private final Bus bus;
    private final DoorConfig config;
    private final DoorSessions sessions;
    private final DoorMeters meters;
    private int working;

    DoorDesk(Vertx vertx, Bus bus, DoorConfig config, DoorSessions sessions, DoorMeters meters) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.sessions = sessions;
        this.meters = meters;
    }

    void handle(HttpServerRequest request) {
        switch (request.method().name() + " " + request.path()) {
            case "GET " + DoorPaths.LINK -> link(request);
            case "POST " + DoorPaths.ENROL -> body(request, this::enrol);
            case "POST " + DoorPaths.RENEW -> body(request, body -> renew(request, body));
            default -> refuse(request, Rejected.notFound(request.path()));
        }
    }

    private void link(HttpServerRequest request) {
        Peer peer = Peer.of(request.connection().sslSession());
        if (peer == null) {
            meters.refused("certificate");
            refuse(request, noCertificate());
            return;
        }
        if (sessions.full()) {
            meters.refused("busy");
            refuse(request, new Rejected(CommonError.UNAVAILABLE, "too many connections"));
            return;
        }
        request.pause();
        sessions.admit(peer)
                .onSuccess(
                        epoch ->
                                request.toWebSocket()
                                        .onSuccess(socket -> sessions.begin(peer, epoch, socket))
                                        .onFailure(e -> LOG.debug("no WebSocket", e)))
                .onFailure(
                        e -> {
                            meters.refused("certificate");
                            LOG.warn("gateway {} not admitted: {}", peer.gateway(), e.getMessage());
                            request.resume();
                            refuse(request, e);
                        });
    }

    private Future<Certificate> enrol(Buffer body) {
        Enrol ask = Json.read(body, Enrol.class);
        if (!ask.gateway().matches(NAME)) {
            throw Rejected.invalid("gateway", "must be 1 to 64 letters, digits, dots or dashes");
        }
        return bus.call(DoorApi.ENROL, ask, Call.system("enrol"));
    }

    private Future<Certificate> renew(HttpServerRequest request, Buffer body) {
        Peer peer = Peer.of(request.connection().sslSession());
        if (peer == null) {
            throw noCertificate();
        }
        var asked = Json.read(body, DoorPaths.RenewRequest.class);
        return bus.call(
                DoorApi.RENEW,
                new Renew(peer.gateway(), peer.serial(), asked.request()),
                Call.system("renew"));
    }

    private interface Work {
        Future<Certificate> on(Buffer body);
    }

    /** Reads a small body in bounded time, few at once. */
    private void body(HttpServerRequest request, Work work) {
        if (working >= config.enrolments()) {
            meters.refused("busy");
            refuse(request, new Rejected(CommonError.UNAVAILABLE, "too many enrolments at once"));
            return;
        }
        working++;
        long timer = vertx.setTimer(BODY_WITHIN_MS, t -> request.connection().close());
        read(request)
                .compose(work::on)
                .onComplete(
                        done -> {
                            working--;
                            vertx.cancelTimer(timer);
                            if (done.succeeded()) {
                                answer(request, 201, done.result());
                            } else {
                                meters.refused("enrolment");
                                refuse(request, done.cause());
                            }
                        });
    }

    private static Future<Buffer> read(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null
                || !length.matches("\\d{1,5}")
                || Integer.parseInt(length) > BODY_BYTES) {
            return Future.failedFuture(
                    new Rejected(
                            CommonError.TOO_LARGE, "a body of 16 KB at most, with its length"));
        }
        return request.body();
    }

    private static void refuse(HttpServerRequest request, @Nullable Throwable why) {
        Rejected said =
                switch (why) {
                    case Rejected r -> r;
                    case IllegalArgumentException e ->
                            new Rejected(CommonError.MALFORMED, String.valueOf(e.getMessage()));
                    case null, default -> {
                        LOG.warn("{} failed", request.path(), why);
                        yield new Rejected(CommonError.INTERNAL, "try again");
                    }
                };
        answer(
                request,
                said.status(),
                Map.of("code", said.code(), "message", String.valueOf(said.getMessage())));
    }

    private static void answer(HttpServerRequest request, int status, Object body) {
        if (!request.response().ended() && !request.response().closed()) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(Json.buffer(body))
                    .onFailure(e -> LOG.debug("not answered", e));
        }
    }

    private static Rejected noCertificate() {
        return new Rejected(
                CommonError.UNAUTHENTICATED, "the line needs a certificate: enrol first");
    }
}
