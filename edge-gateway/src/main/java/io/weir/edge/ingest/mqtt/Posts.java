package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.weir.edge.ingest.mqtt.MqttMeters.Outcome;
import io.weir.edge.registry.CompiledModel;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

/** What a device's publishes mean: checked, answered, handed to journal or downlink. */
final class Posts {
    private final MqttLoop loop;
    private final MqttIngest shared;
    private final PostReader post = new PostReader();

    /** The payload at hand: a parser is quicker on an array than on a network buffer. */
    private byte[] bytes = new byte[1024];

    Posts(MqttLoop loop) {
        this.loop = loop;
        this.shared = loop.shared;
    }

    void handle(MqttSession from, ByteBuf payload, Pending p) {
        int length = payload.readableBytes();
        if (length > loop.config.maxMessageBytes()) {
            finish(p, Outcome.REJECTED);
            return;
        }
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        payload.getBytes(payload.readerIndex(), bytes, 0, length);
        CompiledModel model = from.device().product().model();
        switch (p.topic.kind) {
            case PROPERTY_POST -> {
                if (model == null) {
                    finish(p, Outcome.REJECTED);
                } else {
                    post.property(bytes, 0, length, model);
                    property(from, p);
                }
            }
            case EVENT_POST -> {
                var check = model == null ? null : model.event(p.topic.name);
                post.event(bytes, 0, length, check);
                event(from, p, check);
            }
            case REPLY -> reply(from, p, null, length);
            case RRPC_REPLY -> reply(from, p, p.topic.name, length);
            case OTHER, FOREIGN -> finish(p, Outcome.IGNORED);
        }
    }

    private void property(MqttSession from, Pending p) {
        boolean whole = post.faults().isEmpty();
        p.reply = answer(p.topic);
        if (!post.anything()) {
            finish(p, whole && ok() ? Outcome.ACCEPTED : Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time.tick();
        p.counters = from.counters(post, tick);
        shared.meters.publish(p.topic.kind, whole ? Outcome.ACCEPTED : Outcome.PARTIAL);
        append(from, Lane.TELEMETRY, FactKind.PROPERTY_POST, tick, post.params(), p);
    }

    private void event(MqttSession from, Pending p, CompiledModel.@Nullable EventCheck check) {
        p.reply = answer(p.topic);
        if (check == null || !post.anything()) {
            finish(p, Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time.tick();
        byte[] params = post.params();
        if (from.metered()) {
            p.event = new Pending.EventNote(params, tick);
        }
        shared.meters.publish(p.topic.kind, Outcome.ACCEPTED);
        Lane lane = check.urgent() ? Lane.ALARM : Lane.TELEMETRY;
        append(from, lane, FactKind.EVENT_POST, tick, params, p);
    }

    private void reply(MqttSession from, Pending p, @Nullable String id, int length) {
        boolean awaited = shared.downlink.replied(from, id, bytes, 0, length);
        finish(p, awaited ? Outcome.ACCEPTED : Outcome.IGNORED);
    }

    private void append(
            MqttSession from, Lane lane, FactKind kind, Tick tick, byte[] payload, Pending p) {
        long now = shared.time.now().toEpochMilli();
        String device = from.device().deviceId();
        shared.log.append(
                lane,
                new Entry(kind, device, from.epoch(), now, tick.ms(), p.topic.name, payload),
                p);
    }

    /** Nothing of it goes to the journal: it only waits for its turn to be answered. */
    private void finish(Pending p, Outcome outcome) {
        shared.meters.publish(p.topic.kind, outcome);
        p.done(true);
    }

    private boolean ok() {
        return post.code() == AlinkReply.OK;
    }

    private byte @Nullable [] answer(AlinkTopic topic) {
        if (!post.replyWanted()) {
            return null;
        }
        if (ok() && post.faults().isEmpty()) {
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
}
