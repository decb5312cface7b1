package io.weir.edge.ingest.coap;

import io.weir.edge.alink.PostingSender;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Allowance;
import io.weir.edge.registry.Device;

import java.util.ArrayDeque;

/** A device that posts over CoAP. */
final class CoapSender extends PostingSender {
    final Allowance allowance;
    private final ArrayDeque<CoapTurn> pending = new ArrayDeque<>(2);

    CoapSender(DeviceLines lines, Device device, long epoch, Allowance allowance) {
        super(lines, device, epoch);
        this.allowance = allowance;
    }

    ArrayDeque<CoapTurn> pending() {
        return pending;
    }

    /** What it has shown must still hold: a new secret ends it. */
    @Override
    public boolean fits(Device now) {
        return super.fits(now) && now.secret().equals(device().secret());
    }
}
