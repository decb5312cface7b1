package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A physical dispenser: valve, water, counters, boots, and its own count of what it poured, which
 * is the oracle. It obeys its own last limit of volume and time, as real ones do.
 */
final class SimDevice {
    static final long ML_PER_1000_PULSES = 2_222;

    /** What a reboot does to the counters. */
    enum Memory {
        KEEPS,
        RESETS,
        LOSES_A_LITTLE
    }

    /** How a report is said once; it may be sent again on another connection. */
    private record Said(
            @Nullable Long total,
            @Nullable Long pulses,
            @Nullable Long work,
            @Nullable Long uptime,
            @Nullable String boot) {}

    final String id;
    final MeasureMode mode;
    final boolean counting;
    final boolean bootIds;
    final boolean totalInReply;
    final Memory memory;
    final long flow; // ml/s = ul/ms
    private final SimWorld world;
    private final long lag;
    private final long reportMs;
    private final Map<String, Long> truth = new HashMap<>();
    private final List<Said> unacked = new ArrayList<>();
    private final Set<String> mixed = new HashSet<>();

    boolean messy;
    boolean wasMessy;
    boolean stuck;
    boolean gone;
    private boolean powered = true;
    private @Nullable SimEdge edge;
    private long connection;
    private long takenOver = -1;
    private long lastDelivery;
    private long lastOfOld;
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

    SimDevice(SimWorld world, String id, MeasureMode mode, boolean bootIds) {
        this.world = world;
        this.id = id;
        this.mode = mode;
        this.bootIds = bootIds;
        this.counting = mode != MeasureMode.TIMER || world.chance(60);
        this.totalInReply = mode == MeasureMode.VOLUME && world.chance(60);
        this.memory = Memory.values()[world.random.nextInt(3)];
        this.flow = world.between(20, 150);
        this.lag = world.between(20, 700);
        this.reportMs = world.between(200, 1_500);
        this.counterUl = world.between(0, 5_000_000);
        this.workMs = world.between(0, 500_000);
    }

    /** A device that counts ml is taken at its word, and its word is in whole ml. */
    long overMl() {
        return mode == MeasureMode.VOLUME ? 1 : 0;
    }

    /**
     * Can its water be told apart by dispense? Not where reports overtake one another by seconds
     * and the end tells no counter: then the last of one may show in the next, and only the sum of
     * all is right. Nor where water flowed already that nobody ordered.
     */
    boolean tellsApart(String dispense) {
        return !mixed.contains(dispense) && !(wasMessy && bootIds && mode != MeasureMode.VOLUME);
    }

    /** What may go unbilled in quiet times, in ml: two steps of the counter, rounded up. */
    long unsureMl() {
        return switch (mode) {
            case VOLUME -> 1;
            case FLOW_METER -> 2 * ML_PER_1000_PULSES / 1_000 + 1;
            case TIMER -> 2 * flow + 1;
        };
    }

    long truthMl(String dispense) {
        integrate();
        return truth.getOrDefault(dispense, 0L) / 1_000;
    }

    /** All water, whoever's. */
    long truthMl() {
        integrate();
        return truth.values().stream().mapToLong(Long::longValue).sum() / 1_000;
    }

    boolean isOpen() {
        integrate();
        return open;
    }

    boolean isConnected() {
        return edge != null;
    }

    @Override
    public String toString() {
        return (bootIds ? "boot ids " : "no boot ids ")
                + memory
                + (wasMessy ? " messy" : "")
                + (totalInReply ? " total in reply" : "")
                + (counting ? "" : " without counter")
                + " boots "
                + boots;
    }

    void powerOn() {
        world.in(world.between(0, 1_000), this::periodic);
    }

    void connect(SimEdge to) {
        if (!powered || gone || edge != null || !to.isUp()) {
            return;
        }
        edge = to;
        connection = to.connect(this);
        lastDelivery = 0;
        List<Said> again = List.copyOf(unacked);
        unacked.clear();
        if (!bootIds) {
            again.forEach(said -> send(said, false)); // in the order of saying
        }
        report(false); // as real ones do, and without it no baseline could be trusted
        if (bootIds) {
            again.forEach(said -> send(said, messy));
        }
    }

    /** Its socket stalls, and it opens a new one while the old one lives: what is there is late. */
    void takeOver() {
        SimEdge on = edge;
        long stalled = connection;
        lastDelivery = Math.max(lastDelivery, world.now() + world.between(500, 3_000));
        world.in(
                world.between(200, 2_000),
                () -> {
                    if (on != null && edge == on && connection == stalled && !gone) {
                        takenOver = stalled;
                        edge = null;
                        connect(on);
                        on.disconnect(this, stalled);
                    }
                });
    }

    long connection() {
        return connection;
    }

    /** The socket dies; the edge notices when told so. */
    void disconnect() {
        SimEdge from = edge;
        edge = null;
        if (from != null) {
            from.disconnect(this, connection);
        }
    }

    void lostEdge() {
        edge = null;
        takenOver = -1; // the next edge numbers its connections anew
    }

    void reboot() {
        integrate();
        close(false, false);
        disconnect();
        unacked.clear();
        powered = false;
        world.in(
                world.between(1_200, 6_000),
                () -> {
                    powered = true;
                    boots++;
                    world.tell(id, "boots as " + boots);
                    bootedAt = world.now();
                    if (memory == Memory.RESETS) {
                        counterUl = 0;
                        workMs = 0;
                    } else if (memory == Memory.LOSES_A_LITTLE) {
                        counterUl -= counterUl % 100_000;
                        workMs -= workMs % 10_000;
                    }
                });
    }

    void press() {
        integrate();
        close(true, false);
    }

    /** Water without a dispense. */
    void leak() {
        integrate();
        if (!open && powered) {
            open("", world.between(100, 2_000), world.between(2, 20));
        }
    }

    /**
     * A command will be sent, and may be lost. If water flows already, nobody at the edge can tell
     * whose it is.
     */
    void mayOpenFor(String dispense) {
        integrate();
        if (open) {
            mixed.add(dispense);
        }
    }

    /** The service {@code dispense} arrives. */
    void dispense(OpenDispense command, Consumer<Object[]> reply) {
        integrate();
        if (!powered) {
            return;
        }
        if (open) {
            mixed.add(command.dispenseId());
            reply.accept(new Object[] {429, null});
            return;
        }
        Long total = totalInReply ? (Long) (counterUl / 1_000) : null;
        open(command.dispenseId(), command.orderedMl() * 3 / 2 + 200, command.secondsMax() + 5);
        reply.accept(new Object[] {200, total});
    }

    void stop(Runnable reply) {
        integrate();
        if (powered) {
            if (open && closingAt == Long.MAX_VALUE && !stuck) {
                closingAt = world.now() + lag;
                world.in(lag, this::integrate);
            }
            reply.run();
        }
    }

    private void open(String dispense, long limitMl, long seconds) {
        open = true;
        world.tell(id, "opens for '" + dispense + "' at " + counterUl / 1_000 + " ml");
        current = dispense;
        limitUl = limitMl * 1_000;
        until = world.now() + seconds * 1_000;
        closingAt = Long.MAX_VALUE;
        truth.putIfAbsent(dispense, 0L);
        world.in(Math.min(msUntilOwnLimit(), seconds * 1_000), this::integrate);
    }

    private long msUntilOwnLimit() {
        return (limitUl + flow - 1) / flow;
    }

    /** Water up to now, exactly to the moment that the valve shut. */
    private void integrate() {
        long now = world.now();
        if (open) {
            long end = Math.min(now, Math.min(until, closingAt));
            long ms = Math.max(0, Math.min(end - integrated, msUntilOwnLimit()));
            counterUl += ms * flow;
            workMs += ms;
            limitUl -= ms * flow;
            truth.merge(current, ms * flow, Long::sum);
            integrated = now;
            if (end < now || limitUl <= 0 || closingAt <= now || until <= now) {
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
        world.tell(id, "closes '" + current + "' at " + counterUl / 1_000 + " ml, " + workMs);
        closingAt = Long.MAX_VALUE;
        String ended = current;
        if (tell) {
            report();
            Long total = mode == MeasureMode.VOLUME ? (Long) (counterUl / 1_000) : null;
            SimEdge to = edge;
            long on = connection;
            if (to != null && !ended.isEmpty() && !(messy && world.chance(20))) {
                world.at(deliveryTime(), () -> to.ended(this, on, ended, total, obeys));
            }
        }
    }

    private void periodic() {
        if (open) {
            report();
        } else if (world.chance(15)) {
            report();
        }
        world.in(reportMs, this::periodic);
    }

    private void report() {
        report(messy);
    }

    private void report(boolean late) {
        integrate();
        if (!powered) {
            return;
        }
        boolean volume = counting && mode == MeasureMode.VOLUME;
        boolean pulses = mode == MeasureMode.FLOW_METER;
        boolean work = counting && mode == MeasureMode.TIMER;
        send(
                new Said(
                        volume ? counterUl / 1_000 : null,
                        pulses ? counterUl / ML_PER_1000_PULSES : null,
                        work ? workMs / 1_000 : null,
                        bootIds ? (world.now() - bootedAt) / 1_000 : null,
                        bootIds ? id + "-boot" + boots : null),
                late);
    }

    /** QoS 1: what the edge did not take is said again on the next connection. */
    private void send(Said said, boolean late) {
        SimEdge to = edge;
        if (to == null) {
            if (unacked.size() < 5 && world.chance(50)) {
                unacked.add(said);
            }
            return;
        }
        unacked.add(said);
        long on = connection;
        long when = deliveryTime();
        if (late && bootIds) { // any order, any number of times
            when = world.now() + world.between(5, 4_000);
            if (world.chance(20)) {
                world.in(world.between(5, 20_000), () -> deliver(to, on, said));
            }
        }
        world.at(when, () -> deliver(to, on, said));
    }

    private void deliver(SimEdge to, long on, Said said) {
        if (!to.isUp() || edge != to) {
            return;
        }
        if (on == takenOver) {
            String boot = to.boot();
            lastOfOld = Math.max(lastOfOld, world.now() + world.between(0, 2_000));
            world.at(
                    lastOfOld,
                    () -> {
                        if (boot.equals(to.boot()) && to.isUp()) {
                            to.counters(report(said, on, to)); // no ack finds its way back
                        }
                    });
        } else if (connection == on || bootIds) {
            unacked.remove(said);
            to.counters(report(said, connection, to));
        }
    }

    private CounterReport report(Said said, long on, SimEdge to) {
        return new CounterReport(
                id,
                on,
                on,
                said.total(),
                said.pulses(),
                said.work(),
                said.uptime(),
                said.boot(),
                new Tick(world.now(), to.boot()));
    }

    /** Messages of one connection stay in order. */
    long deliveryTime() {
        lastDelivery = Math.max(lastDelivery + 1, world.now() + world.between(2, 60));
        return lastDelivery;
    }
}
