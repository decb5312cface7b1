package io.weir.cloud.http;

import io.vertx.ext.web.RoutingContext;

/** Where a request comes from, for rate limits. */
final class ClientAddress {
    private ClientAddress() {}

    static String of(RoutingContext context, boolean trustForwarded) {
        String forwarded = trustForwarded ? context.request().getHeader("X-Forwarded-For") : null;
        if (forwarded != null) {
            return forwarded.substring(forwarded.lastIndexOf(',') + 1).trim();
        }
        var remote = context.request().remoteAddress();
        return remote == null ? "unknown" : remote.hostAddress();
    }
}
