package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** Some routes of the gateway's HTTP port; mounted once for each event loop that serves it. */
@FunctionalInterface
public interface HttpPart {
    void mount(Router router, Vertx vertx);
}
