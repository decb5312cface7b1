package io.weir.cloud.devices;

import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.RegistryChanged;
import io.weir.runtime.bus.Bus;

/**
 * Tells gateways, after a commit, to fetch now rather than at their next poll. A lost hint costs
 * only that wait.
 */
final class Announcer {
    private final Bus bus;

    Announcer(Bus bus) {
        this.bus = bus;
    }

    /**
     * @param version the last that was given in the transaction, 0 when no gateway is concerned
     */
    void announce(long version) {
        if (version > 0) {
            bus.publish(EdgeApi.REGISTRY_CHANGED, new RegistryChanged(version));
        }
    }
}
