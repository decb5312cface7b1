package io.weir.runtime.management;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code /health/live} says 503 when only a new start can help, {@code /health/ready} says 503 with
 * the reasons while a part is down, {@code /metrics} is for Prometheus. One per process, deployed
 * first and drained last.
 */
public final class ManagementVerticle extends VerticleBase {
    private final ManagementConfig config;
    private final Health health;
    private final Metrics metrics;
    private final Consumer<Router> more;
    private @Nullable HttpServer server;

    public ManagementVerticle(ManagementConfig config, Health health, Metrics metrics) {
        this(config, health, metrics, router -> {});
    }

    /**
     * @param more adds the routes of other parts; who may call them is their business
     */
    public ManagementVerticle(
            ManagementConfig config, Health health, Metrics metrics, Consumer<Router> more) {
        this.config = config;
        this.health = health;
        this.metrics = metrics;
        this.more = more;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        router.get("/health/live").handler(this::live);
        router.get("/health/ready").handler(this::ready);
        router.get("/metrics").handler(this::scrape);
        more.accept(router);
        HttpServer http = vertx.createHttpServer();
        server = http;
        return http.requestHandler(router).listen(config.port(), config.bind());
    }

    /** The port that was given when the setting is 0. */
    public int actualPort() {
        return server == null ? -1 : server.actualPort();
    }

    private void live(RoutingContext context) {
        Map<String, String> ended = health.ended();
        boolean up = ended.isEmpty();
        json(context, up ? 200 : 503, Map.of("status", up ? "UP" : "DOWN", "ended", ended));
    }

    private void ready(RoutingContext context) {
        Map<String, Health.Report> reports = health.reports();
        boolean up = reports.values().stream().allMatch(Health.Report::ok);
        json(context, up ? 200 : 503, Map.of("status", up ? "UP" : "DOWN", "parts", reports));
    }

    private void scrape(RoutingContext context) {
        vertx.executeBlocking(metrics::scrape, false)
                .onSuccess(
                        text ->
                                context.response()
                                        .putHeader(
                                                "Content-Type",
                                                "text/plain; version=0.0.4; charset=utf-8")
                                        .end(text))
                .onFailure(context::fail);
    }

    private static void json(RoutingContext context, int status, Object body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Json.buffer(body));
    }
}
