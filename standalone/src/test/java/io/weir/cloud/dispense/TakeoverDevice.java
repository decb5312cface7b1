package io.weir.cloud.dispense;

import io.weir.edge.metering.CounterReport;
import io.weir.edge.metering.TakeoverGate;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A dispenser that goes from gateway to gateway. Its own count of what it poured, for whom, is the
 * oracle.
 */
final class TakeoverDevice {
    static final long ML_PER_1000_PULSES = 2_222;

    /** A socket to a gateway process. */
    private record Session(TakeoverGate gate, int boot, long connection, long epoch) {
        boolean isAlive() {
            return gate.isUp() && gate.boots() == boot;
        }
    }

    /** {@code dispense_end}, kept until some gateway takes it. */
    private record Word(String dispense, @Nullable Long total, boolean obeyed) {}

    final MeasureMode mode;
    final boolean bootIds;
    final long flow; // ml/s
    final Map<String, Integer> openings = new HashMap<>();
    private final TakeoverWorld world;
    private final boolean resets;
    private final boolean speaks;
    private final long lag;
    private final long reportMs;
    private final Map<String, Long> truthUl = new HashMap<>();
    private final List<Word> words = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable Session older;
    private long deliveredAt;
    private boolean open;
    private String current = "";
    private long limitUl;
    private long until;
    private long closingAt = Long.MAX_VALUE;
    private long integrated;
    private long counterUl;
    private long workMs;
    private long bootedAt;
    private int boots = 1;

    TakeoverDevice(TakeoverWorld world) {
        this.world = world;
        this.mode = MeasureMode.values()[(int) world.between(0, 2)];
        this.bootIds = world.chance(80);
        this.resets = world.chance(50);
        this.speaks = world.chance(60);
        this.flow = world.between(20, 150);
        this.lag = world.between(20, 700);
        this.reportMs = world.between(300, 1_500);
        this.counterUl = world.chance(50) ? 0 : world.between(0, 5_000_000);
        this.workMs = world.chance(50) ? 0 : world.between(0, 500_000);
        world.in(world.between(100, 1_000), this::periodic);
    }

    long truthMl(String dispense) {
        integrate();
        return truthUl.getOrDefault(dispense, 0L) / 1_000;
    }

    long truthMl() {
        integrate();
        return truthUl.values().stream().mapToLong(Long::longValue).sum() / 1_000;
    }

    boolean isOpen() {
        integrate();
        return open;
    }

    @Nullable TakeoverGate at() {
        Session s = session;
        return s != null && s.isAlive() ? s.gate() : null;
    }

    /**
     * Goes to a gateway, or comes back to one.
     *
     * @param noticedAfterMs when the gateway it left sees that the socket is dead
     * @param both its old socket lives on until then
     */
    void moveTo(TakeoverGate to, long epoch, long noticedAfterMs, boolean both) {
        Session left = session;
        if (left != null) {
            older = both ? left : null;
            world.in(
                    noticedAfterMs,
                    () -> {
                        if (left.isAlive()) {
                            left.gate().disconnected(left.connection());
                        }
                        older = null;
                    });
        }
        session = new Session(to, to.boots(), to.connect(epoch), epoch);
        deliveredAt = world.now();
        world.in(
                world.between(5, 200),
                () -> {
                    report();
                    List<Word> kept = List.copyOf(words);
                    words.clear();
                    kept.forEach(this::say);
                });
    }

    /** Nobody is there any more; it pours on. */
    void lost(TakeoverGate gate) {
        Session s = session;
        if (s != null && s.gate() == gate) {
            session = null;
        }
    }

    void reboot() {
        integrate();
        close(false, false);
        words.clear();
        older = null;
        boots++;
        bootedAt = world.now();
        if (resets) {
            counterUl = 0;
            workMs = 0;
        }
    }

    /** Somebody holds the lever. */
    void leak() {
        integrate();
        if (!open) {
            open("", world.between(50, 600), 20);
        }
    }

    void dispense(TakeoverGate from, long connection, OpenDispense command) {
        Session on = live(from, connection);
        if (on == null) {
            return;
        }
        integrate();
        if (open) {
            deliver(on, () -> from.replied(command.dispenseId(), 429, null));
            return;
        }
        Long total = mode == MeasureMode.VOLUME ? (Long) (counterUl / 1_000) : null;
        openings.merge(command.dispenseId(), 1, Integer::sum);
        open(command.dispenseId(), command.orderedMl() * 3 / 2 + 200, command.secondsMax() + 5);
        deliver(on, () -> from.replied(command.dispenseId(), 200, total));
    }

    void stop(TakeoverGate from, long connection, String dispense) {
        Session on = live(from, connection);
        if (on == null) {
            return;
        }
        integrate();
        if (open && closingAt == Long.MAX_VALUE) {
            closingAt = world.now() + lag;
            world.in(lag, this::integrate);
        }
        deliver(on, () -> from.stopReplied(dispense));
    }

    private @Nullable Session live(TakeoverGate from, long connection) {
        for (Session s : new Session[] {session, older}) {
            if (s != null && s.gate() == from && s.connection() == connection && s.isAlive()) {
                return s;
            }
        }
        return null;
    }

    private void open(String dispense, long limitMl, long seconds) {
        open = true;
        current = dispense;
        limitUl = limitMl * 1_000;
        until = world.now() + seconds * 1_000;
        closingAt = Long.MAX_VALUE;
        world.in(Math.min(msUntilLimit(), seconds * 1_000), this::integrate);
    }

    private long msUntilLimit() {
        return (limitUl + flow - 1) / flow;
    }

    private void integrate() {
        long now = world.now();
        if (open) {
            long end = Math.min(now, Math.min(until, closingAt));
            long ms = Math.clamp(end - integrated, 0, msUntilLimit());
            counterUl += ms * flow;
            workMs += ms;
            limitUl -= ms * flow;
            truthUl.merge(current, ms * flow, Long::sum);
            integrated = now;
            if (limitUl <= 0 || closingAt <= now || until <= now) {
                close(true, closingAt <= Math.min(now, until) && limitUl > 0);
            }
        }
        integrated = now;
    }

    private void close(boolean tell, boolean obeys) {
        if (!open) {
            return;
        }
        open = false;
        closingAt = Long.MAX_VALUE;
        if (tell) {
            report();
            if (speaks && !current.isEmpty()) {
                Long total = mode == MeasureMode.VOLUME ? (Long) (counterUl / 1_000) : null;
                say(new Word(current, total, obeys));
            }
        }
    }

    private void say(Word word) {
        Session on = session;
        if (on == null || !on.isAlive()) {
            words.add(word);
        } else {
            deliver(on, () -> on.gate().ended(word.dispense(), word.total(), word.obeyed()));
        }
    }

    private void periodic() {
        integrate();
        if (open || world.chance(30)) {
            report();
        }
        world.in(reportMs, this::periodic);
    }

    private void report() {
        integrate();
        for (Session on : new Session[] {older, session}) {
            if (on != null && on.isAlive()) {
                report(on);
            }
        }
    }

    private void report(Session on) {
        CounterReport said =
                new CounterReport(
                        TakeoverWorld.DEVICE,
                        on.connection(),
                        on.epoch(),
                        mode == MeasureMode.VOLUME ? (Long) (counterUl / 1_000) : null,
                        mode == MeasureMode.FLOW_METER
                                ? (Long) (counterUl / ML_PER_1000_PULSES)
                                : null,
                        mode == MeasureMode.TIMER ? (Long) (workMs / 1_000) : null,
                        bootIds ? (Long) ((world.now() - bootedAt) / 1_000) : null,
                        bootIds ? "boot" + boots : null,
                        on.gate().tick());
        deliver(on, () -> on.gate().counters(arrived(said, on)));
    }

    private CounterReport arrived(CounterReport r, Session on) {
        return new CounterReport(
                r.deviceId(),
                r.connection(),
                r.epoch(),
                r.totalMl(),
                r.pulseTotal(),
                r.workS(),
                r.uptimeS(),
                r.bootId(),
                on.gate().tick());
    }

    /** Messages of one connection stay in order; with the process they are gone. */
    private void deliver(Session on, Runnable message) {
        deliveredAt = Math.max(deliveredAt + 1, world.now() + world.between(2, 60));
        world.in(
                deliveredAt - world.now(),
                () -> {
                    if (on.isAlive()) {
                        message.run();
                    }
                });
    }
}
