package io.weir.edge.ingest.coap;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.edge.ingest.Admission;

import org.eclipse.californium.core.CoapServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The event loop of the CoAP ingest; Californium's threads only carry bytes to it and back. */
final class CoapIngestVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CoapIngestVerticle.class);
    private static final int LOOK_MS = 1000;

    private final CoapIngest shared;
    private final CoapIngestConfig config;
    private final String bind;
    private @Nullable CoapServer server;

    CoapIngestVerticle(CoapIngest shared, CoapIngestConfig config, String bind) {
        this.shared = shared;
        this.config = config;
        this.bind = bind;
    }

    @Override
    public Future<?> start() throws UnknownHostException {
        boolean open = config.plain() || InetAddress.getByName(bind).isLoopbackAddress();
        boolean plain = config.port() > 0 && open;
        if (config.port() > 0 && !open) {
            LOG.warn("plain CoAP is off on {}: it needs WEIR_COAP_PLAIN=1", bind);
        }
        if (!plain && config.dtlsPort() == 0) {
            return Future.succeededFuture();
        }
        var senders = new CoapSenders(shared.transport, config, vertx);
        var admission =
                new Admission(shared.transport, config.connectBurst(), config.connectPerMinute());
        var desk = new CoapDesk(shared.transport, config, admission, senders, context);
        vertx.setPeriodic(LOOK_MS, t -> shared.devices.set(senders.size()));
        CoapStack stack = new CoapStack(shared, config, context, desk);
        CoapServer made =
                stack.server(
                        plain ? new InetSocketAddress(bind, config.port()) : null,
                        config.dtlsPort() > 0
                                ? new InetSocketAddress(bind, config.dtlsPort())
                                : null);
        server = made;
        return vertx.executeBlocking(
                () -> {
                    made.start();
                    return null;
                });
    }

    @Override
    public Future<?> stop() {
        CoapServer running = server;
        return running == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(
                        () -> {
                            running.destroy();
                            return null;
                        });
    }
}
