package io.weir.cloud.http;

import io.weir.cloud.rights.Modules;

import java.util.List;

/**
 * What one context brings to the API: its contract and the questions that answer it.
 *
 * @param context its name; the contract is the resource {@code contract/<context>.yaml}
 */
public record ContextRoutes(String context, List<Route> routes) {
    /** The routes, each with the module that its context belongs to. */
    List<Route> ofModules() {
        return routes.stream().map(route -> route.of(Modules.of(context))).toList();
    }

    public String resource() {
        return "contract/" + context + ".yaml";
    }
}
