package io.weir.cloud.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.Revocations;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.time.Duration;
import java.util.Set;

/**
 * Who is it, and may they: token, session and role of one request. The contract's operations go
 * through it; a {@link RouterExtension} puts its own routes behind it with {@link #protect}.
 */
public final class Guard {
    /** Somebody without a token; the scope covers nothing. */
    static final Actor ANONYMOUS =
            new Actor("anonymous", Role.MEMBER, Scope.member("/none/", "anonymous"));

    private static final String CLAIMS = "weir.claims";

    private final JWTAuthHandler tokens;
    private final Revocations revocations;
    private final long staleMs;

    Guard(JWTAuthHandler tokens, Revocations revocations, Duration stale) {
        this.tokens = tokens;
        this.revocations = revocations;
        this.staleMs = stale.toMillis();
    }

    /** Lets only these roles reach the route's next handlers, which then read {@link #actor}. */
    public void protect(Route route, Set<Role> roles) {
        route.handler(tokens)
                .handler(
                        context -> {
                            try {
                                admit(context, roles);
                            } catch (Rejected r) {
                                Answer.of(r).send(context);
                                return;
                            }
                            context.next();
                        });
    }

    /** Who asks; only behind {@link #protect}. */
    public static Actor actor(RoutingContext context) {
        return claims(context).actor();
    }

    /** When the token of this request ends, in seconds of the epoch: a stream must end by then. */
    public static long expiresAt(RoutingContext context) {
        return payload(context).getLong("exp");
    }

    JWTAuthHandler tokens() {
        return tokens;
    }

    static Claims claims(RoutingContext context) {
        Claims claims = context.get(CLAIMS);
        if (claims == null) {
            throw new IllegalStateException("not behind the guard");
        }
        return claims;
    }

    /** After the token's signature and life were found good: session and role. */
    Claims admit(RoutingContext context, Set<Role> roles) {
        Claims claims = read(context);
        if (revocations.ageMs() > staleMs) {
            throw new Rejected(CommonError.UNAVAILABLE, "ended sessions are unknown, try again");
        }
        if (revocations.ended(claims.sid())) {
            throw new Rejected(CommonError.UNAUTHENTICATED, "the session has ended");
        }
        if (!roles.contains(claims.role())) {
            throw new Rejected(CommonError.FORBIDDEN, "not for the role " + claims.role().name());
        }
        context.put(CLAIMS, claims);
        return claims;
    }

    /** Whether a session was ended after a stream began. */
    public boolean ended(RoutingContext context) {
        return revocations.ended(claims(context).sid());
    }

    private static Claims read(RoutingContext context) {
        try {
            return Claims.of(payload(context));
        } catch (IllegalArgumentException e) {
            throw new Rejected(CommonError.UNAUTHENTICATED, "the token is not one of ours");
        }
    }

    private static JsonObject payload(RoutingContext context) {
        JsonObject token = context.user().attributes().getJsonObject("accessToken");
        return token == null ? new JsonObject() : token;
    }
}
