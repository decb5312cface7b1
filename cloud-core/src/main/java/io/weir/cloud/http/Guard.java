package io.weir.cloud.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.weir.cloud.rights.BuiltInRole;
import io.weir.cloud.rights.Modules;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.rights.Rights.Standing;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.Revocations;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.ErrorCode;
import io.weir.model.problem.Rejected;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is it, and may they: token, session, role, rights and rate of one request. The contract's
 * operations go through it; a {@link RouterExtension} puts its own routes behind it with {@link
 * #protect}.
 */
public final class Guard {
    /** Somebody without a token; the scope covers nothing. */
    static final Actor ANONYMOUS =
            new Actor("anonymous", Role.MEMBER, Scope.member("/none/", "anonymous"));

    private static final String CLAIMS = "weir.claims";
    private static final String OPERATION = "weir.guarded";

    private enum Fault implements ErrorCode {
        TENANT_DISABLED,
        VENDOR_UNSIGNED,
        MODULE_NOT_GRANTED;

        @Override
        public int status() {
            return 403;
        }
    }

    private final JWTAuthHandler tokens;
    private final Revocations revocations;
    private final Rights rights;
    private final RateLimits limits;
    private final ApiConfig config;
    private final Map<String, Operation> operations = new HashMap<>();

    Guard(
            JWTAuthHandler tokens,
            Revocations revocations,
            Rights rights,
            RateLimits limits,
            ApiConfig config,
            List<Operation> operations) {
        this.tokens = tokens;
        this.revocations = revocations;
        this.rights = rights;
        this.limits = limits;
        this.config = config;
        operations.forEach(o -> this.operations.put(o.id(), o));
    }

    /**
     * What a route beside the contract gives or takes (a stream, a file), an operation gives or
     * takes in another form: who may do that one may do this, by the same roles, rights and
     * modules. The route's next handlers read {@link #actor}.
     */
    public void protect(Route route, String operationId) {
        Operation operation = operations.get(operationId);
        if (operation == null || operation.isPublic()) {
            throw new IllegalStateException("nobody is kept out by " + operationId);
        }
        route.handler(tokens)
                .handler(
                        context -> {
                            try {
                                admit(context, operation);
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

    /**
     * An operation of the contract. Staff come in where their tenant's own role may, when their
     * role has the right, and go on in its place. What is open to staff by the contract is
     * everybody's own business (password, sessions, own tenant): no right is needed.
     */
    Claims admit(RoutingContext context, Operation operation) {
        Claims claims = judged(session(context), operation);
        limits.demand("u:" + claims.uid(), config.callerPerSecond(), config.callerBurst());
        context.put(CLAIMS, claims);
        context.put(OPERATION, operation);
        return claims;
    }

    private Claims judged(Claims claims, Operation operation) {
        if (claims.oms() && !operation.oms()) {
            throw new Rejected(CommonError.FORBIDDEN, "an app's token is for OMS alone");
        }
        boolean own = operation.roles().contains(Role.STAFF);
        Standing standing = rights.standing(claims.path());
        if (claims.role() == Role.STAFF && !own) {
            claims = inPlace(claims, operation);
        }
        if (!operation.roles().contains(claims.role())) {
            throw forbidden(claims.role());
        }
        if (claims.role() != Role.MEMBER) {
            standing(standing, operation, own);
        }
        return claims;
    }

    /**
     * The role that somebody of the staff stands in for, at their tenant or at the one below that
     * they look after.
     */
    private Claims inPlace(Claims claims, Operation operation) {
        Rights.Staff staff = rights.staff(claims.uid());
        if (staff == null || !allowed(staff, operation)) {
            throw forbidden(Role.STAFF);
        }
        String area = staff.area();
        if (area != null && !area.startsWith(claims.path())) {
            throw forbidden(Role.STAFF);
        }
        Claims within = claims.within(area == null ? claims.path() : area, staff.own());
        return within.as(rank(within.path()));
    }

    private static boolean allowed(Rights.Staff staff, Operation operation) {
        return staff.operations() == null
                ? BuiltInRole.valueOf(staff.role()).allows(operation.module(), operation.reads())
                : staff.operations().contains(operation.id());
    }

    private static Role rank(String path) {
        return switch ((int) path.chars().filter(c -> c == '/').count()) {
            case 1 -> Role.PLATFORM;
            case 2 -> Role.VENDOR;
            case 3 -> Role.AGENT;
            default -> Role.DEALER;
        };
    }

    private static void standing(Standing standing, Operation operation, boolean own) {
        if (standing.disabled()) {
            throw new Rejected(Fault.TENANT_DISABLED, "this tenant is disabled");
        }
        if (own) {
            return;
        }
        boolean signing = operation.module().equals(Modules.SIGNING);
        if (standing.unsigned() && !signing) {
            throw new Rejected(
                    Fault.VENDOR_UNSIGNED, "sign first: nothing else works before that (P-002)");
        }
        if (!standing.has(operation.module()) && Modules.GRANTED.contains(operation.module())) {
            throw new Rejected(
                    Fault.MODULE_NOT_GRANTED,
                    "the module " + operation.module() + " is not granted to this vendor");
        }
    }

    private static Rejected forbidden(Role role) {
        return new Rejected(CommonError.FORBIDDEN, "not for the role " + role.name());
    }

    /** After the token's signature and life were found good. */
    private Claims session(RoutingContext context) {
        Claims claims = read(context);
        if (revocations.ageMs() > config.revocationStale().toMillis()) {
            throw new Rejected(CommonError.UNAVAILABLE, "ended sessions are unknown, try again");
        }
        if (revocations.ended(claims.sid())) {
            throw new Rejected(CommonError.UNAUTHENTICATED, "the session has ended");
        }
        return claims;
    }

    /**
     * Whether who was admitted would be now, as the same and to the same: a stream ends with the
     * session, with the right and with the tenant's standing.
     */
    public boolean still(RoutingContext context) {
        Operation operation = context.get(OPERATION);
        try {
            return judged(session(context), operation).equals(claims(context));
        } catch (Rejected r) {
            return false;
        }
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
