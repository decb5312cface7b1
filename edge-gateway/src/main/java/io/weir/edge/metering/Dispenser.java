package io.weir.edge.metering;

import io.weir.edge.metering.RestWatch.Rest;
import io.weir.edge.metering.Run.Phase;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;

import org.jspecify.annotations.Nullable;

/**
 * One device's side of the engine: at most one open dispense, INTENT -> COMMANDED -> RUNNING ->
 * STOPPING -> one end (DESIGN section 5, Dispense 2 and 3). Here are its connection and the opening
 * of its valve; {@link RunCourse} tells how it runs and {@link RunEnd} how it ends. No I/O and no
 * clock; effects go to the {@link Host}.
 */
final class Dispenser {
    private static final int OK = 200;

    private final String id;
    private final Host host;
    private final DeviceCounters counters = new DeviceCounters();
    private final Arrival arrival;
    private final StrayFlow stray;
    private final RunEnd ending;
    private final RunCourse course;
    private boolean connected;
    private long connection;
    private long epoch;
    private long connectedAt;
    private @Nullable String faulted;
    private @Nullable Run run;
    private @Nullable OpenDispense lastCommand;

    /** Counters sent before this may miss water of the last dispense: no baseline. */
    private long cleanFrom = Long.MIN_VALUE / 4;

    Dispenser(String id, Host host) {
        this.id = id;
        this.host = host;
        this.arrival = new Arrival(this, host);
        this.stray = new StrayFlow(this, host, arrival);
        this.ending = new RunEnd(this, host);
        this.course = new RunCourse(this, host, ending);
    }

    String id() {
        return id;
    }

    long epoch() {
        return epoch;
    }

    long connection() {
        return connection;
    }

    boolean isConnected() {
        return connected;
    }

    long connectedAt() {
        return connectedAt;
    }

    boolean isFaulted() {
        return faulted != null;
    }

    @Nullable OpenDispense lastCommand() {
        return lastCommand;
    }

    @Nullable Run run() {
        return run;
    }

    long leadMs() {
        return ending.leadMs();
    }

    @Nullable String fault() {
        return faulted;
    }

    /** Nothing of it would be missed. */
    boolean isIdle() {
        return run == null && faulted == null && !connected && !stray.active();
    }

    boolean isWatched() {
        return run != null || faulted != null || stray.active();
    }

    /** As a checkpoint or a replayed fact tells. */
    void restore(@Nullable String fault, long lead) {
        faulted = fault;
        ending.learned(lead);
    }

    void restore(@Nullable Run restored) {
        run = restored;
        if (restored != null) {
            lastCommand = restored.command;
        }
    }

    /** The process starts: what was open must be stopped and read. */
    void restarted(Moment now) {
        if (run != null && run.phase != Phase.STOPPING) {
            ending.stopped(run, EndReason.EDGE_RESTART);
        } else if (run == null && faulted != null) {
            stray.begin(now.ms());
        }
    }

    /** Why nothing may be opened now; null when it may. */
    @Nullable EndReason refusal(boolean owes) {
        if (faulted != null) {
            return EndReason.DEVICE_FAULTED;
        }
        if (run != null || stray.active() || owes) {
            return EndReason.DEVICE_BUSY;
        }
        return connected ? null : EndReason.DEVICE_OFFLINE;
    }

    void open(long asker, OpenDispense command, Moment now) {
        Run opening = new Run(command, freshMeter(command, now), host.config());
        opening.arrivedAt = now.ms();
        opening.askers.add(asker);
        run = opening;
        arrival.over();
        lastCommand = command;
        host.opened(this, opening);
        host.append(
                this,
                new DispenseFact.Intent(opening.id(), command, opening.meter.mark()),
                (kept, at) -> intended(opening, kept, at));
    }

    /** The intent is on disk, or refused: the only place from where a valve is opened. */
    private void intended(Run opening, boolean kept, Moment now) {
        if (!kept) {
            for (long asker : opening.askers) {
                host.emit(new Effect.Fail(asker, "the journal did not keep the intent"));
            }
            opening.askers.clear();
            ending.refused(opening, EndReason.NOT_PUBLISHED, now);
        } else if (opening.reason != null) {
            ending.refused(opening, opening.reason, now);
        } else if (now.ms() - opening.arrivedAt > opening.command.ttlMs()) {
            ending.refused(opening, EndReason.EXPIRED, now);
        } else if (!connected) {
            ending.refused(opening, EndReason.DEVICE_OFFLINE, now);
        } else {
            opening.phase = Phase.COMMANDED;
            opening.publishedAt = now.ms();
            opening.publishedOn = connection;
            opening.comparedOn = connection;
            opening.heardOn = connection;
            host.emit(new Effect.PublishDispense(opening.command));
            host.answer(opening.askers, opening.id());
            opening.askers.clear();
        }
    }

    /** The device answered {@code dispense}. */
    void replied(Run asked, int code, @Nullable Long totalMl, Moment now) {
        if (run != asked) {
            return;
        }
        if (code == OK) {
            if (totalMl != null) {
                asked.meter.baseline(totalMl, counters.boot(connection), connection, now.tick());
            }
            if (asked.phase == Phase.COMMANDED) {
                course.running(asked, now);
            }
            asked.opened = true;
        } else if (asked.phase == Phase.COMMANDED || !asked.opened) {
            ending.refused(asked, EndReason.DEVICE_REFUSED, now);
        } else {
            ending.denied(asked, now);
        }
    }

    /** It was not sent after all. */
    void unsent(Run asked, EndReason reason, Moment now) {
        if (run == asked && asked.phase == Phase.COMMANDED) {
            ending.refused(asked, reason, now);
        }
    }

    /** Somebody wants it stopped. True when the asker is answered later, with the refusal. */
    boolean stop(Run asked, long asker, EndReason reason, Moment now) {
        if (asked.phase == Phase.INTENT) {
            asked.reason = reason;
            asked.askers.add(asker);
            return true;
        }
        if (asked.phase != Phase.STOPPING) {
            ending.stop(asked, reason, now);
        }
        return false;
    }

    void stopReplied(String dispenseId, int code, Moment now) {
        if (code != OK) {
            return;
        }
        if (run != null && run.id().equals(dispenseId)) {
            run.heardStop(connection);
            run.watch.agreed(now.ms());
            ending.settle(run, now);
        } else if (run == null) {
            stray.agreed(now.ms());
        }
    }

    void counters(CounterReport report, Moment now) {
        if (report.bootId() == null && report.connection() < connection) {
            return; // only order of arrival tells what is newer, and there is none between sockets
        }
        long sentAt = counters.take(report);
        long strayUnits = counters.strayUnits(report);
        Run open = run;
        if (open == null) {
            if (counters.tells(report)) {
                MeasureMode mode = counters.strayMode();
                arrival.report(report, mode, strayUnits > 0, now.ms());
                stray.report(sentAt, now.ms(), strayUnits, mode, counters.strayRange());
            }
        } else if (open.phase == Phase.INTENT) {
            open.meter = freshMeter(open.command, now); // still before the command
        } else {
            course.read(open, report, sentAt, counters.olderBoots(), now);
            if (open.phase == Phase.RUNNING) {
                ending.limit(open, now);
            } else if (open.phase == Phase.STOPPING) {
                ending.settle(open, now);
            }
        }
    }

    /**
     * The device says that its valve is shut.
     *
     * @param obeyed because it was told to; by this gateway only if it answered that before
     */
    void deviceEnded(String dispenseId, @Nullable Long totalMl, boolean obeyed, Moment now) {
        Run open = run;
        if (open == null && totalMl != null && !host.knows(dispenseId)) {
            arrival.said(dispenseId, totalMl, counters.boot(connection), now.ms());
        }
        if (open == null || open.phase == Phase.INTENT || !open.id().equals(dispenseId)) {
            return;
        }
        if (totalMl != null && open.command.mode() == MeasureMode.VOLUME) {
            String boot = counters.boot(connection);
            counters(
                    new CounterReport(
                            id, connection, epoch, totalMl, null, null, null, boot, now.tick()),
                    now);
        }
        if (open.phase == Phase.COMMANDED) {
            course.running(open, now);
        }
        open.heard(connection, now.ms());
        open.watch.closed(now.ms());
        if (obeyed && open.obeyed(connection)) {
            open.meter.obeyed(open.openMsAtStop);
        }
        if (open.phase == Phase.RUNNING) {
            open.watch.asked(now.ms());
            boolean all = open.pouredMl() >= open.command.orderedMl();
            ending.stopped(open, all ? EndReason.LIMIT : EndReason.DEVICE);
        }
        if (run == open) {
            ending.settle(open, now);
        }
    }

    /** The device reports a fault of its own. */
    void deviceFault(String code, Moment now) {
        if (faulted != null) {
            return;
        }
        Run open = run;
        fault(open == null ? "" : open.id(), code);
        if (open == null) {
            stray.begin(now.ms());
        } else if (open.phase == Phase.INTENT) {
            open.reason = EndReason.DEVICE_FAULTED;
        } else if (open.phase != Phase.STOPPING) {
            ending.stop(open, EndReason.FAULT, now);
        }
    }

    void connected(long newConnection, long newEpoch, Moment now) {
        if (connected) {
            disconnected(connection, now);
        }
        connected = true;
        connection = newConnection;
        epoch = newEpoch;
        connectedAt = now.ms();
        arrival.over();
        Run open = run;
        if (open != null) {
            open.watch.unasked();
            open.lastFlowAt = now.ms();
            if (open.phase == Phase.STOPPING) {
                course.countGap(open, now);
                ending.sendStop(open, now);
            }
        }
        stray.connected(now.ms());
    }

    void disconnected(long oldConnection, Moment now) {
        if (oldConnection != connection) {
            return; // another connection took over before
        }
        connected = false;
        if (run != null && run.phase == Phase.RUNNING && run.meter.ticking()) {
            // Nobody can tell how long it still runs: what isn't known isn't billed.
            ending.stop(run, EndReason.DEVICE, now);
        }
    }

    /** Once a second. */
    void tick(Moment now) {
        Run open = run;
        if (open != null) {
            switch (open.phase) {
                case INTENT -> {} // the journal answers
                case COMMANDED -> course.waitForReply(open, now);
                case RUNNING -> course.progress(open, now);
                case STOPPING -> ending.settle(open, now);
            }
        }
        stray.tick(now.ms());
    }

    /** The moment that {@link RunEnd#limit} asked for. */
    void wake(Moment now) {
        if (run != null && run.phase == Phase.RUNNING) {
            ending.limit(run, now);
        }
    }

    /** The stray flow, or the device that did not obey, rests. */
    void rested(Rest rest, long now) {
        cleanFrom = rest == Rest.BY_COUNTER ? counters.lastSentAt() : now;
        if (faulted != null) {
            faulted = null;
            host.appendSurely(this, new DispenseFact.Cleared(id), () -> {});
        }
    }

    /**
     * The run is over; what it left on the counter is known, or nothing sent before now may be a
     * baseline.
     */
    void release(boolean counterKnown, long now) {
        run = null;
        cleanFrom = counterKnown ? counters.lastSentAt() : now;
    }

    /** The run is over without any water. */
    void release() {
        run = null;
    }

    /** It must be watched until it rests. */
    void watchFlow(long now) {
        stray.begin(now);
    }

    void fault(String dispenseId, String code) {
        faulted = code;
        host.appendSurely(this, new DispenseFact.Faulted(id, dispenseId, code), () -> {});
    }

    private Meter freshMeter(OpenDispense command, Moment now) {
        CounterReport baseline = counters.baseline(connection, cleanFrom);
        return Meter.before(command, baseline, counters.olderBoots(), now.tick());
    }
}
