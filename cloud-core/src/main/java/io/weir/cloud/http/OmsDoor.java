package io.weir.cloud.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.util.List;

/** Lets OMS's paths through to the one router, under both of its prefixes, and nothing else. */
final class OmsDoor {
    private static final List<String> PREFIXES = List.of("/oms/", "/pms/");

    private OmsDoor() {}

    static Router before(Router all, Vertx vertx) {
        Router door = Router.router(vertx);
        door.route().handler(context -> pass(context, all));
        return door;
    }

    /** The path as it will be routed: {@code /oms/../users} is none of OMS's. */
    private static void pass(RoutingContext context, Router all) {
        String path = context.normalizedPath();
        if (PREFIXES.stream().anyMatch(path::startsWith)) {
            all.handle(context.request());
        } else {
            Answer.of(new Rejected(CommonError.NOT_FOUND, "OMS alone is here")).send(context);
        }
    }
}
