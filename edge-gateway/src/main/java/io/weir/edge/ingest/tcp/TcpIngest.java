package io.weir.edge.ingest.tcp;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Deployable;
import io.weir.edge.ingest.Admission;
import io.weir.edge.ingest.Transport;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What all event loops of the TCP ingest share. Made once per gateway. */
public final class TcpIngest {
    final Transport transport;
    final AtomicInteger open = new AtomicInteger();
    final Counter cut;
    final Counter unread;
    private final String nodeBind;
    private @Nullable Admission admission;
    private @Nullable List<Endpoint> endpoints;

    /**
     * @param nodeBind address to listen on when the settings name none
     */
    public TcpIngest(Transport transport, String nodeBind) {
        this.transport = transport;
        this.nodeBind = nodeBind;
        var registry = transport.metrics().registry();
        registry.gauge("weir.tcp.sockets", open);
        this.cut = registry.counter("weir.tcp.cut");
        this.unread = registry.counter("weir.modbus.unread");
    }

    /** One instance of the verticle; all share the buckets of connects. */
    public synchronized Deployable verticle(TcpConfig config) {
        if (admission == null || endpoints == null) {
            admission = new Admission(transport, config.connectBurst(), config.connectPerMinute());
            endpoints = Endpoint.read(config.endpointsFile());
        }
        String bind = config.bind().isEmpty() ? nodeBind : config.bind();
        return new TcpIngestVerticle(this, config, endpoints, admission, bind);
    }
}
