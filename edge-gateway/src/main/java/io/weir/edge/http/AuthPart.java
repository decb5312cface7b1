package io.weir.edge.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.weir.edge.debug.Watch;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.Guard;
import io.weir.edge.http.AuthFlow.Login;
import io.weir.edge.registry.Device;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code POST /auth}: a device shows its secret and gets a token (facts: alink.md section 3). */
public final class AuthPart implements HttpPart {
    private static final Logger LOG = LoggerFactory.getLogger(AuthPart.class);
    private static final int BODY_MAX = 4096;
    private static final long BODY_WITHIN_MS = 10_000;

    private final HttpIngest shared;

    public AuthPart(HttpIngest shared) {
        this.shared = shared;
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        Bodies bodies = new Bodies(vertx, shared.alink.time(), BODY_WITHIN_MS);
        router.post("/auth")
                .handler(c -> bodies.read(c.request(), BODY_MAX, body -> login(c.request(), body)));
    }

    private void login(HttpServerRequest request, Buffer body) {
        InetAddress peer = Doorstep.address(request);
        if (peer == null) {
            return;
        }
        if (!shared.guard.connect(Guard.party(peer))) {
            HttpReply.code(request.response(), HttpCode.TOO_MANY);
            return;
        }
        Login login = AuthFlow.read(body.getBytes(), now());
        if (login == null) {
            HttpReply.code(request.response(), HttpCode.BAD_PARAMETER);
            return;
        }
        Device known = shared.registry.find(login.productKey(), login.deviceName());
        if (known != null && shared.registry.trusted()) {
            decide(request, login, known);
        } else {
            ask(request, login);
        }
    }

    private void ask(HttpServerRequest request, Login login) {
        Context here = Vertx.currentContext();
        shared.lookups
                .ask(login.productKey(), login.deviceName())
                .onComplete(
                        done ->
                                here.runOnContext(
                                        v -> {
                                            Device device = done.result();
                                            if (device != null) {
                                                decide(request, login, device);
                                            } else {
                                                HttpReply.code(
                                                        request.response(),
                                                        done.failed()
                                                                ? HttpCode.FAILED
                                                                : HttpCode.AUTH_FAILED);
                                            }
                                        }));
    }

    private void decide(HttpServerRequest request, Login login, Device device) {
        HttpServerResponse response = request.response();
        String refusal = device.refusal();
        boolean proven = login.by(device.secret());
        if (proven && refusal != null) {
            LOG.info("{} refused over HTTP: {}", device, refusal);
        }
        if (!proven
                || refusal != null
                || shared.guard.banned(Kind.DEVICE, device.deviceId()) != null
                || (device.product().requireTls() && !request.isSSL())) {
            tell(device, !proven ? "credentials" : refusal != null ? refusal : "not this way");
            HttpReply.code(response, HttpCode.AUTH_FAILED);
        } else if (!shared.guard.arrive(device.productKey(), device.tenant())) {
            tell(device, "owner too fast");
            HttpReply.code(response, HttpCode.TOO_MANY);
        } else {
            shared.arrivals.activated(device.deviceId());
            Instant until = now().plus(shared.arrivals.config().tokenLife());
            Map<String, Object> reply = new LinkedHashMap<>();
            reply.put("code", HttpCode.OK);
            reply.put("message", HttpCode.message(HttpCode.OK));
            reply.put("info", Map.of("token", shared.tokens.make(device, until)));
            HttpReply.json(response, reply);
        }
    }

    /** Whoever watches the device hears of those who came in its name. */
    private void tell(Device device, String why) {
        Watch watch = shared.alink.watches().of(device);
        if (watch != null) {
            watch.line("refused", why + ", http");
        }
    }

    private Instant now() {
        return shared.alink.time().now();
    }
}
