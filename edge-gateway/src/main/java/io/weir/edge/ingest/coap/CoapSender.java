package io.weir.edge.ingest.coap;

import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Sender;
import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Allowance;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * A device that posts over CoAP. It is no line: nothing can be sent to it, and its presence is not
 * told. While it is connected otherwise too, what it posts counts as that connection's.
 */
final class CoapSender implements Sender {
    final Allowance allowance;
    private final DeviceLines lines;
    private final long ownConnection;
    private final long ownEpoch;
    private final @Nullable CounterWatch counters;
    private final ArrayDeque<CoapTurn> pending = new ArrayDeque<>(2);
    private volatile Device device;

    CoapSender(DeviceLines lines, Device device, long epoch, Allowance allowance) {
        this.lines = lines;
        this.device = device;
        this.ownConnection = lines.nextConnection();
        this.ownEpoch = epoch;
        this.allowance = allowance;
        this.counters = device.product().dispenser() ? new CounterWatch() : null;
    }

    ArrayDeque<CoapTurn> pending() {
        return pending;
    }

    /** Does what it has shown hold for the device as it is now? */
    boolean fits(Device now) {
        return now.product().dispenser() == (counters != null)
                && now.secret().equals(device.secret());
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public void update(Device device) {
        this.device = device;
    }

    @Override
    public long connection() {
        DeviceLine line = lines.find(device.deviceId());
        return line == null ? ownConnection : line.connection();
    }

    @Override
    public long epoch() {
        DeviceLine line = lines.find(device.deviceId());
        return line == null ? ownEpoch : line.epoch();
    }

    @Override
    public boolean extRrpc() {
        return false;
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        return false;
    }

    @Override
    public void end(String reason) {
        // Every request is checked against the registry; there is no connection to end.
    }

    @Override
    public @Nullable CounterWatch counters() {
        return counters;
    }
}
