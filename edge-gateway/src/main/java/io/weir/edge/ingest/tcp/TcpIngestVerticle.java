package io.weir.edge.ingest.tcp;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.weir.edge.ingest.Admission;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One event loop of the TCP ingest: listens on the port of each endpoint. */
final class TcpIngestVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(TcpIngestVerticle.class);
    private static final int LOOK_MS = 1000;

    private final TcpIngest shared;
    private final TcpConfig config;
    private final List<Endpoint> endpoints;
    private final Admission admission;
    private final String bind;
    private final List<TcpLoop> loops = new ArrayList<>(1);

    TcpIngestVerticle(
            TcpIngest shared,
            TcpConfig config,
            List<Endpoint> endpoints,
            Admission admission,
            String bind) {
        this.shared = shared;
        this.config = config;
        this.endpoints = endpoints;
        this.admission = admission;
        this.bind = bind;
    }

    @Override
    public Future<?> start() throws UnknownHostException {
        if (endpoints.isEmpty()) {
            return Future.succeededFuture();
        }
        TcpLoop loop = new TcpLoop(shared, config, admission, vertx, (ContextInternal) context);
        loops.add(loop);
        vertx.setPeriodic(LOOK_MS, t -> loop.look());
        boolean open = config.plain() || InetAddress.getByName(bind).isLoopbackAddress();
        List<Future<?>> listening = new ArrayList<>();
        for (Endpoint e : endpoints) {
            if (e.tls() && config.certFile().isEmpty()) {
                return Future.failedFuture("TCP port " + e.port() + " needs certFile and keyFile");
            }
            if (e.tls() || open) {
                listening.add(listen(e, loop));
            } else {
                LOG.warn(
                        "TCP port {} is off on {}: plain TCP needs WEIR_TCP_PLAIN=1",
                        e.port(),
                        bind);
            }
        }
        return Future.all(listening);
    }

    private Future<?> listen(Endpoint e, TcpLoop loop) {
        NetServerOptions options =
                new NetServerOptions()
                        .setHost(bind)
                        .setPort(e.port())
                        .setTcpKeepAlive(true)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS);
        options.setReadIdleTimeout((int) config.idle().toSeconds());
        if (e.tls()) {
            options.setSsl(true)
                    .setKeyCertOptions(
                            new PemKeyCertOptions()
                                    .setCertPath(config.certFile())
                                    .setKeyPath(config.keyFile()));
        }
        return vertx.createNetServer(options)
                .connectHandler(socket -> new TcpArrival(loop, socket, e).begin())
                .exceptionHandler(t -> LOG.debug("TCP socket: {}", t.toString()))
                .listen();
    }

    @Override
    public Future<?> stop() {
        loops.forEach(loop -> loop.endAll("gateway stopping"));
        return Future.succeededFuture();
    }
}
