package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.weir.edge.guard.TokenBuckets;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** One event loop of the MQTT ingest: listens, hands new connections to {@link Doorman}. */
final class MqttIngestVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MqttIngestVerticle.class);
    private static final int PACKET_ROOM = 1024;
    private static final int CLIENT_ID_MAX = 2048;
    private static final int SWEEP_MS = 10_000;

    private final MqttIngest shared;
    private final MqttConfig config;
    private final TokenBuckets deviceConnects;
    private final String bind;
    private final List<MqttServer> servers = new ArrayList<>();
    private final List<MqttLoop> loops = new ArrayList<>(1);

    MqttIngestVerticle(
            MqttIngest shared, MqttConfig config, TokenBuckets deviceConnects, String bind) {
        this.shared = shared;
        this.config = config;
        this.deviceConnects = deviceConnects;
        this.bind = bind;
    }

    @Override
    public Future<?> start() throws UnknownHostException {
        MqttLoop loop = new MqttLoop(shared, config, vertx, (ContextInternal) context);
        loops.add(loop);
        Doorman doorman = new Doorman(loop, deviceConnects);
        vertx.setPeriodic(SWEEP_MS, t -> loop.sweep());
        vertx.setPeriodic(MqttLoop.LOOK_MS, t -> loop.look());
        boolean tls = !config.certFile().isEmpty() && config.tlsPort() > 0;
        boolean open = config.plain() || InetAddress.getByName(bind).isLoopbackAddress();
        List<Future<?>> listening = new ArrayList<>();
        if (config.port() > 0 && open) {
            listening.add(listen(options().setPort(config.port()), doorman));
        } else if (config.port() > 0) {
            LOG.warn("plain MQTT is off on {}: it needs WEIR_MQTT_PLAIN=1", bind);
        }
        if (tls) {
            listening.add(
                    listen(
                            options()
                                    .setPort(config.tlsPort())
                                    .setSsl(true)
                                    .setKeyCertOptions(
                                            new PemKeyCertOptions()
                                                    .setCertPath(config.certFile())
                                                    .setKeyPath(config.keyFile())),
                            doorman));
        }
        if (listening.isEmpty()) {
            return Future.failedFuture(
                    "MQTT would listen nowhere: set WEIR_MQTT_PLAIN=1, or certFile, keyFile and"
                            + " tlsPort");
        }
        return Future.all(listening);
    }

    @Override
    public Future<?> stop() {
        // What listens goes on to do so, and turns away: closing it would cut off everybody at
        // once.
        shared.guard.drain(true);
        return Future.join(loops.stream().map(MqttLoop::drained).toList())
                .compose(
                        v -> {
                            loops.forEach(loop -> loop.endAll("gateway stopping"));
                            return Future.join(servers.stream().map(MqttServer::close).toList());
                        });
    }

    private Future<?> listen(MqttServerOptions options, Doorman doorman) {
        MqttServer server =
                MqttServer.create(vertx, options)
                        .exceptionHandler(t -> LOG.debug("MQTT socket: {}", t.toString()))
                        .endpointHandler(doorman::arrived);
        servers.add(server);
        return server.listen()
                .onSuccess(
                        listening ->
                                AcceptGuard.at(
                                        ListenSocket.of(listening),
                                        shared.guard,
                                        shared.meters,
                                        options.isSsl()));
    }

    private MqttServerOptions options() {
        MqttServerOptions options = new MqttServerOptions();
        options.setSslHandshakeTimeout(config.connectTimeout().toSeconds());
        return options.setHost(bind)
                .setMaxMessageSize(config.maxMessageBytes() + PACKET_ROOM)
                .setMaxClientIdLength(CLIENT_ID_MAX)
                .setAutoClientId(false)
                .setTimeoutOnConnect((int) config.connectTimeout().toSeconds());
    }
}
