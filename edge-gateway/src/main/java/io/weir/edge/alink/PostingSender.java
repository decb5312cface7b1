package io.weir.edge.alink;

import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

/**
 * A device that posts request by request, over HTTP or CoAP. It is no line: nothing can be sent to
 * it, and its presence is not told. While it is connected otherwise too, what it posts counts as
 * that connection's.
 */
public abstract class PostingSender implements Sender {
    private final DeviceLines lines;
    private final long ownConnection;
    private final long ownEpoch;
    private final @Nullable CounterWatch counters;
    private volatile Device device;

    protected PostingSender(DeviceLines lines, Device device, long epoch) {
        this.lines = lines;
        this.device = device;
        this.ownConnection = lines.nextConnection();
        this.ownEpoch = epoch;
        this.counters = device.product().dispenser() ? new CounterWatch() : null;
    }

    /** Does it count as the device is now? Else another takes its place. */
    public boolean fits(Device now) {
        return now.product().dispenser() == (counters != null);
    }

    public final long ownEpoch() {
        return ownEpoch;
    }

    @Override
    public final Device device() {
        return device;
    }

    @Override
    public final void update(Device device) {
        this.device = device;
    }

    @Override
    public final long connection() {
        DeviceLine line = lines.find(device.deviceId());
        return line == null ? ownConnection : line.connection();
    }

    @Override
    public final long epoch() {
        DeviceLine line = lines.find(device.deviceId());
        return line == null ? ownEpoch : line.epoch();
    }

    @Override
    public final boolean extRrpc() {
        return false;
    }

    @Override
    public final boolean publish(String topic, byte[] payload) {
        return false;
    }

    @Override
    public final void end(String reason) {
        // Every request is checked against the registry; there is no connection to end.
    }

    @Override
    public final @Nullable CounterWatch counters() {
        return counters;
    }
}
