package io.weir.edge.alink;

import io.weir.edge.debug.Watch;
import io.weir.edge.metering.MeteringInlet;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One message of a device, its bytes its own. Whoever handles it finishes it once, by {@link
 * #finish}, {@link #answer} or {@link #journal}: only then is it acknowledged, and those that came
 * behind it.
 */
public final class AlinkMessage {
    private final AlinkDesk desk;
    private final Turn turn;
    private final byte[] payload;
    private @Nullable Envelope envelope;

    AlinkMessage(AlinkDesk desk, Turn turn, byte[] payload) {
        this.desk = desk;
        this.turn = turn;
        this.payload = payload;
    }

    public Sender sender() {
        return turn.from();
    }

    public AlinkTopic topic() {
        return turn.topic();
    }

    public byte[] payload() {
        return payload;
    }

    /** The payload read as an Alink request; read once. */
    public Envelope envelope() {
        Envelope read = envelope;
        if (read == null) {
            read = Envelope.read(payload);
            envelope = read;
        }
        return read;
    }

    /** Acknowledged, without a reply, or with one that comes later by {@link #reply}. */
    public void finish(Outcome outcome) {
        desk.finish(turn, outcome);
    }

    /** Acknowledged, with an Alink reply if the device wants one. */
    public void answer(int code, String message, String dataJson) {
        Envelope e = envelope();
        if (e.ack()) {
            turn.reply(bytes(e, code, message, dataJson));
        }
        finish(code == AlinkReply.OK ? Outcome.ACCEPTED : Outcome.REJECTED);
    }

    /** Acknowledged, with exactly these bytes on the reply topic. */
    public void answer(byte[] reply, Outcome outcome) {
        turn.reply(reply);
        finish(outcome);
    }

    /** Not acknowledged: the device sends it again. */
    public void refuse() {
        turn.done(false);
    }

    /**
     * The same message in other words: handled as if the device had published this on that topic.
     * On the sender's event loop.
     *
     * @param reply hears what the device would be answered, once all is in the journal
     */
    public void retell(AlinkTopic topic, byte[] payload, Consumer<byte[]> reply) {
        desk.handle(new Retold(turn, topic, reply), payload, payload.length);
    }

    /** What a script made of it, when it is no post; for those who watch the device. */
    public void decoded(byte[] json) {
        Watch watch = desk.watch(sender());
        if (watch != null) {
            watch.decoded(topic().text, json);
        }
    }

    /** Why the product's script made nothing of it; for those who watch the device. */
    public void scriptFailed(String words) {
        Watch watch = desk.watch(sender());
        if (watch != null) {
            watch.line("script_failed", words);
        }
    }

    /** An Alink reply after the message was finished, if the device wants one; any thread. */
    public void reply(int code, String message, String dataJson) {
        Envelope e = envelope();
        if (e.ack()) {
            reply(bytes(e, code, message, dataJson));
        }
    }

    /** Any bytes on the reply topic after the message was finished; any thread. */
    public void reply(byte[] bytes) {
        sender().publish(topic().reply(), bytes);
    }

    /** One fact of the device. */
    public record Fact(FactKind kind, String name, byte[] payload) {}

    /**
     * Journals facts of the sender; finished when all of them are synced, with the reply that was
     * set before by {@link #replying}. A message of which only a part could be journaled is not
     * acknowledged: the device sends it again.
     */
    public void journal(Lane lane, List<Fact> facts, Outcome outcome) {
        journalOf(lane, facts.stream().map(f -> new Owned(sender(), f)).toList(), outcome);
    }

    /**
     * @param of the sender, or a device that it speaks for
     */
    record Owned(Sender of, Fact fact) {}

    /** As {@link #journal}, with facts of several devices. */
    void journalOf(Lane lane, List<Owned> facts, Outcome outcome) {
        if (facts.isEmpty()) {
            finish(outcome);
            return;
        }
        desk.count(turn, outcome);
        var left = new AtomicInteger(facts.size());
        var all = new AtomicBoolean(true);
        Tick tick = desk.tick();
        for (Owned owned : facts) {
            desk.append(
                    lane,
                    entry(owned, tick),
                    kept -> {
                        if (!kept) {
                            all.set(false);
                        }
                        if (left.decrementAndGet() == 0) {
                            turn.done(all.get());
                        }
                    });
        }
    }

    /** The reply that goes with the acknowledgement of {@link #journal}. */
    public AlinkMessage replying(int code, String message, String dataJson) {
        Envelope e = envelope();
        if (e.ack()) {
            turn.reply(bytes(e, code, message, dataJson));
        }
        return this;
    }

    /** Notes for the meter, which hears them once the message is in the journal. */
    MeterNotes notes() {
        var notes = new MeterNotes(desk.tick());
        turn.notes(notes);
        return notes;
    }

    MeteringInlet inlet() {
        return desk.inlet();
    }

    private Entry entry(Owned owned, Tick tick) {
        Fact fact = owned.fact();
        return new Entry(
                fact.kind(),
                owned.of().device().deviceId(),
                owned.of().epoch(),
                desk.nowMs(),
                tick.ms(),
                fact.name(),
                fact.payload());
    }

    private byte[] bytes(Envelope e, int code, String message, String dataJson) {
        return AlinkReply.join(
                e.id(), AlinkReply.tail(code, AlinkReply.safe(message), topic().method, dataJson));
    }
}
