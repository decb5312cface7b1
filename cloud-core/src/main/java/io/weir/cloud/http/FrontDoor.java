package io.weir.cloud.http;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/**
 * What every request meets first: request id, safe headers, the {@code Token} header, a place among
 * the concurrent ones, a deadline, {@code Accept}; and what a request that nobody answered gets:
 * the failure envelope for every status.
 */
final class FrontDoor {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    private final Vertx vertx;
    private final ApiConfig config;
    private final Function<String, Set<String>> methods;
    private int open;

    /**
     * @param methods which methods may be asked at a path
     */
    FrontDoor(Vertx vertx, ApiConfig config, Function<String, Set<String>> methods) {
        this.vertx = vertx;
        this.config = config;
        this.methods = methods;
    }

    /** For all routes. */
    void mount(Router root) {
        root.route().handler(RequestIds::set);
        root.route().handler(FrontDoor::headers);
        for (int status = 400; status < 600; status++) {
            int code = status;
            root.errorHandler(status, context -> failed(context, code));
        }
    }

    /** For all that asks who is there. */
    static void token(RoutingContext context) {
        try {
            tokenHeader(context);
        } catch (Rejected r) {
            Answer.of(r).send(context);
            return;
        }
        context.next();
    }

    /** For the contract's operations. */
    void admit(RoutingContext context) {
        if (open >= config.maxConcurrent()) {
            Answer.of(new Rejected(CommonError.UNAVAILABLE, "too busy, try again")).send(context);
            return;
        }
        open++;
        long timer = vertx.setTimer(config.requestTimeout().toMillis(), t -> late(context));
        context.addEndHandler(
                done -> {
                    open--;
                    vertx.cancelTimer(timer);
                });
        try {
            accept(context);
        } catch (Rejected r) {
            Answer.of(r).send(context);
            return;
        }
        context.next();
    }

    int open() {
        return open;
    }

    private void late(RoutingContext context) {
        if (!context.request().isEnded()) {
            context.response().putHeader("Connection", "close");
        }
        Answer.of(
                        new Rejected(
                                CommonError.UNAVAILABLE,
                                "no answer within "
                                        + config.requestTimeout()
                                        + "; the outcome is unknown, trying again is safe"))
                .send(context);
    }

    /** OMS clients send {@code Token: x}; inside there is one scheme (DESIGN section 4). */
    private static void tokenHeader(RoutingContext context) {
        MultiMap headers = context.request().headers();
        String token = headers.get("Token");
        if (token == null) {
            return;
        }
        if (headers.contains("Authorization")) {
            throw new Rejected(
                    CommonError.MALFORMED,
                    "send either Authorization or Token",
                    List.of(new FieldError("Token", "must not come with Authorization")));
        }
        headers.set("Authorization", "Bearer " + token);
    }

    /** All we speak is JSON. */
    private static void accept(RoutingContext context) {
        String accept = context.request().getHeader("Accept");
        if (accept == null || accept.isBlank()) {
            return;
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            String type = range.split(";", 2)[0].trim();
            if (type.equals("*/*")
                    || type.equals("application/*")
                    || type.equals("application/json")) {
                return;
            }
        }
        throw new Rejected(CommonError.NOT_ACCEPTABLE, "only application/json is available");
    }

    private static void headers(RoutingContext context) {
        context.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        context.next();
    }

    private void failed(RoutingContext context, int status) {
        Throwable fault = context.failure();
        if (status == 405) {
            var allowed = methods.apply(context.normalizedPath());
            context.response().putHeader("Allow", String.join(", ", allowed));
        }
        if (fault instanceof Rejected r) {
            Answer.of(r).send(context);
            return;
        }
        if (status == 500 && !(fault instanceof HttpException)) {
            LOG.error("request {} failed", RequestIds.of(context), fault);
            Answer.internal(RequestIds.of(context)).send(context);
            return;
        }
        Answer.of(rejected(status)).send(context);
    }

    private static Rejected rejected(int status) {
        return switch (status) {
            case 400 -> new Rejected(CommonError.MALFORMED, "the request is malformed");
            case 401 -> new Rejected(CommonError.UNAUTHENTICATED, "a valid token is needed");
            case 403 -> new Rejected(CommonError.FORBIDDEN, "not allowed");
            case 404 -> new Rejected(CommonError.NOT_FOUND, "there is nothing at this path");
            case 405 ->
                    new Rejected(CommonError.METHOD_NOT_ALLOWED, "not this method at this path");
            case 406 -> new Rejected(CommonError.NOT_ACCEPTABLE, "only application/json");
            case 413 -> new Rejected(CommonError.TOO_LARGE, "the body is too large");
            case 415 -> new Rejected(CommonError.UNSUPPORTED_MEDIA_TYPE, "only application/json");
            case 503 -> new Rejected(CommonError.UNAVAILABLE, "not available, try again");
            default -> new Rejected("HTTP_" + status, status, "status " + status, List.of());
        };
    }
}
