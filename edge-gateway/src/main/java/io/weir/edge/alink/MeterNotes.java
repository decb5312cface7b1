package io.weir.edge.alink;

import io.weir.edge.metering.CounterReport;
import io.weir.edge.metering.MeteringInlet;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the meter hears of a message that tells several things, of several devices, once all of it
 * is in the journal.
 */
final class MeterNotes {
    private record Event(Sender from, Turn.EventNote note) {}

    private final Tick at;
    private final List<CounterReport> reports = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Set<CounterWatch> watches = new LinkedHashSet<>();

    /**
     * @param at when the gateway received it: what devices say of times proves nothing
     */
    MeterNotes(Tick at) {
        this.at = at;
    }

    /** In the order of their times. */
    void counters(Sender from, List<? extends CounterSource> posts, MeteringInlet inlet) {
        CounterWatch watch = from.counters();
        if (watch == null) {
            return;
        }
        watches.add(watch);
        for (CounterSource post : posts) {
            @Nullable CounterReport report = watch.note(post, from, inlet, at);
            if (report != null) {
                reports.add(report);
            }
        }
    }

    void event(Sender from, String name, byte[] params) {
        if (from.counters() != null) {
            events.add(new Event(from, new Turn.EventNote(name, params, at)));
        }
    }

    void tell(MeteringInlet inlet) {
        reports.forEach(inlet::counters);
        events.forEach(e -> e.note().tell(e.from(), inlet));
    }

    /** The meter never heard of it. */
    void lost() {
        watches.forEach(CounterWatch::lost);
    }
}
