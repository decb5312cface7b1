package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.MeterMark;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Millilitres of one dispense: a counter of the device times the outlet's constant, in integers and
 * rounded down. The three measure modes differ only in the counter they read; the timer mode falls
 * back to the edge's own ticks when the device showed no {@code work_s} before it opened.
 */
final class Meter {
    private final OpenDispense command;
    private final CounterLine line;
    private boolean ticking;

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
        }
        return meter;
    }

    /** The meter of a dispense that an earlier process of the edge began. */
    static Meter resumed(OpenDispense command, @Nullable MeterMark mark, Tick now) {
        Meter meter =
                new Meter(
                        command,
                        mark == null ? new CounterLine(List.of(), now) : new CounterLine(mark));
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

    /** The device's reply told {@code total_ml} of the moment the valve opened. */
    void baseline(long totalMl, @Nullable String boot, long connection, Tick at) {
        if (command.mode() == MeasureMode.VOLUME) {
            line.baseline(totalMl, boot, connection, at);
        }
    }

    /** True when more has been poured than was known. */
    boolean accept(CounterReport r) {
        Long value = reading(command.mode(), r);
        return value != null
                && !ticking
                && line.accept(value, r.bootId(), r.uptimeS(), r.connection(), r.at());
    }

    /** Does it read the edge's own ticks, for want of a counter? */
    boolean ticking() {
        return ticking;
    }

    /**
     * @param ranMs how long the valve was open by the edge's ticks
     */
    long pouredMl(long ranMs) {
        return ticking ? ranMs * command.mlPerSecond() / 1_000 : millilitres(command, line.count());
    }

    MeterMark mark() {
        return line.mark();
    }
}
