package io.weir.edge.ingest;

import io.weir.edge.alink.AlinkMeters;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Guard;
import io.weir.edge.link.CloudLink;
import io.weir.edge.link.Epochs;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.runtime.metrics.Metrics;

/**
 * What one transport of devices works with; made once per gateway.
 *
 * @param name as metrics say it: tcp, coap
 */
public record Transport(
        String name,
        AlinkServices alink,
        AlinkMeters messages,
        DeviceRegistry registry,
        Lookups lookups,
        DeviceLines lines,
        Epochs epochs,
        Guard guard,
        Metrics metrics) {

    /**
     * @param gateway this gateway's name
     */
    public static Transport of(
            String name,
            AlinkServices alink,
            DeviceRegistry registry,
            Lookups lookups,
            DeviceLines lines,
            CloudLink link,
            Guard guard,
            Metrics metrics,
            String gateway) {
        return new Transport(
                name,
                alink,
                new AlinkMeters(metrics, name),
                registry,
                lookups,
                lines,
                new Epochs(link, gateway),
                guard,
                metrics);
    }

    /** Monotonic. */
    public long nowMs() {
        return alink.time().tick().ms();
    }
}
