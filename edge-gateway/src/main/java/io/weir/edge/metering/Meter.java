package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.MeterMark;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Millilitres of one dispense, never more than what flowed: a counter of the device times the
 * outlet's constant, in integers and rounded down.
 *
 * <p>A device that counts ml is taken at its word. Seconds and pulses are counted as far as they
 * surely passed ({@link CounterLine#surely}). A whole second is much of a cup, so the timer mode
 * knows better where it can: if the device shut its valve because it was told to, it was open from
 * its reply to {@code dispense} until {@code stop} was sent, by the edge's own ticks. The ticks
 * also stand in as long as the device shows no {@code work_s}, but only up to the last word of it:
 * a silent device may be at another gateway, which shut its valve long ago.
 */
final class Meter {
    private final OpenDispense command;
    private final CounterLine line;
    private boolean countsFromBefore;
    private boolean ticking;
    private long tickedMs;
    private long obeyedMs;

    private Meter(OpenDispense command, CounterLine line) {
        this.command = command;
        this.line = line;
    }

    /**
     * A meter before the valve opens.
     *
     * @param before the device's last counters of this connection, null when there are none to
     *     trust
     * @param older boots of the device that are over
     */
    static Meter before(
            OpenDispense command, @Nullable CounterReport before, List<String> older, Tick now) {
        Meter meter = new Meter(command, new CounterLine(older, now));
        Long value = before == null ? null : reading(command.mode(), before);
        if (before != null && value != null) {
            meter.line.baseline(value, before.bootId(), before.connection(), before.at());
            meter.countsFromBefore = true;
        }
        return meter;
    }

    /** The meter of a dispense that an earlier process of the edge began. */
    static Meter resumed(OpenDispense command, @Nullable MeterMark mark, Tick now) {
        Meter meter =
                new Meter(
                        command,
                        mark == null ? new CounterLine(List.of(), now) : new CounterLine(mark));
        meter.tickedMs = mark == null ? 0 : mark.tickedMs();
        meter.opened();
        return meter;
    }

    /** The counter that a measure mode reads. */
    static @Nullable Long reading(MeasureMode mode, CounterReport report) {
        return switch (mode) {
            case VOLUME -> report.totalMl();
            case TIMER -> report.workS();
            case FLOW_METER -> report.pulseTotal();
        };
    }

    /** What {@code units} of a mode's counter are in ml. */
    static long millilitres(OpenDispense outlet, long units) {
        return switch (outlet.mode()) {
            case VOLUME -> units;
            case TIMER -> units * outlet.mlPerSecond();
            case FLOW_METER -> units * outlet.mlPer1000Pulses() / 1_000;
        };
    }

    /** The valve is open: a timer without a counter counts ticks from here on. */
    void opened() {
        ticking = command.mode() == MeasureMode.TIMER && !line.hasBase();
    }

    /**
     * The device is surely there, and was since the valve opened.
     *
     * @param ranMs how long that is by the edge's ticks
     */
    void heard(long ranMs) {
        if (ticking) {
            tickedMs = Math.max(tickedMs, ranMs);
        }
    }

    /** The device's reply told {@code total_ml} of the moment the valve opened. */
    void baseline(long totalMl, @Nullable String boot, long connection, Tick at) {
        if (command.mode() == MeasureMode.VOLUME) {
            line.baseline(totalMl, boot, connection, at);
        }
    }

    /**
     * True when more has been poured than was known.
     *
     * @param older boots of the device that are over
     */
    boolean accept(CounterReport r, List<String> older) {
        Long value = reading(command.mode(), r);
        if (!line.hasBase()) {
            line.over(older);
        }
        ticking &= value == null;
        return value != null && line.accept(value, r.bootId(), r.uptimeS(), r.connection(), r.at());
    }

    /**
     * What this report showed flowed before the valve opened: the count begins after it. Nor does
     * the counter tell from here on that nothing flowed.
     */
    void beginsAfter(CounterReport r) {
        line.beginAgain(r.connection(), r.at());
        countsFromBefore = false;
    }

    /**
     * The device shut its valve because it was told to.
     *
     * @param openMs from its reply until it was told, by the edge's ticks
     */
    void obeyed(long openMs) {
        obeyedMs = openMs;
    }

    /**
     * Was the baseline known before the valve could open? Else it may lie after all that flowed.
     */
    boolean countsFromBefore() {
        return countsFromBefore;
    }

    /** Has nothing flowed when the counter shows no more? A unit of it may be much. */
    boolean showsEveryMillilitre() {
        return switch (command.mode()) {
            case VOLUME -> true;
            case TIMER -> false;
            case FLOW_METER -> command.mlPer1000Pulses() <= 1_000;
        };
    }

    boolean hasBase() {
        return line.hasBase();
    }

    /** Does it read the edge's own ticks, for want of a counter? */
    boolean ticking() {
        return ticking;
    }

    long pouredMl() {
        return switch (command.mode()) {
            case VOLUME -> line.count();
            case FLOW_METER -> millilitres(command, line.surely());
            case TIMER -> millilitresIn(workedMs());
        };
    }

    /** What flows in that time, by the outlet's constant. */
    long millilitresIn(long ms) {
        return ms * command.mlPerSecond() / 1_000;
    }

    private long workedMs() {
        if (ticking) {
            return tickedMs;
        }
        long atMost = (line.count() + 1) * 1_000;
        return tickedMs + Math.max(line.surely() * 1_000, Math.min(obeyedMs - tickedMs, atMost));
    }

    MeterMark mark() {
        return line.mark(tickedMs);
    }
}
