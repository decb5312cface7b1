package io.weir.edge.subs;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Presence;
import io.weir.edge.alink.Sender;
import io.weir.edge.debug.Watch;
import io.weir.edge.downlink.Echo;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.registry.Device;
import io.weir.model.fact.FactKind;
import io.weir.model.thing.OwnTopics;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * One sub-device at work on its gateway's connection: a line of its own, so commands and the meter
 * know no difference. It ends with the connection, with its logout, when it leaves the topology,
 * and when the device comes in elsewhere. Its messages are handled on the connection's event loop.
 */
public final class SubDevice implements Sender {
    private static final int TOPICS = 16;

    private final SubServices shared;
    private final SubGateway gateway;
    private final long connection;
    private final boolean metered;
    private final CounterWatch counters = new CounterWatch();
    private final Map<String, AlinkTopic> topics = new HashMap<>(4);
    private @Nullable OwnTopics rights;
    private volatile Device device;
    private volatile long epoch;
    private volatile boolean online;
    private volatile boolean ended;

    SubDevice(SubServices shared, SubGateway gateway, Device device) {
        this.shared = shared;
        this.gateway = gateway;
        this.device = device;
        this.connection = shared.lines().nextConnection();
        this.metered = device.product().dispenser();
    }

    /** Becomes the device's only line; false when the connection ended meanwhile. */
    boolean online(long epoch) {
        if (ended) {
            return false;
        }
        this.epoch = epoch;
        shared.lines().claim(this, this::begin);
        if (ended) {
            shared.lines().release(this);
            return false;
        }
        // What changed while it came in found no line to tell.
        Device now = shared.registry().find(device.deviceId());
        if (now != null) {
            shared.lines().changed(now);
        }
        return !ended;
    }

    /** Its end may come from another thread: what begins is told before it. */
    private synchronized void begin() {
        if (ended) {
            return;
        }
        online = true;
        shared.online().incrementAndGet();
        presence(FactKind.ONLINE, "");
        if (metered) {
            Tick now = shared.alink().time().tick();
            shared.alink().inlet().connected(device.deviceId(), connection, epoch, now);
        }
    }

    @Override
    public void end(String reason) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        gateway.subs().remove(this);
        if (online) {
            shared.online().decrementAndGet();
            shared.lines().release(this);
            shared.alink().downlink().lost(this);
            presence(FactKind.OFFLINE, reason);
            if (metered) {
                Tick now = shared.alink().time().tick();
                shared.alink().inlet().disconnected(device.deviceId(), connection, now);
            }
        }
    }

    /** What one of its topics means; on the connection's loop. */
    public AlinkTopic topic(String topic) {
        Device d = device;
        if (d.product().topics() != rights) {
            rights = d.product().topics();
            topics.clear();
        }
        AlinkTopic known = topics.get(topic);
        if (known == null) {
            known = AlinkTopic.of(topic, d);
            if (topics.size() < TOPICS && known.kind != AlinkTopic.Kind.RRPC_REPLY) {
                topics.put(topic, known);
            }
        }
        return known;
    }

    @Override
    public void update(Device now) {
        if (now.product().dispenser() != metered) {
            end("the product became another kind");
        } else if (!gateway.device().deviceId().equals(now.parent())) {
            end("left the topology");
        } else {
            this.device = now;
        }
    }

    void endIfBanned() {
        if (shared.guard().banned(Kind.DEVICE, device.deviceId()) != null) {
            end("banned");
        }
    }

    boolean isOnline() {
        return online && !ended;
    }

    boolean dispensing() {
        return metered && shared.alink().inlet().wants(device.deviceId());
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        boolean sent = isOnline() && gateway.publish(topic, payload);
        Watch watch = shared.alink().watches().of(device);
        if (watch != null) {
            watch.sent(topic, payload, sent);
        }
        return sent;
    }

    /** What it would acknowledge passes its gateway unseen: the way up to there can be measured. */
    @Override
    public @Nullable Echo echo() {
        Echo parent = isOnline() ? gateway.echo() : null;
        return parent == null ? null : new Echo(parent.way() + "_of_parent", parent.micros());
    }

    @Override
    public @Nullable CounterWatch counters() {
        return metered ? counters : null;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long connection() {
        return connection;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean extRrpc() {
        return gateway.extRrpc();
    }

    private void presence(FactKind kind, String reason) {
        Presence.tell(shared.alink(), this, kind, gateway.address(), reason);
    }
}
