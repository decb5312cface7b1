package io.weir.edge.guard;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.weir.edge.guard.Ban.Kind;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an operator may do at the management port: {@code GET|PUT|DELETE /bans}, {@code
 * GET|PUT|DELETE /drain}. With a token in the settings every call needs it ({@code Authorization:
 * Bearer}); without one only callers on this machine may, and only those that name it by a loopback
 * name, so that no web page open there reaches it by a name of its own. Every change is logged with
 * who asked.
 */
public final class GuardRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(GuardRoutes.class);
    private static final int BODY_MAX = 4096;
    private static final int TOKEN_MIN = 16;
    private static final String BEARER = "Bearer ";

    /** The bans that hold. */
    private record Bans(List<Ban> bans) {}

    /**
     * @param duration ISO 8601; null = until it is lifted
     * @param by who wants it, for those who find it later
     */
    private record BanRequest(
            Kind kind, String value, String reason, String by, @Nullable Duration duration) {}

    private final Guard guard;
    private final Time time;
    private final byte @Nullable [] token;

    public GuardRoutes(Guard guard, Time time) {
        this.guard = guard;
        this.time = time;
        this.token = token(guard.config().operatorTokenFile());
    }

    private static byte @Nullable [] token(String file) {
        if (file.isEmpty()) {
            return null;
        }
        try {
            byte[] token = Files.readString(Path.of(file)).strip().getBytes(StandardCharsets.UTF_8);
            if (token.length < TOKEN_MIN) {
                throw new IllegalStateException(
                        "guard.operatorTokenFile: at least " + TOKEN_MIN + " characters");
            }
            return token;
        } catch (IOException e) {
            throw new UncheckedIOException("guard.operatorTokenFile " + file, e);
        }
    }

    /** Adds the routes. */
    public void on(Router router) {
        for (String path : List.of("/bans", "/drain")) {
            router.route(path).handler(this::allowed);
            router.put(path).handler(BodyHandler.create(false).setBodyLimit(BODY_MAX));
        }
        router.get("/bans").handler(c -> answer(c, 200, new Bans(guard.bans().all(time.now()))));
        router.put("/bans").handler(this::ban);
        router.delete("/bans").handler(this::lift);
        router.get("/drain").handler(this::draining);
        router.put("/drain").handler(c -> drain(c, true));
        router.delete("/drain").handler(c -> drain(c, false));
    }

    private void allowed(RoutingContext c) {
        if (token != null ? hasToken(c, token) : fromHere(c.request())) {
            c.next();
        } else {
            int status = token != null ? 401 : 403;
            LOG.warn("{} {} from {} refused", c.request().method(), c.request().path(), who(c));
            answer(c, status, error(token != null ? "token missing or wrong" : "from here only"));
        }
    }

    private static boolean hasToken(RoutingContext c, byte[] token) {
        String given = c.request().getHeader("Authorization");
        return given != null
                && given.startsWith(BEARER)
                && MessageDigest.isEqual(
                        given.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8), token);
    }

    private static boolean fromHere(HttpServerRequest request) {
        HostAndPort named = request.authority();
        String host = named == null ? "" : named.host().toLowerCase(Locale.ROOT);
        return address(request).isLoopbackAddress()
                && (host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
    }

    private void ban(RoutingContext c) {
        Ban ban;
        try {
            ban = asked(Json.read(c.body().buffer(), BanRequest.class));
        } catch (IllegalArgumentException e) {
            answer(c, 400, error(String.valueOf(e.getMessage())));
            return;
        }
        if (!guard.bans().put(ban)) {
            answer(c, 409, error("bansMax bans hold already, all of operators"));
            return;
        }
        LOG.warn(
                "{} {} is banned until {} by {} ({}): {}",
                ban.kind().word(),
                ban.value(),
                ban.until(),
                ban.by(),
                who(c),
                ban.reason());
        saved(c, ban);
    }

    private Ban asked(BanRequest r) {
        if (r == null || r.kind == null || r.value == null || r.reason == null || r.by == null) {
            throw new IllegalArgumentException("kind, value, reason and by are needed");
        }
        if (r.duration != null && (r.duration.isNegative() || r.duration.isZero())) {
            throw new IllegalArgumentException("duration: longer than nothing");
        }
        Instant now = time.now();
        try {
            Instant until = r.duration == null ? null : now.plus(r.duration);
            return new Ban(r.kind, r.value, r.reason, r.by, now, until);
        } catch (java.time.DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("duration: too long", e);
        }
    }

    private void lift(RoutingContext c) {
        String value = c.request().getParam("value");
        String word = c.request().getParam("kind");
        Kind kind = null;
        for (Kind k : Kind.values()) {
            kind = k.word().equals(word) ? k : kind;
        }
        if (kind == null || value == null) {
            answer(c, 400, error("kind and value are needed"));
            return;
        }
        Ban gone = guard.bans().remove(kind, value);
        if (gone == null) {
            answer(c, 404, error("no such ban"));
            return;
        }
        LOG.warn("the ban of {} {} is lifted by {}", word, gone.value(), who(c));
        saved(c, gone);
    }

    /** Answered when it is on disk; what holds but is not there is not called done. */
    private void saved(RoutingContext c, Ban ban) {
        c.vertx()
                .executeBlocking(
                        () -> {
                            guard.save();
                            return ban;
                        })
                .onSuccess(b -> answer(c, 200, b))
                .onFailure(
                        e -> {
                            LOG.error("bans were not saved", e);
                            answer(c, 500, error("it holds, but a restart would forget it"));
                        });
    }

    private void drain(RoutingContext c, boolean on) {
        LOG.warn("drain {} asked for by {}", on ? "on" : "off", who(c));
        guard.drain(on);
        draining(c);
    }

    private void draining(RoutingContext c) {
        answer(c, 200, Map.of("draining", guard.draining()));
    }

    private static String who(RoutingContext c) {
        return address(c.request()).getHostAddress();
    }

    private static InetAddress address(HttpServerRequest request) {
        String text = request.connection().remoteAddress().hostAddress();
        return new InetSocketAddress(text, 0).getAddress();
    }

    private static Map<String, String> error(String text) {
        return Map.of("error", text);
    }

    private static void answer(RoutingContext c, int status, Object body) {
        c.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Json.buffer(body));
    }
}
