package io.weir.cloud.dispense;

import io.weir.api.dispense.SliceApi;
import io.weir.api.dispense.SliceApi.SlicesChanged;
import io.weir.runtime.bus.Bus;

/** Saves gateways the wait for their next poll. May be lost; nothing depends on it. */
final class SliceNews {
    private final Bus bus;

    SliceNews(Bus bus) {
        this.bus = bus;
    }

    void changed(String gateway) {
        bus.publish(SliceApi.CHANGED, new SlicesChanged(gateway));
    }
}
