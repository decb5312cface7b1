package io.weir.edge.ingest;

import io.vertx.core.Vertx;
import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Presence;
import io.weir.edge.alink.Sender;
import io.weir.edge.registry.Device;
import io.weir.model.fact.FactKind;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A device's time on one line: takes an epoch, becomes the device's only line, tells journal and
 * meter when it comes and when it goes.
 */
public final class Stay {

    private final Transport shared;
    private final String address;
    private final long connection;
    private final boolean metered;
    private final @Nullable CounterWatch counters;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Device device;
    private volatile long epoch;
    private volatile boolean online;

    /**
     * @param address the peer, host:port
     */
    public Stay(Transport shared, Device device, String address) {
        this.shared = shared;
        this.device = device;
        this.address = address;
        this.connection = shared.lines().nextConnection();
        this.metered = device.product().dispenser();
        this.counters = metered ? new CounterWatch() : null;
    }

    /**
     * On the line's event loop.
     *
     * @param epochWaitMs how long to wait for an epoch before it is 0
     * @param ready called there when the line is the device's only one
     */
    public void begin(Sender line, Vertx vertx, long epochWaitMs, Runnable ready) {
        shared.epochs()
                .take(vertx, epochWaitMs)
                .onComplete(
                        taken -> {
                            if (!ended.get()) {
                                epoch = taken.result();
                                come(line);
                                ready.run();
                            }
                        });
    }

    private void come(Sender line) {
        shared.lines()
                .claim(
                        line,
                        () -> {
                            online = true;
                            Presence.tell(shared.alink(), line, FactKind.ONLINE, address, "");
                            if (metered) {
                                shared.alink()
                                        .inlet()
                                        .connected(
                                                device.deviceId(),
                                                connection,
                                                epoch,
                                                shared.alink().time().tick());
                            }
                        });
        // What changed while it came in found no line to tell.
        Device now = shared.registry().find(device.deviceId());
        if (now != null) {
            shared.lines().changed(now);
        }
    }

    /** Any thread. True the first time: then the transport closes what is its own. */
    public boolean end(Sender line, String reason) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        if (online) {
            shared.lines().release(line);
            shared.alink().downlink().lost(line);
            Presence.tell(shared.alink(), line, FactKind.OFFLINE, address, reason);
            if (metered) {
                shared.alink()
                        .inlet()
                        .disconnected(device.deviceId(), connection, shared.alink().time().tick());
            }
        }
        return true;
    }

    public boolean ended() {
        return ended.get();
    }

    /** It is the device's line, and has not ended. */
    public boolean live() {
        return online && !ended.get();
    }

    public Device device() {
        return device;
    }

    /** False when the device became another kind: then the line must end. */
    public boolean update(Device now) {
        if (now.product().dispenser() != metered) {
            return false;
        }
        device = now;
        return true;
    }

    public long connection() {
        return connection;
    }

    public long epoch() {
        return epoch;
    }

    public @Nullable CounterWatch counters() {
        return counters;
    }

    /** A dispense runs on it: it is the last that is sent away. */
    public boolean dispensing() {
        return metered && shared.alink().inlet().wants(device.deviceId());
    }
}
