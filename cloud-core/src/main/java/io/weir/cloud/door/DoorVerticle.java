package io.weir.cloud.door;

import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.weir.api.door.DoorApi;
import io.weir.api.door.DoorApi.GetAuthority;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Logical name {@code door}, EVENT_LOOP: where gateways behind NAT come in (DESIGN section 2,
 * remote mode). Listens only when it has a certificate of its own.
 */
public final class DoorVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(DoorVerticle.class);
    private static final int DRAIN_SECONDS = 2;

    private final DoorConfig config;
    private final String kafka;
    private final int partitions;
    private final String node;
    private final Bus bus;
    private final Time time;
    private final Metrics metrics;
    private final Health health;
    private @Nullable HttpServer server;
    private @Nullable DoorSessions sessions;
    private @Nullable FrameProducer producer;

    /**
     * @param kafka bootstrap servers
     * @param partitions of each lane's topic
     * @param node this cloud node's name
     */
    public DoorVerticle(
            DoorConfig config,
            String kafka,
            int partitions,
            String node,
            Bus bus,
            Time time,
            Metrics metrics,
            Health health) {
        this.config = config;
        this.kafka = kafka;
        this.partitions = partitions;
        this.node = node;
        this.bus = bus;
        this.time = time;
        this.metrics = metrics;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        if (!config.enabled()) {
            LOG.info("the door stays shut: it has no certFile and keyFile");
            return Future.succeededFuture();
        }
        return bus.call(DoorApi.AUTHORITY, new GetAuthority(), Call.system("door"))
                .compose(authority -> listen(authority.certificate()));
    }

    /** Gateways connect again, to another node if there is one. */
    @Override
    public Future<?> stop() {
        DoorSessions open = sessions;
        FrameProducer out = producer;
        HttpServer listening = server;
        if (open == null || out == null || listening == null) {
            return Future.succeededFuture();
        }
        open.close();
        return listening.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS).transform(done -> out.close());
    }

    /** The port that was given when the setting is 0; -1 when the door is shut. */
    public int actualPort() {
        return server == null ? -1 : server.actualPort();
    }

    private Future<HttpServer> listen(String authority) {
        var meters = new DoorMeters(metrics.registry());
        var out = new FrameProducer(vertx, kafka, config);
        var open = new DoorSessions(vertx, bus, time, config, partitions, node, out, meters);
        producer = out;
        sessions = open;
        observe(open);
        open.watch();
        HttpServer made =
                vertx.createHttpServer(options(authority))
                        .requestHandler(new DoorDesk(vertx, bus, config, open, meters)::handle)
                        .exceptionHandler(
                                e -> {
                                    meters.refused("handshake");
                                    LOG.info(
                                            "a connection came no further than TLS: {}",
                                            e.getMessage());
                                });
        server = made;
        return made.listen(config.port(), config.bind())
                .onSuccess(
                        s -> LOG.info("the door listens on {}:{}", config.bind(), s.actualPort()));
    }

    /** A client without a certificate may come as far as the enrolment. */
    private HttpServerOptions options(String authority) {
        var options =
                new HttpServerOptions()
                        .setSsl(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .setCertPath(config.certFile())
                                        .setKeyPath(config.keyFile()))
                        .setTrustOptions(
                                new PemTrustOptions().addCertValue(Buffer.buffer(authority)))
                        .setClientAuth(ClientAuth.REQUEST)
                        .setMaxWebSocketMessageSize(DoorCodec.FRAME_BYTES + 1024);
        options.setIdleTimeout((int) (2 * config.silence().toSeconds()));
        return options;
    }

    private void observe(DoorSessions open) {
        Gauge.builder("weir.door.connections", open, DoorSessions::count)
                .register(metrics.registry());
        Gauge.builder("weir.door.inflight.bytes", open, DoorSessions::onTheWay)
                .register(metrics.registry());
        health.register(
                "door",
                () ->
                        Health.Report.up(
                                Map.of(
                                        "connections", open.count(),
                                        "checked", open.checked())));
    }
}
