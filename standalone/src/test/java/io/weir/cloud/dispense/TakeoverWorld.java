package io.weir.cloud.dispense;

import io.weir.cloud.dispense.TakeoverCloud.Fault;
import io.weir.edge.metering.TakeoverGate;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * One device among three gateways and a cloud, in one seeded schedule: it moves mid-dispense, back
 * and forth, with two sockets for a while; gateways are cut off, die with facts on their disks,
 * return or never do; the cloud assigns late and sends commands to the wrong one; a thief writes
 * what it may not. Then all links are healed and the books are held against the water.
 */
final class TakeoverWorld implements TakeoverGate.Surroundings {
    static final String DEVICE = "WD00000001";
    private static final long STORM_MS = 240_000;
    private static final long CALM_MS = 220_000;

    private record Event(long at, long order, Runnable action) {}

    private final Random random;
    private final Map<String, Integer> hits;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (a, b) ->
                            a.at != b.at
                                    ? Long.compare(a.at, b.at)
                                    : Long.compare(a.order, b.order));
    private long order;
    private long now;
    private boolean calm;
    private final List<TakeoverGate> gates = new ArrayList<>();
    private final Map<TakeoverGate, Integer> marks = new HashMap<>();
    private final Set<TakeoverGate> cut = new HashSet<>();
    private final Set<TakeoverGate> lost = new HashSet<>();
    private final Set<TakeoverGate> served = new HashSet<>();

    private final TakeoverDevice device;
    private final TakeoverCloud cloud;
    private long arrivedAt;
    private int stolen;
    private boolean leaked;

    TakeoverWorld(long seed, Fault fault, Map<String, Integer> hits) {
        this.random = new Random(seed);
        this.hits = hits;
        for (int i = 1; i <= 3; i++) {
            gates.add(new TakeoverGate("edge-" + i, DEVICE, this));
        }
        this.cloud = new TakeoverCloud(this, fault, "edge-1");
        this.device = new TakeoverDevice(this);
        served.add(gates.getFirst());
    }

    void run() {
        gates.forEach(TakeoverGate::start);
        move(gates.getFirst());
        every(500, 3_000, this::deliver);
        every(200, 2_000, this::reconnect);
        every(2_000, 30_000, this::member);
        every(8_000, 50_000, this::wander);
        every(20_000, 120_000, this::kill);
        every(15_000, 90_000, () -> cutOrHeal(any()));
        every(30_000, 200_000, this::leak);
        every(20_000, 150_000, this::rebootAndLeak);
        every(20_000, 100_000, this::steal);
        every(5_000, 15_000, this::resolve);
        runUntil(STORM_MS);
        calmDown();
        runUntil(STORM_MS + CALM_MS);
        new TakeoverJudge(cloud, device, stolen).judge();
    }

    private void every(long low, long high, Runnable action) {
        in(
                between(low, high),
                () -> {
                    action.run();
                    every(low, high, action);
                });
    }

    private TakeoverGate any() {
        return gates.get(random.nextInt(gates.size()));
    }

    private TakeoverGate gate(String name) {
        return gates.stream().filter(g -> g.name.equals(name)).findFirst().orElseThrow();
    }

    /** Money frames go up in order, as far as the link lets them. */
    private void deliver() {
        for (TakeoverGate g : gates) {
            if (!cut.contains(g) && !lost.contains(g) && g.isUp()) {
                int from = marks.getOrDefault(g, 0);
                int to = calm ? g.disk.size() : from + random.nextInt(g.disk.size() - from + 1);
                for (int i = from; i < to; i++) {
                    cloud.apply(g.name, "journal-" + g.name, g.disk.get(i));
                }
                marks.put(g, to);
            }
        }
    }

    private void member() {
        if (calm) {
            return;
        }
        Dispense d =
                cloud.order(
                        device, between(50, 1_500), chance(20) ? between(3, 8) : between(30, 60));
        if (d == null) {
            hit("device busy");
            return;
        }
        TakeoverGate to = gate(d.order().gateway());
        if (to != device.at()) {
            hit("commanded at a gateway without the device");
        }
        if (!cut.contains(to) && chance(90)) {
            in(between(1, 300), () -> to.open(d.order().command()));
        }
        if (chance(40)) {
            in(between(500, 8_000), this::wander);
        }
    }

    /** What the cloud has heard nothing of it asks for. */
    private void resolve() {
        for (Dispense d : cloud.dispenses.values()) {
            TakeoverGate g = gate(d.order().gateway());
            boolean unheard =
                    d.course().state() == DispenseState.COMMANDED && d.course().journal() == null;
            if (unheard && !cut.contains(g) && !lost.contains(g)) {
                g.resolve(d.id());
            }
        }
    }

    /** The device goes elsewhere; the cloud is told before, after, or much later. */
    private void wander() {
        TakeoverGate to = any();
        if (calm || lost.contains(to)) {
            return;
        }
        boolean known = served.contains(to); // it has the device's secret and needs no cloud
        if (!known || chance(50)) {
            assign(to);
        } else if (chance(70)) {
            in(between(0, 60_000), () -> assign(to));
        }
        if (to.isUp() && to != device.at()) {
            hit(device.isOpen() ? "moved while pouring" : "moved");
            move(to);
        }
    }

    private void assign(TakeoverGate to) {
        if (!lost.contains(to)) {
            cloud.assign(to.name);
            served.add(to);
        }
    }

    private void move(TakeoverGate to) {
        move(to, chance(30));
    }

    private void move(TakeoverGate to, boolean both) {
        if (leaked && to.isBusy()) {
            return; // it would take the leak for its dispense's, as it would by itself
        }
        boolean online = !cut.contains(to);
        arrivedAt = now;
        if (both && device.at() != null) {
            hit("connected to both");
        }
        device.moveTo(to, online ? cloud.nextEpoch() : 0, between(0, 30_000), both);
    }

    private void reconnect() {
        if (device.at() == null) {
            TakeoverGate home = gate(cloud.gateway());
            if (home.isUp()) {
                move(home);
            }
        }
    }

    private void kill() {
        TakeoverGate g = any();
        if (calm || !g.isUp()) {
            return;
        }
        if (marks.getOrDefault(g, 0) < g.disk.size()) {
            hit("killed with facts on its disk");
        }
        for (Dispense d : cloud.dispenses.values()) {
            boolean open = d.course().state().isOpen() && d.order().gateway().equals(g.name);
            if (open && !device.openings.containsKey(d.id())) {
                hit("killed before any reply");
            }
        }
        g.kill(random.nextInt(4));
        device.lost(g);
        if (chance(15) && lost.isEmpty()) {
            hit("never returns");
            lost.add(g);
            in(between(1_000, 60_000), () -> giveUp(g));
        } else {
            in(chance(30) ? STORM_MS - now + 1 : between(500, 30_000), () -> start(g));
        }
    }

    /** An operator declares it lost, and gives its device to another one. */
    private void giveUp(TakeoverGate g) {
        cloud.declareLost(g.name);
        if (cloud.gateway().equals(g.name)) {
            assign(gates.stream().filter(o -> !lost.contains(o)).findAny().orElseThrow());
        }
    }

    private void start(TakeoverGate g) {
        if (!g.isUp()) {
            g.start();
        }
    }

    private void cutOrHeal(TakeoverGate g) {
        if (!calm && !cut.remove(g)) {
            cut.add(g);
            hit("cut off");
        }
    }

    /** Not while anybody counts: its water could not be told from the dispense's. */
    private void leak() {
        boolean idle = !cloud.hasOpen() && gates.stream().noneMatch(TakeoverGate::isBusy);
        boolean all = lost.isEmpty() && gates.stream().allMatch(TakeoverGate::isUp);
        if (!calm && idle && all && device.at() != null && now - arrivedAt > 20_000) {
            hit("leak");
            device.leak();
        }
    }

    /** After a boot no count of before may be joined with what flows now. */
    private void rebootAndLeak() {
        TakeoverGate to = any();
        if (calm || !device.bootIds || !to.isUp() || !served.contains(to)) {
            return;
        }
        TakeoverGate from = device.at();
        if (from == null || from == to || to.isBusy()) {
            return;
        }
        hit("booted and leaks at another");
        device.reboot();
        move(to, false);
        assign(to);
        device.leak();
        leaked = true;
    }

    /** Whoever stole a gateway's key writes of a device that was never its own. */
    private void steal() {
        TakeoverGate thief = any();
        if (!cloud.stranger(thief.name)) {
            return;
        }
        for (Dispense d : List.copyOf(cloud.dispenses.values())) {
            Trail trail = d.course().trail();
            if (trail == null || d.order().gateway().equals(thief.name)) {
                continue;
            }
            CounterRange low =
                    new CounterRange(device.mode, trail.boot(), trail.base(), trail.base() + 1);
            forge(thief, new DispenseFact.Rested(DEVICE, d.id(), low));
            forge(thief, new DispenseFact.Ended(d.id(), 0, 0, EndReason.DEVICE));
        }
    }

    private void forge(TakeoverGate thief, DispenseFact fact) {
        hit("stolen key");
        if (cloud.told(thief.name, "journal-" + thief.name, fact, 0)) {
            stolen++;
        }
    }

    private void calmDown() {
        calm = true;
        cut.clear();
        for (TakeoverGate g : gates) {
            if (!lost.contains(g)) {
                start(g);
            }
        }
        gates.stream()
                .filter(g -> leaked && g.isUp() && !g.isBusy() && served.contains(g))
                .findFirst()
                .ifPresent(this::assign);
        TakeoverGate home = gate(cloud.gateway());
        in(
                5_000,
                () -> {
                    if (device.at() != home && home.isUp()) {
                        move(home);
                    }
                });
        lost.forEach(g -> in(60_000, () -> cloud.declareLost(g.name)));
    }

    @Override
    public void dispense(TakeoverGate from, long connection, OpenDispense command) {
        in(between(2, 60), () -> device.dispense(from, connection, command));
    }

    @Override
    public void stop(TakeoverGate from, long connection, String dispenseId) {
        in(between(2, 60), () -> device.stop(from, connection, dispenseId));
    }

    void hit(String what) {
        hits.merge(what, 1, Integer::sum);
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public long wallMs() {
        return 1_800_000_000_000L + now;
    }

    @Override
    public void in(long delayMs, Runnable action) {
        events.add(new Event(now + Math.max(0, delayMs), order++, action));
    }

    long between(long low, long high) {
        return low + (long) (random.nextDouble() * (high - low + 1));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private void runUntil(long end) {
        while (!events.isEmpty() && Objects.requireNonNull(events.peek()).at <= end) {
            Event next = events.remove();
            now = next.at;
            next.action.run();
        }
        now = end;
    }

    /** What one unit of its counter is in ml, rounded up. */
    static long unitMl(TakeoverDevice device) {
        return switch (device.mode) {
            case VOLUME -> 1;
            case TIMER -> device.flow;
            case FLOW_METER -> TakeoverDevice.ML_PER_1000_PULSES / 1_000 + 1;
        };
    }

    /** What a device that tells of whole millilitres may round up. */
    static long slackMl(TakeoverDevice device) {
        return device.mode == MeasureMode.VOLUME ? 1 : 0;
    }
}
