package io.weir.edge.metering;

import io.weir.edge.metering.Run.Phase;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import java.util.List;

/**
 * How a device's dispenses go from the command to {@code stop}: the reply or the first flow, what
 * the counter shows, the limits of time (DESIGN section 5, Dispense 3). Then {@link RunEnd} takes
 * over.
 */
final class RunCourse {
    /** A device that replies does so within this. */
    private static final long REPLY_MS = 1_000;

    private final Dispenser device;
    private final Host host;
    private final RunEnd ending;

    RunCourse(Dispenser device, Host host, RunEnd ending) {
        this.device = device;
        this.host = host;
        this.ending = ending;
    }

    /** The device confirmed, or water was seen. */
    void running(Run open, Moment now) {
        open.phase = Phase.RUNNING;
        open.opened = true;
        open.meter.opened();
        open.countedAt = now.ms();
        open.lastFlowAt = now.ms();
        append(new DispenseFact.Running(open.id(), open.meter.mark()));
    }

    /**
     * A report came after the command.
     *
     * @param sentAt when the device sent it, at the latest
     * @param olderBoots boots of the device that are over
     */
    void read(Run open, CounterReport report, long sentAt, List<String> olderBoots, Moment now) {
        boolean late =
                !open.meter.hasBase()
                        && (sentAt < open.publishedAt || report.connection() < open.publishedOn);
        if (late || Meter.reading(open.command.mode(), report) == null) {
            return; // tells nothing of this dispense
        }
        open.heard(report.connection(), now.ms());
        boolean compared = open.meter.hasBase();
        boolean flowed = open.meter.accept(report, olderBoots);
        if (flowed && (mayBeFromBefore(open, now) || mayBeFromElsewhere(open, report))) {
            open.comparedOn = Math.max(open.comparedOn, report.connection());
            open.meter.beginsAfter(report);
            flowed = false;
        }
        if (compared) {
            open.watch.report(sentAt, now.ms(), flowed);
        } else {
            open.watch.firstReport(sentAt);
            tellBaseline(open);
        }
        if (flowed) {
            if (open.phase == Phase.COMMANDED) {
                running(open, now);
            }
            open.opened = true;
            open.lastFlowAt = now.ms();
            open.rate.flowed(open.pouredMl(), now.ms());
        }
    }

    /**
     * Messages of a connection keep their order, so what comes before the device's reply was said
     * before it knew of the command: the last of other water, or old reports sent again after a
     * reconnect. But a device may reply late or never.
     */
    private static boolean mayBeFromBefore(Run open, Moment now) {
        return open.phase == Phase.COMMANDED && now.ms() - open.publishedAt < REPLY_MS;
    }

    /**
     * The command went to another connection and nothing confirmed it. That socket may have been
     * dead, and what the counter shows on coming back may have been dispensed at another gateway.
     * What flows from here on can't. For a restarted edge every connection is another one.
     */
    private static boolean mayBeFromElsewhere(Run open, CounterReport report) {
        return !open.opened && report.connection() > open.comparedOn;
    }

    /** Once a second while neither a reply nor flow has come. */
    void waitForReply(Run open, Moment now) {
        long since = Math.max(open.publishedAt, device.connectedAt());
        if (device.isConnected() && now.ms() - since >= host.config().noReply().toMillis()) {
            ending.stop(open, EndReason.DEVICE_REFUSED, now);
        }
    }

    /** It may end within the second, and without a baseline no reading of elsewhere is joined. */
    private void tellBaseline(Run open) {
        if (open.opened && open.meter.hasBase()) {
            tellProgress(open);
        }
    }

    private void tellProgress(Run open) {
        append(
                new DispenseFact.Progress(
                        open.id(), open.pouredMl(), open.ranMs / 1_000, open.meter.mark()));
    }

    /** Once a second while it runs. */
    void progress(Run open, Moment now) {
        open.ran(now.ms());
        tellProgress(open);
        if (open.ranMs >= open.command.secondsMax() * 1_000) {
            ending.stop(open, EndReason.TIME_LIMIT, now);
        } else if (device.isConnected()
                && !open.meter.ticking()
                && now.ms() - open.lastFlowAt >= host.config().noFlow().toMillis()) {
            ending.stop(open, EndReason.NO_FLOW, now);
        } else {
            ending.limit(open, now);
        }
    }

    /**
     * A timer without a counter, across a restart of the edge: the gap, at most until its limit, if
     * the device answers now.
     */
    void countGap(Run open, Moment now) {
        Long from = open.gapFromWallMs;
        open.gapFromWallMs = null;
        if (from != null && open.opened) {
            long limit = open.command.secondsMax() * 1_000;
            long gap = Math.clamp(now.wallMs() - from, 0, limit);
            open.ranMs = Math.min(limit, open.ranMs + gap);
            open.heardOn = device.connection();
        }
    }

    private void append(DispenseFact fact) {
        host.append(device, fact, (kept, at) -> {});
    }
}
