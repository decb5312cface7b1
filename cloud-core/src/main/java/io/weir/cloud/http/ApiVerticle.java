package io.weir.cloud.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.JWTAuthHandler;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.tokens.Revocations;
import io.weir.runtime.health.Health;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The one HTTP door of the cloud: the bundled contract routes, the compiled checks judge, the bus
 * answers. Runs on event loops; nothing here waits.
 */
public final class ApiVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ApiVerticle.class);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Duration FORGET = Duration.ofMinutes(10);
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(2);

    private final ApiConfig config;
    private final ApiParts parts;
    private final List<ContextRoutes> contexts;
    private final List<RouterExtension> extensions;
    private final Function<List<String>, ObjectNode> bundler;
    private @Nullable HttpServer server;
    private @Nullable HttpServer oms;

    public ApiVerticle(
            ApiConfig config,
            ApiParts parts,
            List<ContextRoutes> contexts,
            List<RouterExtension> extensions) {
        this(config, parts, contexts, extensions, ContractBundle::of);
    }

    /** With another contract than that of the class path: tests plant holes. */
    ApiVerticle(
            ApiConfig config,
            ApiParts parts,
            List<ContextRoutes> contexts,
            List<RouterExtension> extensions,
            Function<List<String>, ObjectNode> bundler) {
        this.bundler = bundler;
        this.config = config;
        this.parts = parts;
        this.contexts = contexts;
        this.extensions = extensions;
    }

    @Override
    public Future<?> start() {
        var revocations = new Revocations(parts.db().system(), parts.time());
        var rights = new Rights(parts.db().system());
        return vertx.executeBlocking(this::contract)
                .compose(
                        ready ->
                                revocations
                                        .start(vertx, parts.bus(), config.revocationPoll())
                                        .compose(
                                                v ->
                                                        rights.start(
                                                                vertx,
                                                                parts.bus(),
                                                                config.revocationPoll()))
                                        .compose(v -> listen(router(ready, revocations, rights))))
                .compose(this::listenOms);
    }

    /** Takes no new request and lets the open ones finish. */
    @Override
    public Future<?> stop() {
        return Future.join(drained(server), drained(oms));
    }

    private Future<?> drained(@Nullable HttpServer http) {
        return http == null
                ? Future.succeededFuture()
                : http.shutdown(config.drain().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The port of the listener for OMS alone; -1 when there is none. */
    public int actualOmsPort() {
        return oms == null ? -1 : oms.actualPort();
    }

    /** The port that was given when the setting is 0. */
    public int actualPort() {
        return server == null ? -1 : server.actualPort();
    }

    private record Ready(Buffer document, List<Operation> operations) {}

    private Ready contract() {
        var document = bundler.apply(contexts.stream().map(ContextRoutes::context).toList());
        var routes = contexts.stream().flatMap(c -> c.ofModules().stream()).toList();
        return new Ready(Buffer.buffer(document.toString()), Operations.compile(document, routes));
    }

    private Router router(Ready ready, Revocations revocations, Rights rights) {
        var guard =
                new Guard(
                        JWTAuthHandler.create(parts.key().provider(vertx)),
                        revocations,
                        rights,
                        parts.limits(),
                        config,
                        ready.operations());
        var operations = operations(ready.operations(), guard);
        var door = new FrontDoor(vertx, config, operations::methods);
        parts.health().register("api", () -> health(revocations));
        Router root = Router.router(vertx);
        door.mount(root);
        root.get("/openapi.json")
                .handler(
                        c ->
                                c.response()
                                        .putHeader("Content-Type", "application/json")
                                        .putHeader("Cache-Control", "no-cache")
                                        .end(ready.document()));
        new StaticFiles(vertx)
                .mount(
                        root,
                        Map.of(
                                "swagger-ui",
                                version("org.webjars/swagger-ui"),
                                "lit-html",
                                version("org.webjars.npm/lit-html")));
        root.route().handler(FrontDoor::token);
        extensions.forEach(e -> e.mount(root, guard));
        root.route().handler(door::admit);
        operations.mount(root);
        return root;
    }

    private OperationRouter operations(List<Operation> operations, Guard guard) {
        var store = new IdempotencyStore(parts.db().system());
        var idempotency =
                new Idempotency(
                        vertx,
                        store,
                        config.requestTimeout().plus(LEASE_MARGIN),
                        config.idempotencyWait());
        vertx.setPeriodic(FORGET.toMillis(), t -> store.forget(config.idempotencyKept()));
        vertx.setPeriodic(SWEEP.toMillis(), t -> parts.limits().sweep());
        return new OperationRouter(
                operations,
                guard,
                config.bodyLimitBytes(),
                operation -> new OperationHandler(operation, parts, config, guard, idempotency));
    }

    private Health.Report health(Revocations revocations) {
        long age = revocations.ageMs();
        return age <= config.revocationStale().toMillis()
                ? Health.Report.up(Map.of("revocations_age_ms", age))
                : Health.Report.down("ended sessions were last read " + age + " ms ago");
    }

    private Future<Router> listen(Router root) {
        HttpServer http = vertx.createHttpServer(options());
        server = http;
        return http.requestHandler(root).listen(config.port(), config.bind()).map(v -> root);
    }

    /** OMS at an address of its own, where nothing else is to be found (O-004). */
    private Future<?> listenOms(Router root) {
        String address = config.omsBindAddress();
        if (address.isEmpty()) {
            return Future.succeededFuture();
        }
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        HttpServer http = vertx.createHttpServer(options());
        oms = http;
        return http.requestHandler(OmsDoor.before(root, vertx))
                .listen(port, address.substring(0, colon))
                .onSuccess(v -> LOG.info("OMS alone is served at {}", address));
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setIdleTimeout((int) config.idleTimeout().toSeconds())
                .setMaxHeaderSize(16 * 1024)
                .setCompressionSupported(true);
    }

    private static String version(String artefact) {
        String resource = "META-INF/maven/" + artefact + "/pom.properties";
        try (var in = ApiVerticle.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " on the class path");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(resource, e);
        }
    }
}
