package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/**
 * What a device brings along from another gateway (DESIGN section 5): it comes pouring and is
 * stopped here, or says that a dispense which this gateway never had is over. The counter of that
 * moment is journaled, so that the cloud can join it to the start that the other gateway told.
 *
 * <p>Only water that flowed when the device arrived is brought along; what begins later is a leak.
 * And only with a boot id: without one nothing tells whether the counter is still the same.
 */
final class Arrival {
    /** A pouring device shows it by then: its second report. */
    private static final long WITHIN_MS = 10_000;

    /** No device ends more dispenses than this; one that says so must not fill the journal. */
    private static final long WORD_EVERY_MS = 1_000;

    private static final Pattern DISPENSE_ID = Pattern.compile("[a-z0-9]{26}");

    private record Word(String dispenseId, long totalMl) {}

    private final Dispenser device;
    private final Host host;
    private @Nullable CounterRange seen;
    private @Nullable Word word;
    private boolean pouring;
    private long toldAt = Long.MIN_VALUE / 4;

    Arrival(Dispenser device, Host host) {
        this.device = device;
        this.host = host;
    }

    /** A new connection; or a dispense begins here, so what comes is no longer brought along. */
    void over() {
        seen = null;
        word = null;
        pouring = false;
    }

    /**
     * A report of this connection while nothing is dispensed here.
     *
     * @param flowed the counter shows more than this gateway knew
     */
    void report(CounterReport r, @Nullable MeasureMode mode, boolean flowed, long now) {
        if (mode == null) {
            return;
        }
        Long value = Meter.reading(mode, r);
        if (value == null || r.bootId() == null || r.connection() != device.connection()) {
            return;
        }
        CounterRange before = seen;
        if (before == null || before.mode() != mode || !before.boot().equals(r.bootId())) {
            pouring = false;
            before = new CounterRange(mode, r.bootId(), value, value);
        }
        seen = new CounterRange(mode, r.bootId(), before.from(), Math.max(before.to(), value));
        pouring |= flowed && now - device.connectedAt() <= WITHIN_MS;
        Word waiting = word;
        word = null;
        if (waiting != null) {
            tell(waiting, r.bootId());
        }
    }

    /** It was told to stop, and its counter rests. */
    void rested() {
        CounterRange counted = seen;
        if (pouring && counted != null) {
            host.appendSurely(device, new DispenseFact.Rested(device.id(), "", counted), () -> {});
        }
        pouring = false;
    }

    /**
     * The device says that a dispense is over which this gateway never had.
     *
     * @param boot boot id of this connection, null while it has told none
     */
    void said(String dispenseId, long totalMl, @Nullable String boot, long now) {
        if (now - toldAt < WORD_EVERY_MS || !DISPENSE_ID.matcher(dispenseId).matches()) {
            return;
        }
        toldAt = now;
        Word said = new Word(dispenseId, totalMl);
        if (boot == null) {
            word = said; // what it kept for this connection may come before its first counters
        } else {
            tell(said, boot);
        }
    }

    private void tell(Word said, String boot) {
        CounterRange at =
                new CounterRange(MeasureMode.VOLUME, boot, said.totalMl(), said.totalMl());
        host.appendSurely(
                device, new DispenseFact.Rested(device.id(), said.dispenseId(), at), () -> {});
    }
}
