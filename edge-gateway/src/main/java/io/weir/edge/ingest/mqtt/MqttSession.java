package io.weir.edge.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.CounterWatch;
import io.weir.edge.alink.Outcome;
import io.weir.edge.alink.Presence;
import io.weir.edge.alink.Sender;
import io.weir.edge.debug.Watch;
import io.weir.edge.downlink.Echo;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.ingest.mqtt.MqttMeters.Why;
import io.weir.edge.ingest.mqtt.Routes.Route;
import io.weir.edge.registry.Device;
import io.weir.edge.subs.SubDevices;
import io.weir.edge.subs.SubGateway;
import io.weir.model.fact.FactKind;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One device's connection. Lives on its event loop; only {@link #publish}, {@link #update} and
 * {@link #end} may come from elsewhere. A publish is acknowledged when the journal has it, in the
 * order of arrival; the meter hears of it at the same moment, before the device does.
 */
final class MqttSession implements SubGateway {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);
    private static final int STRANGE_TOPICS = 10;

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
    private final Aliases aliases = new Aliases();
    private final MqttMail mail;
    private final @Nullable Will will;
    private final Throttle throttle;
    private final CounterWatch counters = new CounterWatch();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>(2);
    private final Routes routes = new Routes(this);
    private final SubDevices subs = new SubDevices();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Device device;
    private volatile long epoch;
    private volatile boolean online;

    /** Publishes that the journal refused: never acknowledged, they keep their place in flight. */
    private int refused;

    private int strangeTopics;

    /** MQTT 5: what the device is told at the end; 0 = what the reason says. */
    private int farewell;

    MqttSession(
            MqttLoop loop,
            MqttEndpoint endpoint,
            ChannelHandlerContext socket,
            Gate gate,
            Device device,
            ClientId id,
            Terms terms) {
        this.loop = loop;
        this.shared = loop.shared;
        this.endpoint = endpoint;
        this.socket = socket;
        this.gate = gate;
        this.v5 = terms.v5();
        this.outgoing = new Outgoing(socket, terms, loop.config, this::watch);
        this.mail = new MqttMail(loop, endpoint, outgoing, terms, this::watch);
        this.will = Will.of(endpoint, device, terms.lifeMs());
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
        takeEpoch().onComplete(taken -> online(taken.result()));
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
                    mail.open(device);
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
            cut("QoS 2", Reasons.QOS_NOT_SUPPORTED);
            return;
        }
        if (m.fixedHeader().isRetain()) {
            cut("retained publish", Reasons.RETAIN_NOT_SUPPORTED);
            return;
        }
        String name = v5 ? aliases.resolve(m.variableHeader()) : m.variableHeader().topicName();
        if (name == null) {
            cut("topic alias", Reasons.TOPIC_ALIAS_INVALID);
            return;
        }
        int packetId = qos == MqttQoS.AT_LEAST_ONCE ? m.variableHeader().packetId() : 0;
        int waiting = pending.size() + refused;
        Route route = routes.of(name);
        AlinkTopic topic = route.topic();
        Request request = v5 ? Request.of(m.variableHeader().properties()) : null;
        if (throttle.drops(m.payload().readableBytes(), packetId == 0)) {
            loop.desk.unheard(route.from(), topic, m.payload(), Outcome.DROPPED);
        } else if (topic.kind == AlinkTopic.Kind.FOREIGN && !subs.expected()) {
            loop.desk.unheard(route.from(), topic, m.payload(), Outcome.REJECTED);
            strange(packetId, topic);
        } else if (waiting >= loop.config.inFlightMax()) {
            if (packetId == 0) {
                loop.desk.unheard(route.from(), topic, m.payload(), Outcome.DROPPED);
            } else {
                cut("too many publishes in flight", Reasons.RECEIVE_MAXIMUM_EXCEEDED);
            }
        } else if (request != null && !request.fair(route.from().device())) {
            loop.desk.unheard(route.from(), topic, m.payload(), Outcome.REJECTED);
            refuse(packetId, topic, Reasons.TOPIC_NAME_INVALID);
        } else if (!m.fixedHeader().isDup() || !isPending(packetId)) {
            Pending p = new Pending(this, route.from(), packetId, topic, request);
            pending.add(p);
            shared.meters.inFlight.increment();
            loop.desk.handle(p, m.payload());
        }
    }

    /** MQTT 5 can say no to a publish; older versions only by closing. */
    private void strange(int packetId, AlinkTopic topic) {
        if (!v5 || packetId == 0 || ++strangeTopics > STRANGE_TOPICS) {
            cut("topic of another device", Reasons.NOT_AUTHORIZED);
        } else {
            refuse(packetId, topic, Reasons.NOT_AUTHORIZED);
        }
    }

    /** MQTT 5: answered with a reason, in its turn; at QoS 0 nothing can be said. */
    private void refuse(int packetId, AlinkTopic topic, int reason) {
        if (packetId != 0) {
            Pending p = new Pending(this, this, packetId, topic, reason);
            pending.add(p);
            shared.meters.inFlight.increment();
            p.done(true);
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
            cut("does not read what it is sent", Reasons.QUOTA_EXCEEDED);
        }
    }

    void subscribed(MqttSubscribeMessage m) {
        mail.subscribed(m, filter -> routes.maySubscribe(filter, shared.registry));
    }

    MqttMail mail() {
        return mail;
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        return !ended.get() && online && outgoing.command(topic, payload);
    }

    @Override
    public @Nullable Echo echo() {
        return ended.get() ? null : mail.echo(device);
    }

    private @Nullable Watch watch() {
        return shared.alink.watches().of(device);
    }

    @Override
    public void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        subs.endAll("gateway: " + reason);
        if (online) {
            shared.lines.release(this);
            mail.close();
            shared.downlink.lost(this);
            presence(FactKind.OFFLINE, reason);
            if (metered) {
                shared.inlet.disconnected(deviceId(), connection, shared.time.tick());
            }
        }
        if (Vertx.currentContext() == loop.context) {
            close(reason);
        } else {
            loop.context.runOnContext(v -> close(reason));
        }
    }

    /** Ends it and tells the device why, if it speaks MQTT 5. On the loop. */
    void dismiss(String reason, int code) {
        farewell = code;
        end(reason);
    }

    /** A dispense runs on it: it is the last that is paused or sent away. */
    boolean dispensing() {
        return (metered && shared.inlet.wants(deviceId())) || subs.dispensing();
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
            cut(
                    "protocol error: " + fault.getClass().getSimpleName(),
                    fault instanceof TooLongFrameException
                            ? Reasons.PACKET_TOO_LARGE
                            : Reasons.MALFORMED);
        }
    }

    private void cut(String reason, int code) {
        if (ended.get()) {
            return;
        }
        farewell = code;
        shared.meters.cut();
        LOG.info("device {} is cut off: {}", deviceId(), reason);
        end(reason);
    }

    private void close(String reason) {
        loop.remove(this);
        throttle.end();
        gate.drop();
        int code = farewell == 0 ? Reasons.of(reason) : farewell;
        if (v5 && code != 0) {
            outgoing.goodbye(code);
        }
        if (will != null && online && Will.due(reason)) {
            will.leave(this, loop);
        }
        EndpointSocket.close(endpoint, socket, loop.vertx);
    }

    private void presence(FactKind kind, String reason) {
        Presence.tell(shared.alink, this, kind, address, reason);
    }

    /** Its last will, on the loop: journaled as any other message, answered to nobody. */
    void bequeath(AlinkTopic topic, byte[] payload) {
        Pending p = new Pending(this, this, 0, topic, null);
        pending.add(p);
        shared.meters.inFlight.increment();
        loop.desk.handle(p, payload, payload.length);
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
    public SubDevices subs() {
        return subs;
    }

    @Override
    public @Nullable Sender sub(String productKey, String deviceName) {
        return subs.find(productKey, deviceName);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public boolean secure() {
        return endpoint.isSsl();
    }

    @Override
    public Future<Long> takeEpoch() {
        return shared.epochs.take(loop.vertx, loop.config.epochWait().toMillis());
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
