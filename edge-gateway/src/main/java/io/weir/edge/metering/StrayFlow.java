package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import org.jspecify.annotations.Nullable;

/**
 * Water that no dispense ordered, and the way out of FAULTED: {@code stop} to whatever runs, every
 * 2 s until the counter rests (DESIGN section 5.3, 5.6). Stored and shown, never billed.
 */
final class StrayFlow {
    static final String UNORDERED = "FLOW_WITHOUT_DISPENSE";
    private static final long FACT_EVERY_MS = 1_000;
    private static final long LONG_AGO = Long.MIN_VALUE / 4;

    private final Dispenser device;
    private final Host host;
    private final Arrival arrival;
    private @Nullable RestWatch watch;
    private long pendingMl;
    private @Nullable CounterRange pending;
    private long toldAt = LONG_AGO;

    StrayFlow(Dispenser device, Host host, Arrival arrival) {
        this.device = device;
        this.host = host;
        this.arrival = arrival;
    }

    boolean active() {
        return watch != null;
    }

    /** From now on the device must be made to rest. */
    void begin(long now) {
        if (watch == null) {
            watch = new RestWatch(host.config());
            stop(now);
        }
    }

    void connected(long now) {
        if (watch != null) {
            watch.unasked();
            stop(now);
        }
    }

    /**
     * @param units by which the counter rose
     * @param range the readings that they are the difference of, when one boot tells them
     */
    void report(
            long sentAt,
            long now,
            long units,
            @Nullable MeasureMode mode,
            @Nullable CounterRange range) {
        if (units > 0) {
            if (pending != null && range != null && joined(pending, range) == null) {
                toldAt = LONG_AGO; // together no reading would tell whose it is
                tell(now);
            }
            pending = pendingMl == 0 ? range : joined(pending, range);
            pendingMl += millilitres(units, mode);
            begin(now);
        }
        if (watch != null) {
            watch.report(sentAt, now, units > 0);
            tell(now);
            settle(now);
        }
    }

    void agreed(long now) {
        if (watch != null) {
            watch.agreed(now);
        }
    }

    void tick(long now) {
        if (watch != null) {
            tell(now);
            settle(now);
        }
    }

    private void settle(long now) {
        RestWatch current = watch;
        if (current == null || !device.isConnected()) {
            return;
        }
        RestWatch.Rest rest = current.rested(now);
        if (rest != RestWatch.Rest.NO) {
            toldAt = LONG_AGO;
            tell(now);
            watch = null;
            arrival.rested();
            device.rested(rest, now);
        } else if (current.disobeyed(now) && !device.isFaulted()) {
            device.fault("", UNORDERED);
        }
        if (watch != null && current.repeatDue(now)) {
            stop(now);
        }
    }

    private void stop(long now) {
        if (watch != null && device.isConnected()) {
            host.emit(new Effect.PublishStop(device.id(), ""));
            watch.asked(now);
        }
    }

    private void tell(long now) {
        if (pendingMl > 0 && now - toldAt >= FACT_EVERY_MS) {
            long ml = pendingMl;
            CounterRange seen = pending;
            pendingMl = 0;
            toldAt = now;
            host.append(
                    device,
                    new DispenseFact.Unattributed(device.id(), ml, seen),
                    (kept, at) -> {
                        if (!kept) {
                            pending = pendingMl == 0 ? seen : joined(seen, pending);
                            pendingMl += ml;
                        }
                    });
        }
    }

    private static @Nullable CounterRange joined(
            @Nullable CounterRange first, @Nullable CounterRange next) {
        return first != null
                        && next != null
                        && first.mode() == next.mode()
                        && first.boot().equals(next.boot())
                        && first.to() == next.from()
                ? new CounterRange(first.mode(), first.boot(), first.from(), next.to())
                : null;
    }

    /** In ml by the constants of the device's last dispense; unknown constants tell 0. */
    private long millilitres(long units, @Nullable MeasureMode mode) {
        OpenDispense last = device.lastCommand();
        if (mode == MeasureMode.VOLUME) {
            return units;
        }
        return last != null && last.mode() == mode ? Meter.millilitres(last, units) : 0;
    }
}
