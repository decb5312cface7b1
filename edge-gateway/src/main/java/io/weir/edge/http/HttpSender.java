package io.weir.edge.http;

import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Sender;
import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Allowance;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/**
 * A device that posts over HTTP. It is no line: nothing can be sent to it, and its presence is not
 * told. While it is connected otherwise too, what it posts counts as that connection's.
 */
final class HttpSender implements Sender {
    final HttpLoop loop;
    final Allowance allowance;
    private final DeviceLines lines;
    private final long ownConnection;
    private final long ownEpoch;
    private final @Nullable CounterWatch counters;
    private final ArrayDeque<HttpTurn> pending = new ArrayDeque<>(2);
    private volatile Device device;

    HttpSender(HttpLoop loop, DeviceLines lines, Device device, long epoch) {
        this.loop = loop;
        this.lines = lines;
        this.device = device;
        this.ownConnection = lines.nextConnection();
        this.ownEpoch = epoch;
        this.allowance = loop.allowances.of(device.productKey(), device.tenant());
        this.counters = device.product().dispenser() ? new CounterWatch() : null;
    }

    /** On its loop. */
    int waiting() {
        return pending.size();
    }

    /** On its loop. */
    void add(HttpTurn turn) {
        pending.add(turn);
    }

    /** Answers what is settled, in the order of arrival; on its loop. */
    void drain(MeteringInlet inlet) {
        for (HttpTurn t = pending.peek(); t != null && t.settled(); t = pending.peek()) {
            pending.poll();
            t.tell(inlet);
            t.respond();
        }
    }

    /** Does it count as the device is now? Else another takes its place. */
    boolean fits(Device now) {
        return now.product().dispenser() == (counters != null);
    }

    long ownEpoch() {
        return ownEpoch;
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
        // Its token is over as soon as the registry says so; there is no connection to end.
    }

    @Override
    public @Nullable CounterWatch counters() {
        return counters;
    }
}
