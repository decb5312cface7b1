package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;

import org.jspecify.annotations.Nullable;

/**
 * Water that no dispense ordered, and the way out of FAULTED: {@code stop} to whatever runs, every
 * 2 s until the counter rests (DESIGN section 5.3, 5.6). Stored and shown, never billed.
 */
final class StrayFlow {
    static final String UNORDERED = "FLOW_WITHOUT_DISPENSE";
    private static final long FACT_EVERY_MS = 1_000;

    private final Dispenser device;
    private final Host host;
    private @Nullable RestWatch watch;
    private long pendingMl;
    private long toldAt = Long.MIN_VALUE / 4;

    StrayFlow(Dispenser device, Host host) {
        this.device = device;
        this.host = host;
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

    void report(long sentAt, long now, long units, @Nullable MeasureMode mode) {
        if (units > 0) {
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
            toldAt = Long.MIN_VALUE / 4;
            tell(now);
            watch = null;
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
            pendingMl = 0;
            toldAt = now;
            host.append(
                    device,
                    new DispenseFact.Unattributed(device.id(), ml),
                    (kept, at) -> pendingMl += kept ? 0 : ml);
        }
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
