package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
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
        boolean open = config.plain() || InetAddress.getByName(bind).isLoopbackAddress();
        boolean tls = !config.certFile().isEmpty();
        List<Future<?>> listening = new ArrayList<>();
        if (!open && config.port() + config.wsPort() > 0) {
            LOG.warn("plain MQTT is off on {}: it needs WEIR_MQTT_PLAIN=1", bind);
        }
        if (open && config.port() > 0) {
            listening.add(listen(options().setPort(config.port()), doorman));
        }
        if (open && config.wsPort() > 0) {
            listening.add(listen(webSocket(options()).setPort(config.wsPort()), doorman));
        }
        if (tls && config.tlsPort() > 0) {
            listening.add(listen(secured(options()).setPort(config.tlsPort()), doorman));
        }
        if (tls && config.wssPort() > 0) {
            listening.add(listen(secured(webSocket(options())).setPort(config.wssPort()), doorman));
        }
        if (listening.isEmpty()) {
            shared.left();
            return Future.failedFuture(
                    "MQTT would listen nowhere: set WEIR_MQTT_PLAIN=1, or certFile, keyFile and"
                            + " tlsPort");
        }
        return Future.all(listening).onFailure(fault -> shared.left());
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
                        })
                .onComplete(done -> shared.left());
    }

    private Future<?> listen(MqttServerOptions options, Doorman doorman) {
        MqttServer server =
                MqttServer.create(vertx, options)
                        .exceptionHandler(t -> LOG.debug("MQTT socket: {}", t.toString()))
                        .endpointHandler(doorman::arrived);
        servers.add(server);
        return server.listen()
                .compose(
                        listening ->
                                AcceptGuard.at(
                                        ListenSocket.of(listening),
                                        shared.guard,
                                        shared.meters,
                                        options.isSsl()));
    }

    /**
     * Frames as large as the largest packet; uncompressed, so that none grows when it is opened.
     */
    private MqttServerOptions webSocket(MqttServerOptions options) {
        options.setWebSocketMaxFrameSize(packetMax(config));
        return options.setUseWebSocket(true);
    }

    private MqttServerOptions secured(MqttServerOptions options) {
        options.setSsl(true)
                .setKeyCertOptions(
                        new PemKeyCertOptions()
                                .setCertPath(config.certFile())
                                .setKeyPath(config.keyFile()));
        if (config.clientCaFile().isEmpty()) {
            return options;
        }
        if (!config.clientCrlFile().isEmpty()) {
            options.addCrlPath(config.clientCrlFile());
        }
        return options.setTrustOptions(new PemTrustOptions().addCertPath(config.clientCaFile()))
                .setClientAuth(
                        config.clientCertRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
    }

    /** The largest packet that a device may send. */
    static int packetMax(MqttConfig config) {
        return config.maxMessageBytes() + PACKET_ROOM;
    }

    private MqttServerOptions options() {
        MqttServerOptions options = new MqttServerOptions();
        options.setSslHandshakeTimeout(config.connectTimeout().toSeconds());
        return options.setHost(bind)
                .setMaxMessageSize(packetMax(config))
                .setMaxClientIdLength(CLIENT_ID_MAX)
                .setAutoClientId(false)
                .setTimeoutOnConnect((int) config.connectTimeout().toSeconds());
    }
}
