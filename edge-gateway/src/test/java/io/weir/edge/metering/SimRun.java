package io.weir.edge.metering;

import io.weir.edge.metering.SimEdge.Plant;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One seeded life of a gateway with a few dispensers: members order, stop and press buttons, the
 * net is bad, the power fails, the edge is killed, clocks jump. Then all faults end and what the
 * facts say is held against the water that really flowed.
 */
final class SimRun {
    private static final long STORM_MS = 240_000;
    private static final long CALM_MS = 150_000;

    /**
     * @param storm with faults, or a quiet day
     */
    record Plan(long seed, boolean storm, Plant plant) {}

    /** How a dispense ended by the facts. */
    private record End(long pouredMl, boolean refused, EndReason reason) {}

    final List<String> faults = new ArrayList<>();
    final Map<EndReason, Integer> ends = new HashMap<>();
    private final Plan plan;
    private final SimWorld world;
    private final SimEdge edge;
    private final List<SimDevice> devices = new ArrayList<>();
    private final Map<String, OpenDispense> ordered = new HashMap<>();
    private final Map<String, Long> progressed = new HashMap<>();
    private final Set<String> byTicks = new HashSet<>();
    private int numbers;
    private boolean calm;

    SimRun(Plan plan, Map<Run.Phase, Integer> killedIn) {
        this.plan = plan;
        this.world = new SimWorld(plan.seed());
        this.edge = new SimEdge(world, Limits.usual(), devices, plan.plant(), killedIn);
        int count = 1 + world.random.nextInt(3);
        for (int i = 0; i < count; i++) {
            MeasureMode mode = MeasureMode.values()[world.random.nextInt(3)];
            SimDevice device = new SimDevice(world, "dev" + i, mode, world.chance(60));
            device.messy = plan.storm() && world.chance(70);
            device.wasMessy = device.messy;
            devices.add(device);
        }
    }

    void run() {
        edge.start();
        for (SimDevice device : devices) {
            device.powerOn();
            reconnecting(device);
            members(device);
        }
        if (plan.storm()) {
            storm();
        }
        world.runUntil(STORM_MS);
        calm();
        world.runUntil(STORM_MS + CALM_MS);
        resolveAll();
        world.runUntil(STORM_MS + CALM_MS + 10_000);
        check();
    }

    private void reconnecting(SimDevice device) {
        device.connect(edge);
        world.in(world.between(300, 3_000), () -> reconnecting(device));
    }

    private void members(SimDevice device) {
        world.in(
                world.between(1_000, 30_000),
                () -> {
                    if (!calm) {
                        order(device);
                        members(device);
                    }
                });
    }

    private void order(SimDevice device) {
        String id = "d" + numbers++;
        OpenDispense command =
                new OpenDispense(
                        id,
                        device.id,
                        Outlet.NORMAL,
                        world.between(50, 1_500),
                        device.mode,
                        device.flow,
                        device.mode == MeasureMode.FLOW_METER ? SimDevice.ML_PER_1000_PULSES : 0,
                        world.chance(20) ? world.between(2, 8) : 60,
                        5_000);
        ordered.put(id, command);
        if (plan.storm() && world.chance(5)) {
            edge.resolve(id, device.id, a -> {}); // asked before it came
        }
        edge.open(command);
        if (plan.storm() && world.chance(2)) {
            world.in(world.between(0, 40), this::killEdge); // between intent, sync and publish
        }
        if (world.chance(20)) {
            world.in(world.between(1, 8_000), () -> edge.open(command)); // asked again
        }
        if (world.chance(30)) {
            world.in(world.between(1, 15_000), () -> edge.stop(id, device.id));
        }
        if (world.chance(15)) {
            world.in(world.between(500, 15_000), device::press);
        }
    }

    private void storm() {
        for (SimDevice device : devices) {
            repeat(8_000, 60_000, device::disconnect);
            repeat(10_000, 90_000, device::takeOver);
            repeat(20_000, 200_000, device::reboot);
            repeat(20_000, 200_000, () -> leak(device));
            repeat(60_000, 400_000, () -> edge.fault(device));
            repeat(30_000, 200_000, () -> stick(device));
            if (world.chance(8)) {
                world.in(world.between(20_000, STORM_MS), () -> leave(device));
            }
        }
        repeat(3_000, 60_000, this::killEdge);
        repeat(2_000, 30_000, edge::checkpoint);
        repeat(50_000, 300_000, () -> edge.fillDisk(world.between(500, 5_000)));
        repeat(
                20_000,
                100_000,
                () -> world.wallOffset += world.between(-10_000_000_000L, 10_000_000_000L));
    }

    private void repeat(long low, long high, Runnable action) {
        world.in(
                world.between(low, high),
                () -> {
                    if (!calm) {
                        action.run();
                        repeat(low, high, action);
                    }
                });
    }

    private void stick(SimDevice device) {
        device.stuck = true;
        world.in(world.between(2_000, 25_000), () -> device.stuck = false);
    }

    /** Not while a dispense is open: its water could not be told from the dispense's. */
    private void leak(SimDevice device) {
        if (edge.isIdle(device) && device.isConnected() && !device.messy) {
            device.leak();
        }
    }

    private void leave(SimDevice device) {
        device.gone = true;
        device.disconnect();
    }

    private void killEdge() {
        if (edge.isUp()) {
            edge.kill();
            world.in(world.between(200, 15_000), edge::start);
        }
    }

    private void calm() {
        calm = true;
        devices.forEach(d -> d.messy = false);
        if (!edge.isUp()) {
            world.in(16_000, () -> {}); // its own start is on the way
        }
    }

    /** The cloud asks what became of what it never heard of. */
    private void resolveAll() {
        ordered.forEach((id, c) -> edge.resolve(id, c.deviceId(), a -> {}));
    }

    private void check() {
        faults.addAll(edge.faults);
        Map<String, End> ended = ends();
        for (SimDevice device : devices) {
            if (device.isOpen() && !device.gone) {
                faults.add(device.id + " pours for ever");
            }
        }
        for (SimDevice device : devices) {
            neverMoreInAll(device, ended);
        }
        ordered.forEach(
                (id, command) -> {
                    SimDevice device = device(command);
                    End end = ended.get(id);
                    if (end == null && !device.gone) {
                        faults.add(id + " has no end");
                    } else if (end != null) {
                        check(id, device, end);
                    }
                });
    }

    private void neverMoreInAll(SimDevice device, Map<String, End> ended) {
        long billed = 0;
        long slack = 0;
        for (OpenDispense command : ordered.values()) {
            End end = ended.get(command.dispenseId());
            if (end != null && end.pouredMl() > 0 && command.deviceId().equals(device.id)) {
                billed += end.pouredMl();
                slack += byTicks.contains(command.dispenseId()) ? end.pouredMl() : 1;
            }
        }
        if (device.counting && billed > device.truthMl() + slack) {
            faults.add(device.id + " billed " + billed + " of " + device.truthMl() + " ml");
        }
    }

    private void check(String id, SimDevice device, End end) {
        long truth = device.truthMl(id);
        ends.merge(end.reason(), 1, Integer::sum);
        String what =
                id + " on " + device.mode + " " + end + ", really " + truth + " ml, " + device;
        if (end.refused() && truth > 0) {
            faults.add(what + ": refused");
        }
        boolean ticking = !device.counting || byTicks.contains(id);
        boolean guessedGap = ticking && edge.bootCount() > 1;
        if (!guessedGap
                && device.tellsApart(id)
                && end.pouredMl() > truth + (ticking ? slackOfTicks(device) : device.overMl())) {
            faults.add(what + ": more than poured");
        }
        if (!plan.storm() && !ticking && end.pouredMl() + device.unsureMl() < truth) {
            faults.add(what + ": not exact");
        }
    }

    /** Latency, and in a storm the time until a dead socket is noticed. */
    private long slackOfTicks(SimDevice device) {
        return plan.storm() ? device.flow * 4 : device.flow / 4 + 1;
    }

    private Map<String, End> ends() {
        Map<String, End> ended = new HashMap<>();
        for (DispenseFact fact : edge.facts()) {
            switch (fact) {
                case DispenseFact.Ended f ->
                        once(ended, f.dispenseId(), new End(f.pouredMl(), false, f.reason()));
                case DispenseFact.Refused f ->
                        once(ended, f.dispenseId(), new End(0, true, f.reason()));
                case DispenseFact.Progress f -> {
                    notAfter(ended, f.dispenseId(), fact);
                    neverFalls(f);
                }
                case DispenseFact.Running f -> notAfter(ended, f.dispenseId(), fact);
                case DispenseFact.Intent f -> {
                    notAfter(ended, f.dispenseId(), fact);
                    if (f.command().mode() == MeasureMode.TIMER && f.meter().base() == null) {
                        byTicks.add(f.dispenseId());
                    }
                }
                default -> {}
            }
        }
        return ended;
    }

    /** But for a baseline that the device's reply corrects. */
    private void neverFalls(DispenseFact.Progress progress) {
        String id = progress.dispenseId();
        SimDevice device = device(ordered.get(id));
        Long before = progressed.put(id, progress.pouredMl());
        if (before != null && before > progress.pouredMl() && !device.totalInReply) {
            faults.add(id + " fell from " + before + " to " + progress.pouredMl());
        }
    }

    private SimDevice device(OpenDispense command) {
        return devices.get(Integer.parseInt(command.deviceId().substring(3)));
    }

    private void once(Map<String, End> ended, String id, End end) {
        End before = ended.put(id, end);
        if (before != null) {
            faults.add(id + " ended twice: " + before + " and " + end);
        }
    }

    private void notAfter(Map<String, End> ended, String id, DispenseFact fact) {
        if (ended.containsKey(id)) {
            faults.add("after its end: " + fact);
        }
    }
}
