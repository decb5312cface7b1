package io.weir.cloud.http;

import java.util.List;

/**
 * What one context brings to the API: its contract and the questions that answer it.
 *
 * @param context its name; the contract is the resource {@code contract/<context>.yaml}
 */
public record ContextRoutes(String context, List<Route> routes) {
    public String resource() {
        return "contract/" + context + ".yaml";
    }
}
