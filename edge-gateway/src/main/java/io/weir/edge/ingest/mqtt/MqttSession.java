package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Outcome;
import io.weir.edge.alink.Sender;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.ingest.mqtt.MqttMeters.Why;
import io.weir.edge.registry.Device;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.PresenceFact;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One device's connection. Lives on its event loop; only {@link #publish}, {@link #update} and
 * {@link #end} may come from elsewhere. A publish is acknowledged when the journal has it, in the
 * order of arrival; the meter hears of it at the same moment, before the device does.
 */
final class MqttSession implements Sender {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);
    private static final int ROUTES = 64;
    private static final int MQTT_5 = 5;
    private static final int FORCE_CLOSE_MS = 2000;

    private final MqttLoop loop;
    private final MqttIngest shared;
    private final MqttEndpoint endpoint;
    private final ChannelHandlerContext socket;
    private final Gate gate;
    private final Outgoing outgoing;
    private final boolean extRrpc;
    private final long connection;
    private final String address;
    private final boolean metered;
    private final String cid;
    private final boolean v5;
    private final Throttle throttle;
    private final CounterWatch counters = new CounterWatch();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>(2);
    private final Map<String, AlinkTopic> routes = new HashMap<>(4);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Device device;
    private volatile long epoch;
    private volatile boolean online;

    /** Publishes that the journal refused: never acknowledged, they keep their place in flight. */
    private int refused;

    MqttSession(
            MqttLoop loop,
            MqttEndpoint endpoint,
            ChannelHandlerContext socket,
            Gate gate,
            Device device,
            ClientId id) {
        this.loop = loop;
        this.shared = loop.shared;
        this.endpoint = endpoint;
        this.socket = socket;
        this.gate = gate;
        this.v5 = endpoint.protocolVersion() == MQTT_5;
        this.outgoing = new Outgoing(socket, v5, loop.config);
        this.extRrpc = id.extRrpc();
        this.cid = id.cid();
        this.device = device;
        this.connection = shared.lines.nextConnection();
        this.address = String.valueOf(endpoint.remoteAddress());
        this.metered = device.product().dispenser();
        this.throttle =
                new Throttle(
                        loop, socket, loop.allowances.of(device.productKey(), device.tenant()));
    }

    /** After CONNACK: takes an epoch, becomes the device's only line, then handles what came. */
    void start() {
        loop.add(this);
        shared.epochs
                .take(loop.vertx, loop.config.epochWait().toMillis())
                .onComplete(taken -> online(taken.result()));
    }

    private void online(long epoch) {
        if (ended.get()) {
            return;
        }
        this.epoch = epoch;
        shared.lines.claim(
                this,
                () -> {
                    online = true;
                    presence(FactKind.ONLINE, "");
                    if (metered) {
                        shared.inlet.connected(deviceId(), connection, epoch, shared.time.tick());
                    }
                });
        // What changed while it came in found no line to tell.
        Device now = shared.registry.find(deviceId());
        if (now != null) {
            shared.lines.changed(now);
        }
        gate.open();
    }

    /** A publish; its bytes are the caller's again afterwards. */
    void received(MqttPublishMessage m) {
        if (ended.get()) {
            return;
        }
        MqttQoS qos = m.fixedHeader().qosLevel();
        if (qos == MqttQoS.EXACTLY_ONCE) {
            cut("QoS 2");
            return;
        }
        int packetId = qos == MqttQoS.AT_LEAST_ONCE ? m.variableHeader().packetId() : 0;
        int waiting = pending.size() + refused;
        AlinkTopic topic = route(m.variableHeader().topicName());
        if (throttle.drops(m.payload().readableBytes(), packetId == 0)) {
            loop.messages.count(topic, Outcome.DROPPED);
        } else if (topic.kind == AlinkTopic.Kind.FOREIGN) {
            loop.messages.count(topic, Outcome.REJECTED);
            cut("topic of another device");
        } else if (waiting >= loop.config.inFlightMax()) {
            if (packetId == 0) {
                loop.messages.count(topic, Outcome.DROPPED);
            } else {
                cut("too many publishes in flight");
            }
        } else if (!m.fixedHeader().isDup() || !isPending(packetId)) {
            Pending p = new Pending(this, this, packetId, topic);
            pending.add(p);
            shared.meters.inFlight.increment();
            loop.desk.handle(p, m.payload());
        }
    }

    @Override
    public @Nullable CounterWatch counters() {
        return metered ? counters : null;
    }

    /** Answers what is settled, in the order of arrival. */
    void drain() {
        for (Pending p = pending.peek(); p != null && p.settled(); p = pending.peek()) {
            pending.poll();
            shared.meters.inFlight.decrement();
            p.tell(shared.inlet);
            if (p.kept()) {
                answer(p);
            } else {
                loop.messages.count(p.topic(), Outcome.REFUSED);
                refused += p.packetId == 0 ? 0 : 1;
            }
        }
    }

    private void answer(Pending p) {
        if (ended.get() || (p.packetId == 0 && p.reply() == null)) {
            return;
        }
        if (p.packetId != 0) {
            shared.meters.acks.increment();
        }
        if (outgoing.answer(p)) {
            loop.flushLater(this);
        }
    }

    /** vertx-mqtt gave it up for silence, but the socket does not close. */
    boolean givenUp() {
        return !endpoint.isConnected();
    }

    void flush() {
        if (ended.get()) {
            outgoing.drop();
        } else if (!outgoing.flush()) {
            cut("does not read what it is sent");
        }
    }

    void subscribed(MqttSubscribeMessage m) {
        Device d = device;
        List<MqttQoS> granted = new ArrayList<>(m.topicSubscriptions().size());
        for (MqttTopicSubscription s : m.topicSubscriptions()) {
            boolean may = AlinkTopic.maySubscribe(s.topicName(), d.productKey(), d.deviceName());
            granted.add(
                    !may
                            ? MqttQoS.FAILURE
                            : s.qualityOfService() == MqttQoS.AT_MOST_ONCE
                                    ? MqttQoS.AT_MOST_ONCE
                                    : MqttQoS.AT_LEAST_ONCE);
        }
        endpoint.subscribeAcknowledge(m.messageId(), granted);
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        return !ended.get() && online && outgoing.command(topic, payload);
    }

    @Override
    public void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (online) {
            shared.lines.release(this);
            shared.downlink.lost(this);
            presence(FactKind.OFFLINE, reason);
            if (metered) {
                shared.inlet.disconnected(deviceId(), connection, shared.time.tick());
            }
        }
        if (Vertx.currentContext() == loop.context) {
            close();
        } else {
            loop.context.runOnContext(v -> close());
        }
    }

    /** Ends it and tells the device why, if it speaks MQTT 5. On the loop. */
    void dismiss(String reason, int code) {
        if (v5 && !ended.get()) {
            outgoing.goodbye(code);
        }
        end(reason);
    }

    /** A dispense runs on it: it is the last that is paused or sent away. */
    boolean dispensing() {
        return metered && shared.inlet.wants(deviceId());
    }

    /** An operator has banned its client id, its device or its address. */
    boolean banned() {
        InetAddress peer = AcceptGuard.address(socket.channel());
        return shared.guard.banned(Kind.CLIENT_ID, cid) != null
                || shared.guard.banned(Kind.DEVICE, deviceId()) != null
                || (peer != null && shared.guard.banned(peer));
    }

    void pause(long ms) {
        throttle.pause(ms, Why.LAG);
    }

    void mark() {
        throttle.mark();
    }

    long talked() {
        return throttle.talked();
    }

    /** The socket failed, or what came over it is no MQTT. */
    void broken(Throwable fault) {
        if (fault instanceof IOException) {
            end("connection lost");
        } else {
            cut("protocol error: " + fault.getClass().getSimpleName());
        }
    }

    private void cut(String reason) {
        if (ended.get()) {
            return;
        }
        shared.meters.cut();
        LOG.info("device {} is cut off: {}", deviceId(), reason);
        end(reason);
    }

    private void close() {
        loop.remove(this);
        throttle.end();
        gate.drop();
        // A polite close waits for what is still to be written; a peer that reads nothing would
        // never let it happen. Closed from here the channel waits for nothing.
        if (!socket.channel().isWritable()) {
            socket.close();
            return;
        }
        long force = loop.vertx.setTimer(FORCE_CLOSE_MS, t -> socket.close());
        socket.channel().closeFuture().addListener(closed -> loop.vertx.cancelTimer(force));
        try {
            endpoint.close();
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.trace("already closed", e);
        }
    }

    private void presence(FactKind kind, String reason) {
        Tick tick = shared.time.tick();
        byte[] payload = Json.bytes(new PresenceFact(connection, address, reason));
        long now = shared.time.now().toEpochMilli();
        shared.log.append(
                Lane.ALARM,
                new Entry(kind, deviceId(), epoch, now, tick.ms(), "", payload),
                kept -> {
                    if (!kept) {
                        LOG.warn("{} of {} was not journaled", kind, deviceId());
                    }
                });
    }

    private AlinkTopic route(String topic) {
        AlinkTopic known = routes.get(topic);
        if (known == null) {
            Device d = device;
            known = AlinkTopic.parse(topic, d.productKey(), d.deviceName());
            // RRPC topics are all different: keeping them would only push out the others.
            if (routes.size() < ROUTES && !known.once()) {
                routes.put(topic, known);
            }
        }
        return known;
    }

    private boolean isPending(int packetId) {
        for (Pending p : pending) {
            if (p.packetId == packetId) {
                return true;
            }
        }
        return false;
    }

    private String deviceId() {
        return device.deviceId();
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public void update(Device device) {
        if (device.product().dispenser() != metered) {
            end("the product became another kind");
        } else {
            this.device = device;
        }
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
        return extRrpc;
    }
}
