package io.weir.edge.alink;

import io.netty.buffer.ByteBuf;
import io.weir.edge.debug.Sight;
import io.weir.edge.debug.Watch;
import io.weir.edge.journal.FactLog;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.registry.CompiledModel;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * What a device's messages mean: checked, answered, handed to journal, downlink or the handler of
 * their kind. One for each event loop and transport.
 */
public final class AlinkDesk {
    /** As much of a payload that nobody reads is looked at for those who watch. */
    private static final int SHOWN_AT_MOST = 16_384;

    private final AlinkServices shared;
    private final AlinkMeters meters;
    private final int maxBytes;
    private final PostReader post = new PostReader();

    /** The payload at hand: a parser is quicker on an array than on a network buffer. */
    private byte[] bytes = new byte[1024];

    /**
     * @param maxBytes largest payload; a larger one is acknowledged and dropped
     */
    public AlinkDesk(AlinkServices shared, AlinkMeters meters, int maxBytes) {
        this.shared = shared;
        this.meters = meters;
        this.maxBytes = maxBytes;
    }

    /** The buffer is the caller's again afterwards. */
    public void handle(Turn turn, ByteBuf payload) {
        int length = payload.readableBytes();
        if (length > maxBytes) {
            see(turn, payload);
            finish(turn, Outcome.REJECTED);
            return;
        }
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        payload.getBytes(payload.readerIndex(), bytes, 0, length);
        handle(turn, bytes, length);
    }

    /** A post that does not come from a socket, e.g. what a script made of raw bytes. */
    public void handle(Turn turn, byte[] payload, int length) {
        CompiledModel model = turn.from().device().product().model();
        AlinkTopic topic = turn.topic();
        Watch watch = watch(turn.from());
        if (watch != null) {
            turn.sight(watch.arrived(topic.text, topic.kind.label(), payload, length, length));
        }
        switch (topic.kind) {
            case PROPERTY_POST -> {
                if (model == null) {
                    finish(turn, Outcome.REJECTED);
                } else {
                    post.property(payload, 0, length, model);
                    property(turn);
                }
            }
            case EVENT_POST -> {
                var check = model == null ? null : model.event(topic.name);
                post.event(payload, 0, length, check);
                event(turn, check);
            }
            case REPLY -> reply(turn, null, payload, length);
            case RRPC_REPLY -> reply(turn, topic.name, payload, length);
            case FOREIGN -> finish(turn, Outcome.IGNORED);
            default -> {
                AlinkHandler handler = shared.handler(topic.kind);
                if (handler == null) {
                    finish(turn, Outcome.IGNORED);
                } else {
                    handler.handle(new AlinkMessage(this, turn, Arrays.copyOf(payload, length)));
                }
            }
        }
    }

    /** Somebody may watch the device: a payload that is not read is told all the same. */
    private void see(Turn turn, ByteBuf payload) {
        Watch watch = watch(turn.from());
        if (watch != null) {
            turn.sight(seen(watch, turn.topic(), payload));
        }
    }

    private static Sight seen(Watch watch, AlinkTopic topic, ByteBuf payload) {
        int size = payload.readableBytes();
        byte[] start = new byte[Math.min(size, SHOWN_AT_MOST)];
        payload.getBytes(payload.readerIndex(), start);
        return watch.arrived(topic.text, topic.kind.label(), start, start.length, size);
    }

    /** Not handled at all: counted, and told to whoever watches the device. */
    public void unheard(Sender from, AlinkTopic topic, ByteBuf payload, Outcome outcome) {
        meters.count(topic, outcome);
        Watch watch = watch(from);
        if (watch != null) {
            Sight sight = seen(watch, topic, payload);
            sight.outcome(outcome.label());
            sight.settled(true, null, null);
        }
    }

    private void property(Turn turn) {
        boolean whole = post.faults().isEmpty();
        turn.reply(answer(turn.topic()));
        if (!post.anything()) {
            finish(turn, whole && ok() ? Outcome.ACCEPTED : Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time().tick();
        CounterWatch watch = turn.from().counters();
        if (watch != null) {
            turn.counters(watch.note(post, turn.from(), shared.inlet(), tick));
        }
        count(turn, whole ? Outcome.ACCEPTED : Outcome.PARTIAL);
        append(turn, Lane.TELEMETRY, FactKind.PROPERTY_POST, tick, post.params());
    }

    private void event(Turn turn, CompiledModel.@Nullable EventCheck check) {
        turn.reply(answer(turn.topic()));
        if (check == null || !post.anything()) {
            finish(turn, Outcome.REJECTED);
            return;
        }
        Tick tick = shared.time().tick();
        byte[] params = post.params();
        if (turn.from().counters() != null) {
            turn.event(new Turn.EventNote(turn.topic().name, params, tick));
        }
        count(turn, Outcome.ACCEPTED);
        Lane lane = check.urgent() ? Lane.ALARM : Lane.TELEMETRY;
        append(turn, lane, FactKind.EVENT_POST, tick, params);
    }

    private void reply(Turn turn, @Nullable String id, byte[] payload, int length) {
        boolean awaited = shared.downlink().replied(turn.from(), id, payload, 0, length);
        finish(turn, awaited ? Outcome.ACCEPTED : Outcome.IGNORED);
    }

    private void append(Turn turn, Lane lane, FactKind kind, Tick tick, byte[] payload) {
        Sender from = turn.from();
        append(
                lane,
                new Entry(
                        kind,
                        from.device().deviceId(),
                        from.epoch(),
                        nowMs(),
                        tick.ms(),
                        turn.topic().name,
                        payload),
                turn);
    }

    void append(Lane lane, Entry entry, FactLog.Done done) {
        shared.log().append(lane, entry, done);
    }

    MeteringInlet inlet() {
        return shared.inlet();
    }

    @Nullable Watch watch(Sender from) {
        return shared.watches().of(from.device());
    }

    long nowMs() {
        return shared.time().now().toEpochMilli();
    }

    Tick tick() {
        return shared.time().tick();
    }

    void count(Turn turn, Outcome outcome) {
        meters.count(turn.topic(), outcome);
        turn.outcome(outcome);
    }

    /** Nothing of it goes to the journal: it only waits for its turn to be answered. */
    void finish(Turn turn, Outcome outcome) {
        count(turn, outcome);
        turn.done(true);
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
