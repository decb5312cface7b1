package io.weir.edge.ingest.coap;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Deployable;
import io.weir.edge.ingest.Transport;

import java.util.concurrent.atomic.AtomicInteger;

/** What the CoAP ingest works with. Made once per gateway. */
public final class CoapIngest {
    final Transport transport;
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger devices = new AtomicInteger();
    final Counter dropped;
    private final String nodeBind;
    private boolean made;

    /**
     * @param nodeBind address to listen on when the settings name none
     */
    public CoapIngest(Transport transport, String nodeBind) {
        this.transport = transport;
        this.nodeBind = nodeBind;
        var registry = transport.metrics().registry();
        registry.gauge("weir.coap.inflight", inFlight);
        registry.gauge("weir.coap.devices", devices);
        this.dropped = registry.counter("weir.coap.dropped");
    }

    /** The verticle; one instance, since the tokens are known to one event loop. */
    public synchronized Deployable verticle(CoapIngestConfig config) {
        if (made) {
            throw new IllegalStateException("coap runs in one instance");
        }
        made = true;
        String bind = config.bind().isEmpty() ? nodeBind : config.bind();
        return new CoapIngestVerticle(this, config, bind);
    }
}
