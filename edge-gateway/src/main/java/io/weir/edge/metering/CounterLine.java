package io.weir.edge.metering;

import io.weir.model.fact.MeterMark;
import io.weir.model.fact.MeterMark.Span;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How far one cumulative counter of a device went since a baseline, from reports that come late,
 * twice, in any order, and over resets (DESIGN section 5 "Counters, never deltas").
 *
 * <p>Each run of the counter (a boot, or what follows a reset) is a span from the lowest to the
 * highest value seen of it. The count is the sum of the spans' lengths, plus those parts of
 * (baseline, highest value) that no span covers. That is never more than what flowed: the device's
 * true runs form a chain that begins at the baseline and where no run begins above the end of the
 * one before, so they cover everything up to the highest value, and each of them covers at least
 * what was seen of it. It needs no guess whether a counter starts again at zero, goes on, or comes
 * back a little lower out of a flash memory. And it depends on the set of reports only: with boot
 * ids any permutation, repetition or delay gives the same count.
 *
 * <p>Without boot ids the order of arrival within a connection counts: a value below the last one
 * is SUSPECT and counts nothing, unless the next report of that connection is not higher than the
 * old run and a second later; then it is a reset.
 */
final class CounterLine {
    /** Copies sent again after a reconnect come in a burst; a reset device reports at its pace. */
    static final long CONFIRM_MS = 1_000;

    private static final int SPANS_MAX = 16;

    /**
     * @param from what the new run is counted from at the least, should it be one: the highest of
     *     the low values, for one of them may be an old report after all
     */
    private record Suspect(long value, long from, long connection, Tick at) {}

    private List<String> older;
    private final List<Span> spans = new ArrayList<>();
    private @Nullable Long base;
    private @Nullable String boot;
    private long connection;
    private Tick baseAt;
    private @Nullable Suspect suspect;

    /**
     * An earlier process of the edge began the line and saw no baseline. The first value that a
     * later process sees may have been said before the valve opened, or after it shut: flow shows,
     * but counts nothing.
     */
    private boolean unfounded;

    /**
     * @param older boot ids that are over already
     */
    CounterLine(List<String> older, Tick now) {
        this.older = List.copyOf(older);
        this.baseAt = now;
    }

    CounterLine(MeterMark mark) {
        this.older = mark.older();
        this.base = mark.base();
        this.boot = mark.boot();
        this.connection = mark.connection();
        this.baseAt = new Tick(mark.atMs(), mark.edgeBoot());
        this.spans.addAll(mark.spans());
        this.unfounded = base == null;
    }

    MeterMark mark(long tickedMs) {
        if (unfounded) {
            return new MeterMark(
                    null, null, 0, baseAt.ms(), baseAt.boot(), tickedMs, List.of(), older);
        }
        return new MeterMark(
                base,
                boot,
                connection,
                baseAt.ms(),
                baseAt.boot(),
                tickedMs,
                List.copyOf(spans),
                older);
    }

    /** Boots that are over when the baseline is taken; what comes late of them counts nothing. */
    void over(List<String> boots) {
        older = List.copyOf(boots);
    }

    boolean hasBase() {
        return base != null;
    }

    /** Boot id of the baseline's run; null when it has none. */
    @Nullable String boot() {
        return boot;
    }

    /** Counts from {@code value} on. A better baseline of the same run keeps what was seen. */
    void baseline(long value, @Nullable String bootId, long onConnection, Tick at) {
        unfounded = false;
        begin(value, bootId, onConnection, at);
    }

    private void begin(long value, @Nullable String bootId, long onConnection, Tick at) {
        long high = value;
        String name = bootId;
        if (base != null && base <= value && sameRun(bootId, onConnection, at)) {
            high = Math.max(value, spans.getFirst().high());
            name = bootId == null ? boot : bootId;
            spans.removeFirst();
        } else {
            spans.clear();
        }
        base = value;
        boot = name;
        connection = onConnection;
        baseAt = at;
        spans.addFirst(new Span(boot, value, high));
        suspect = null;
    }

    /** Counts from the highest value of the newest run on; what came before is not counted. */
    void beginAgain(long onConnection, Tick at) {
        Span newest = spans.getLast();
        base = null;
        begin(newest.high(), newest.boot(), onConnection, at);
    }

    /** Takes one report in; true when it shows flow. */
    boolean accept(
            long value,
            @Nullable String bootId,
            @Nullable Long uptimeS,
            long onConnection,
            Tick at) {
        if (value < 0 || (bootId != null && older.contains(bootId))) {
            return false;
        }
        if (base == null) {
            begin(value, bootId, onConnection, at);
            return false;
        }
        long before = seen();
        if (bootId != null) {
            booted(value, bootId, uptimeS, onConnection, at);
        } else {
            arrived(value, onConnection, at);
        }
        return seen() > before;
    }

    long count() {
        return unfounded ? 0 : seen();
    }

    private long seen() {
        if (base == null) {
            return 0;
        }
        long total = 0;
        long covered = base;
        for (Span span : sorted()) {
            total += span.high() - span.low();
            total += Math.max(0, span.low() - covered);
            covered = Math.max(covered, span.high());
        }
        return total;
    }

    /**
     * What surely flowed, when the counter shows whole units only: between two readings there may
     * be a unit less than their difference. So one less from the baseline to the highest value, and
     * one less in each span where it covers once more what is covered already.
     */
    long surely() {
        if (base == null || unfounded) {
            return 0;
        }
        long again = 0;
        long covered = base;
        for (Span span : sorted()) {
            again += Math.max(0, Math.min(span.high(), covered) - span.low() - 1);
            covered = Math.max(covered, span.high());
        }
        return Math.max(0, covered - base - 1) + again;
    }

    private List<Span> sorted() {
        if (spans.size() == 1) {
            return spans; // as nearly always
        }
        return spans.stream().sorted(Comparator.comparingLong(Span::low)).toList();
    }

    private boolean sameRun(@Nullable String bootId, long onConnection, Tick at) {
        return bootId != null && boot != null
                ? bootId.equals(boot)
                : onConnection == connection && at.sameBoot(baseAt);
    }

    private void booted(
            long value, String bootId, @Nullable Long uptimeS, long onConnection, Tick at) {
        boolean sameEdge = at.sameBoot(baseAt);
        boolean began = // before the baseline
                sameEdge
                        && (onConnection < connection
                                || (uptimeS != null && at.ms() - uptimeS * 1_000 < baseAt.ms()));
        boolean itsOwn =
                boot == null
                        ? sameEdge && (began || onConnection == connection)
                        : bootId.equals(boot);
        if (itsOwn) {
            if (value >= spans.getFirst().low()) { // below: from before the baseline
                boot = bootId; // which may have had no name yet
                spans.set(0, raised(spans.getFirst(), value, bootId));
            }
        } else if (sameEdge ? !began : isKnown(bootId)) {
            // A later process of the edge can't tell when a boot began: what it doesn't know may
            // as well be an older one whose reports come late.
            widen(value, bootId);
        }
    }

    private boolean isKnown(String bootId) {
        return spans.stream().skip(1).anyMatch(span -> bootId.equals(span.boot()));
    }

    private void widen(long value, String bootId) {
        for (int i = 1; i < spans.size(); i++) {
            Span span = spans.get(i);
            if (bootId.equals(span.boot())) {
                Span wider = raised(span, value, bootId);
                spans.set(i, new Span(bootId, Math.min(span.low(), value), wider.high()));
                return;
            }
        }
        if (spans.size() < SPANS_MAX) {
            spans.add(new Span(bootId, value, value));
        }
    }

    /** No boot id: only the newest run can go on. */
    private void arrived(long value, long onConnection, Tick at) {
        Span newest = spans.getLast();
        Suspect low = suspect;
        if (value >= newest.high()) {
            spans.set(spans.size() - 1, raised(newest, value, newest.boot()));
            suspect = null;
        } else if (low == null || low.connection() != onConnection || !at.sameBoot(low.at())) {
            suspect = new Suspect(value, value, onConnection, at);
        } else if (value < low.value()) {
            suspect = new Suspect(value, low.from(), onConnection, at);
        } else if (at.since(low.at()) >= CONFIRM_MS && spans.size() < SPANS_MAX) {
            spans.add(new Span(null, low.from(), Math.max(low.from(), value)));
            suspect = null;
        } else {
            long from = Math.max(low.from(), value);
            suspect = new Suspect(low.value(), from, onConnection, low.at());
        }
    }

    private static Span raised(Span span, long value, @Nullable String bootId) {
        return new Span(bootId, span.low(), Math.max(span.high(), value));
    }
}
