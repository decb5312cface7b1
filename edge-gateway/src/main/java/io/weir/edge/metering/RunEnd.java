package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.Known;
import io.weir.edge.metering.RestWatch.Rest;
import io.weir.edge.metering.Run.Phase;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.DispenseFact;

/**
 * How a device's dispenses end: stopped in time, again until the counter rests, then told once
 * (DESIGN section 5, Dispense 3). Keeps what was learned of the device's stop delay.
 */
final class RunEnd {
    private static final String STOP_IGNORED = "STOP_IGNORED";

    /** Longer than this no valve takes to close; a report that came late is no measure. */
    private static final long LEAD_MAX_MS = 3_000;

    /** A moment further away than this is met by the ticks. */
    private static final long WAKE_WITHIN_MS = 2_000;

    private final Dispenser device;
    private final Host host;
    private long leadMs;

    RunEnd(Dispenser device, Host host) {
        this.device = device;
        this.host = host;
        this.leadMs = host.config().firstLead().toMillis();
    }

    long leadMs() {
        return leadMs;
    }

    void learned(long lead) {
        leadMs = lead;
    }

    /** Stops at the ordered volume minus what still flows while the valve closes. */
    void limit(Run open, Moment now) {
        open.ran(now.ms());
        boolean timed = open.command.mode() == MeasureMode.TIMER;
        long flow = timed ? open.command.mlPerSecond() : open.rate.mlPerSecond();
        long ordered = open.command.orderedMl();
        long target = timed ? ordered : Math.max(1, ordered - flow * leadMs / 1_000);
        long estimate =
                timed
                        ? Math.max(open.pouredMl(), open.meter.millilitresIn(open.ranMs))
                        : open.rate.estimateMl(open.pouredMl(), now.ms());
        if (estimate >= target) {
            open.stoppedAtMl = estimate;
            stop(open, EndReason.LIMIT, now);
            return;
        }
        long in =
                timed
                        ? (flow > 0 ? (target - estimate) * 1_000 / flow : -1)
                        : open.rate.reachesInMs(target, now.ms());
        if (in >= 0 && in <= WAKE_WITHIN_MS) {
            host.emit(new Effect.Wake(device.id(), in + 1));
        }
    }

    void stop(Run open, EndReason reason, Moment now) {
        if (open.phase == Phase.RUNNING) {
            open.ran(now.ms());
            open.openMsAtStop = open.ranMs;
            open.stoppedOn = device.isConnected() ? device.connection() : -1;
        }
        stopped(open, reason);
        sendStop(open, now);
    }

    /** It stops, or says that it did. */
    void stopped(Run open, EndReason reason) {
        open.phase = Phase.STOPPING;
        open.reason = reason;
        host.append(device, new DispenseFact.Stopping(open.id(), reason), (kept, at) -> {});
    }

    void sendStop(Run open, Moment now) {
        if (device.isConnected()) {
            host.emit(new Effect.PublishStop(device.id(), open.id()));
            open.watch.asked(now.ms());
        }
    }

    /** Ends it when the water rests; else asks again, and gives up on a device that won't obey. */
    void settle(Run open, Moment now) {
        if (open.phase != Phase.STOPPING || !device.isConnected()) {
            return; // who isn't there can't tell that the water rests
        }
        Rest rest = open.meter.ticking() ? open.watch.restedByWord() : open.watch.rested(now.ms());
        if (rest != Rest.NO) {
            device.release(rest == Rest.BY_COUNTER, now.ms());
            learnLead(open, rest);
            rested(open, rest, now);
        } else if (open.watch.disobeyed(now.ms())) {
            if (!device.isFaulted()) {
                device.fault(open.id(), STOP_IGNORED);
            }
            device.release(false, now.ms());
            ended(open, open.pouredMl(), EndReason.FAULT, now);
        } else if (open.watch.repeatDue(now.ms())) {
            sendStop(open, now);
        }
    }

    /** It was not opened, or the device said no before any flow. */
    void refused(Run open, EndReason reason, Moment now) {
        device.release();
        host.closed(open.id(), Known.REFUSED, reason, 0);
        host.appendSurely(
                device,
                new DispenseFact.Refused(open.id(), reason),
                () -> host.answer(open.askers, open.id()));
        watchIfFaulted(now);
    }

    /** The device said no while water flows: that is somebody else's. */
    void denied(Run open, Moment now) {
        host.append(
                device,
                new DispenseFact.Unattributed(device.id(), open.pouredMl()),
                (kept, at) -> {});
        device.release(false, now.ms());
        ended(open, 0, EndReason.DEVICE_REFUSED, now);
        device.watchFlow(now.ms());
    }

    private void rested(Run open, Rest rest, Moment now) {
        EndReason reason = open.reason == null ? EndReason.DEVICE : open.reason;
        long poured = open.pouredMl();
        if (reason != EndReason.DEVICE_REFUSED) {
            ended(open, poured, reason, now);
        } else if (poured > 0 || open.opened) {
            ended(open, poured, EndReason.DEVICE, now);
        } else if (rest == Rest.BY_COUNTER
                && open.meter.countsFromBefore()
                && open.meter.showsEveryMillilitre()
                && open.publishedOn == device.connection()) {
            refused(open, EndReason.DEVICE_REFUSED, now);
        } else {
            // No proof that nothing was poured: a counter of whole seconds may hide a cup, and
            // after a reboot it may have forgotten.
            ended(open, 0, EndReason.NO_FLOW, now);
        }
    }

    private void ended(Run open, long poured, EndReason reason, Moment now) {
        host.closed(open.id(), Known.ENDED, reason, poured);
        host.appendSurely(
                device,
                new DispenseFact.Ended(open.id(), poured, open.ranMs / 1_000, reason),
                () -> host.answer(open.askers, open.id()));
        watchIfFaulted(now);
    }

    private void watchIfFaulted(Moment now) {
        if (device.isFaulted()) {
            device.watchFlow(now.ms());
        }
    }

    /** What flowed after {@code stop} at the limit tells how long the device takes to close. */
    private void learnLead(Run open, Rest rest) {
        long flow = open.rate.mlPerSecond();
        boolean timed = open.command.mode() == MeasureMode.TIMER;
        if (!timed && rest == Rest.BY_COUNTER && open.stoppedAtMl >= 0 && flow > 0) {
            long after = Math.max(0, open.pouredMl() - open.stoppedAtMl) * 1_000 / flow;
            leadMs = (3 * leadMs + Math.min(after, LEAD_MAX_MS)) / 4;
        }
    }
}
