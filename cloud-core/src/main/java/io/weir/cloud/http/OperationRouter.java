package io.weir.cloud.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.weir.cloud.http.Paths.Found;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Brings a request to its operation: path and method, body, token, handler, in this order. In the
 * place of Vert.x's router for OpenAPI, which asks one regular expression after another (ADR 018).
 */
final class OperationRouter implements Handler<RoutingContext> {
    private static final String STEPS = "weir.operation";

    private record Steps(boolean isPublic, Handler<RoutingContext> handler) {}

    private final Paths<Steps> paths = new Paths<>();
    private final BodyHandler bodies;
    private final Guard guard;

    OperationRouter(
            List<Operation> operations,
            Guard guard,
            long bodyLimitBytes,
            Function<Operation, Handler<RoutingContext>> handlers) {
        this.guard = guard;
        this.bodies = BodyHandler.create(false).setBodyLimit(bodyLimitBytes);
        for (Operation o : operations) {
            paths.add(o.method(), o.path(), new Steps(o.isPublic(), handlers.apply(o)));
        }
    }

    /** A route a step: Vert.x wants body and token handlers in front of others of one route. */
    void mount(Router root) {
        root.route().handler(this);
        root.route().handler(bodies);
        root.route().handler(this::token);
        root.route().handler(OperationRouter::answer);
    }

    @Override
    public void handle(RoutingContext context) {
        Found<Steps> found;
        try {
            found = find(context.request().method().name(), context.normalizedPath());
        } catch (IllegalArgumentException e) {
            context.fail(new Rejected(CommonError.MALFORMED, "the path is not decodable"));
            return;
        }
        if (found == null) {
            context.fail(methods(context.normalizedPath()).isEmpty() ? 404 : 405);
            return;
        }
        context.pathParams().putAll(found.parameters());
        context.put(STEPS, found.value());
        context.next();
    }

    /** OMS and PMS are one: its seed has operations under either prefix (O-006). */
    private @Nullable Found<Steps> find(String method, String path) {
        Found<Steps> found = paths.find(method, path);
        return found == null ? paths.find(method, twin(path)) : found;
    }

    private static String twin(String path) {
        if (path.startsWith("/oms/")) {
            return "/pms/" + path.substring(5);
        }
        return path.startsWith("/pms/") ? "/oms/" + path.substring(5) : path;
    }

    /** What may be asked at a path. */
    Set<String> methods(String path) {
        Set<String> methods = paths.methods(path);
        return methods.isEmpty() ? paths.methods(twin(path)) : methods;
    }

    private void token(RoutingContext context) {
        if (steps(context).isPublic()) {
            context.next();
        } else {
            guard.tokens().handle(context);
        }
    }

    private static void answer(RoutingContext context) {
        steps(context).handler().handle(context);
    }

    private static Steps steps(RoutingContext context) {
        Steps steps = context.get(STEPS);
        if (steps == null) {
            throw new IllegalStateException("no operation was found");
        }
        return steps;
    }
}
