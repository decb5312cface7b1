package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.ingest.mqtt.MqttMeters.Outcome;
import io.weir.edge.registry.CompiledModel;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One device's connection. Lives on its event loop; only {@link #publish}, {@link #update} and
 * {@link #end} may come from elsewhere. A publish is acknowledged when the journal has it, in the
 * order of arrival; the meter hears of it at the same moment, before the device does.
 */
final class MqttSession implements DeviceLine {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);
    private static final int ROUTES = 64;
    private static final int MQTT_5 = 5;
    private static final int FORCE_CLOSE_MS = 2000;

    private final MqttLoop loop;
    private final MqttIngest shared;
    private final MqttEndpoint endpoint;
    private final ChannelHandlerContext socket;
    private final Gate gate;
    private final boolean v5;
    private final boolean extRrpc;
    private final long connection;
    private final String address;
    private final boolean metered;
    private final CounterWatch counters = new CounterWatch();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>(2);
    private final Map<String, AlinkTopic> routes = new HashMap<>(4);
    private final AtomicInteger outbound = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Device device;
    private volatile long epoch;
    private volatile boolean online;

    /** Publishes that the journal refused: never acknowledged, they keep their place in flight. */
    private int refused;

    private @Nullable ByteBuf out;

    MqttSession(
            MqttLoop loop,
            MqttEndpoint endpoint,
            ChannelHandlerContext socket,
            Gate gate,
            Device device,
            boolean extRrpc) {
        this.loop = loop;
        this.shared = loop.shared;
        this.endpoint = endpoint;
        this.socket = socket;
        this.gate = gate;
        this.v5 = endpoint.protocolVersion() == MQTT_5;
        this.extRrpc = extRrpc;
        this.device = device;
        this.connection = shared.lines.nextConnection();
        this.address = String.valueOf(endpoint.remoteAddress());
        this.metered = device.product().dispenser();
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

    void received(MqttPublishMessage m) {
        if (ended.get()) {
            return;
        }
        if (m.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            cut("QoS 2");
            return;
        }
        int packetId = m.qosLevel() == MqttQoS.AT_LEAST_ONCE ? m.messageId() : 0;
        int waiting = pending.size() + refused;
        AlinkTopic topic = route(m.topicName());
        if (topic.kind == AlinkTopic.Kind.FOREIGN) {
            shared.meters.publish(topic.kind, Outcome.REJECTED);
            cut("topic of another device");
        } else if (waiting >= loop.config.inFlightMax()) {
            if (packetId == 0) {
                shared.meters.publish(topic.kind, Outcome.DROPPED);
            } else {
                cut("too many publishes in flight");
            }
        } else if (!m.isDup() || !isPending(packetId)) {
            handle(m, new Pending(this, packetId, topic));
        }
    }

    private void handle(MqttPublishMessage m, Pending p) {
        ByteBuf payload = ((BufferInternal) m.payload()).getByteBuf();
        boolean heap = payload.hasArray();
        byte[] bytes = heap ? payload.array() : m.payload().getBytes();
        int from = heap ? payload.arrayOffset() + payload.readerIndex() : 0;
        int length = m.payload().length();
        CompiledModel model = device.product().model();
        pending.add(p);
        shared.meters.inFlight.increment();
        switch (p.topic.kind) {
            case PROPERTY_POST -> property(p, bytes, from, length, model);
            case EVENT_POST -> event(p, bytes, from, length, model);
            case REPLY -> reply(p, null, bytes, from, length);
            case RRPC_REPLY -> reply(p, p.topic.name, bytes, from, length);
            case OTHER, FOREIGN -> finish(p, Outcome.IGNORED);
        }
    }

    private void property(
            Pending p, byte[] bytes, int from, int length, @Nullable CompiledModel model) {
        PostReader post = loop.reader;
        if (model == null || length > loop.config.maxMessageBytes()) {
            finish(p, Outcome.REJECTED);
            return;
        }
        post.property(bytes, from, length, model);
        p.reply = answer(post, p.topic);
        if (!post.anything()) {
            finish(p, post.faults().isEmpty() && ok(post) ? Outcome.ACCEPTED : Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time.tick();
        if (metered) {
            boolean moved = counters.changed(post);
            if (moved || shared.inlet.wants(deviceId())) {
                p.counters = counters.report(post, this, tick);
            }
        }
        shared.meters.publish(
                p.topic.kind, post.faults().isEmpty() ? Outcome.ACCEPTED : Outcome.PARTIAL);
        append(Lane.TELEMETRY, FactKind.PROPERTY_POST, tick, "", post.params(), p);
    }

    private void event(
            Pending p, byte[] bytes, int from, int length, @Nullable CompiledModel model) {
        PostReader post = loop.reader;
        CompiledModel.EventCheck check = model == null ? null : model.event(p.topic.name);
        if (length > loop.config.maxMessageBytes()) {
            finish(p, Outcome.REJECTED);
            return;
        }
        post.event(bytes, from, length, check);
        p.reply = answer(post, p.topic);
        if (check == null || !post.anything()) {
            finish(p, Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time.tick();
        byte[] params = post.params();
        if (metered) {
            p.event = new Pending.EventNote(params, tick);
        }
        shared.meters.publish(p.topic.kind, Outcome.ACCEPTED);
        Lane lane = check.urgent() ? Lane.ALARM : Lane.TELEMETRY;
        append(lane, FactKind.EVENT_POST, tick, p.topic.name, params, p);
    }

    private void reply(Pending p, @Nullable String id, byte[] bytes, int from, int length) {
        boolean awaited = shared.downlink.replied(this, id, bytes, from, length);
        finish(p, awaited ? Outcome.ACCEPTED : Outcome.IGNORED);
    }

    private void append(
            Lane lane, FactKind kind, Tick tick, String name, byte[] payload, Pending p) {
        long now = shared.time.now().toEpochMilli();
        shared.log.append(
                lane, new Entry(kind, deviceId(), epoch, now, tick.ms(), name, payload), p);
    }

    /** Nothing of it goes to the journal: it only waits for its turn to be answered. */
    private void finish(Pending p, Outcome outcome) {
        shared.meters.publish(p.topic.kind, outcome);
        p.done(true);
    }

    private static boolean ok(PostReader post) {
        return post.code() == AlinkReply.OK;
    }

    private static byte @Nullable [] answer(PostReader post, AlinkTopic topic) {
        if (!post.replyWanted()) {
            return null;
        }
        if (ok(post) && post.faults().isEmpty()) {
            return AlinkReply.join(post.id(), topic.successTail());
        }
        return AlinkReply.join(
                post.id(),
                AlinkReply.tail(
                        post.code(),
                        AlinkReply.message(post.code()),
                        topic.method,
                        AlinkReply.data(post.faults())));
    }

    /** Answers what is settled, in the order of arrival. */
    void drain() {
        for (Pending p = pending.peek(); p != null && p.settled; p = pending.peek()) {
            pending.poll();
            shared.meters.inFlight.decrement();
            if (p.kept) {
                answer(p);
            } else {
                shared.meters.publish(p.topic.kind, Outcome.REFUSED);
                counters.lost();
                refused += p.packetId == 0 ? 0 : 1;
            }
        }
    }

    private void answer(Pending p) {
        if (p.counters != null) {
            shared.inlet.counters(p.counters);
        }
        if (p.event != null) {
            shared.inlet.event(
                    deviceId(), connection, p.topic.name, p.event.params(), p.event.at());
        }
        if (ended.get() || (p.packetId == 0 && p.reply == null)) {
            return;
        }
        if (out == null) {
            out = socket.alloc().ioBuffer();
            loop.flushLater(this);
        }
        if (p.packetId != 0) {
            MqttPackets.puback(out, p.packetId);
            shared.meters.acks.increment();
        }
        if (p.reply != null) {
            MqttPackets.publish(out, p.topic.replyTopic, p.reply, v5);
        }
    }

    /** vertx-mqtt gave it up for silence, but the socket does not close. */
    boolean givenUp() {
        return !endpoint.isConnected();
    }

    void flush() {
        ByteBuf bytes = out;
        out = null;
        if (bytes == null) {
            return;
        }
        Channel channel = socket.channel();
        if (ended.get()) {
            bytes.release();
        } else if (channel.bytesBeforeWritable() > loop.config.outboundBytes()) {
            bytes.release();
            cut("does not read what it is sent");
        } else {
            socket.writeAndFlush(bytes, socket.voidPromise());
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
        if (ended.get() || !online) {
            return false;
        }
        if (outbound.incrementAndGet() > loop.config.outboundMax()) {
            outbound.decrementAndGet();
            return false;
        }
        ByteBuf bytes = socket.alloc().ioBuffer(payload.length + 2 * topic.length());
        MqttPackets.publish(bytes, topic.getBytes(StandardCharsets.UTF_8), payload, v5);
        socket.writeAndFlush(bytes).addListener(written -> outbound.decrementAndGet());
        return true;
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
            if (routes.size() < ROUTES && known.kind != AlinkTopic.Kind.RRPC_REPLY) {
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
