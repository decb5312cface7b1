package io.weir.edge.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One event loop of the gateway's HTTP port. HTTP/1.1 only: devices speak nothing else. */
public final class EdgeHttpVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeHttpVerticle.class);

    private final EdgeHttpConfig config;
    private final String bind;
    private final List<HttpPart> parts;
    private final AtomicInteger open;

    /**
     * @param nodeBind address to listen on when the settings name none
     * @param open connections of all instances
     */
    public EdgeHttpVerticle(
            EdgeHttpConfig config, String nodeBind, List<HttpPart> parts, AtomicInteger open) {
        this.config = config;
        this.bind = config.bind().isEmpty() ? nodeBind : config.bind();
        this.parts = parts;
        this.open = open;
    }

    @Override
    public Future<?> start() {
        if (config.port() == 0) {
            return Future.succeededFuture();
        }
        Router router = Router.router(vertx);
        parts.forEach(part -> part.mount(router, vertx));
        HttpServer server =
                vertx.createHttpServer(
                        new HttpServerOptions()
                                .setHost(bind)
                                .setPort(config.port())
                                .setHttp2ClearTextEnabled(false)
                                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                                .setIdleTimeout((int) config.idle().toSeconds()));
        return server.connectionHandler(
                        connection -> {
                            connection.closeHandler(v -> open.decrementAndGet());
                            if (open.incrementAndGet() > config.connections()) {
                                connection.close();
                            }
                        })
                .exceptionHandler(t -> LOG.debug("HTTP socket: {}", t.toString()))
                .requestHandler(router)
                .listen();
    }
}
