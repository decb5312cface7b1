package io.weir.edge.alink;

import io.weir.edge.debug.Sight;
import io.weir.edge.journal.FactLog;
import io.weir.edge.metering.CounterReport;
import io.weir.edge.metering.MeteringInlet;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

/**
 * One message on its way through the journal, and what follows once it is there: the meter hears of
 * it, then the device. Its transport answers it when it is settled.
 */
public abstract class Turn implements FactLog.Done {
    private final Sender from;
    private final AlinkTopic topic;
    private byte @Nullable [] reply;
    private @Nullable CounterReport counters;
    private @Nullable EventNote event;
    private @Nullable MeterNotes notes;
    private @Nullable Sight sight;
    private boolean settled;
    private boolean kept;

    /** An event that the meter hears of. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares notes
    record EventNote(String name, byte[] params, Tick at) {
        void tell(Sender from, MeteringInlet inlet) {
            inlet.event(from.device().deviceId(), from.connection(), name, params, at);
        }
    }

    protected Turn(Sender from, AlinkTopic topic) {
        this.from = from;
        this.topic = topic;
    }

    public final Sender from() {
        return from;
    }

    public final AlinkTopic topic() {
        return topic;
    }

    /** What goes on the topic's reply topic with the acknowledgement; null = nothing. */
    public final byte @Nullable [] reply() {
        return reply;
    }

    final void reply(byte @Nullable [] reply) {
        this.reply = reply;
    }

    final void counters(@Nullable CounterReport report) {
        counters = report;
    }

    final void event(EventNote note) {
        event = note;
    }

    /** What a message tells beyond one report or one event. */
    final void notes(MeterNotes more) {
        notes = more;
    }

    /** Somebody watches the device: what becomes of this is told there. */
    final void sight(Sight seen) {
        sight = seen;
    }

    final void outcome(Outcome outcome) {
        if (sight != null) {
            sight.outcome(outcome.label());
        }
    }

    /** Where its reply goes; null when none is sent. */
    protected @Nullable String replyTo() {
        return topic.reply();
    }

    /** What that one would tell the meter, this one tells in its place. */
    final void tellOf(Turn other) {
        counters = other.counters;
        event = other.event;
        notes = other.notes;
        if (sight != null) {
            sight.outcomeOf(other.sight);
        }
    }

    /** Nothing more will become of it: it may be answered when it is its turn. */
    public final boolean settled() {
        return settled;
    }

    /** It is in the journal, or there was nothing to journal; else it must not be acknowledged. */
    public final boolean kept() {
        return kept;
    }

    @Override
    public final void done(boolean kept) {
        this.kept = kept;
        settled = true;
        answer();
        if (sight != null) {
            sight.settled(kept, replyTo(), reply);
        }
    }

    /** It is settled; called once. */
    protected abstract void answer();

    /** The transport calls it once, in the order of arrival, before the device is answered. */
    public final void tell(MeteringInlet inlet) {
        CounterWatch watch = from.counters();
        if (!kept) {
            if (watch != null) {
                watch.lost();
            }
            if (notes != null) {
                notes.lost();
            }
            return;
        }
        if (counters != null) {
            inlet.counters(counters);
        }
        if (event != null) {
            event.tell(from, inlet);
        }
        if (notes != null) {
            notes.tell(inlet);
        }
    }
}
