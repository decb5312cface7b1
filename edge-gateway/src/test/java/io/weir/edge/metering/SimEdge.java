package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.ResolveDispense;
import io.weir.api.edge.EdgeApi.StopDispense;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A gateway: the real engine, a journal that forgets what was not synced, and the wire to the
 * devices. Killed at any point, it starts again from what is on its disk.
 */
final class SimEdge {
    /** What a careless shell could do. */
    enum Plant {
        NOTHING,
        PUBLISHES_BEFORE_SYNC,
        RESENDS_AFTER_RESTART
    }

    /** One record of the journal: an entry of a boot with what it tells, or a checkpoint. */
    private record Line(
            String boot,
            @Nullable Entry entry,
            @Nullable DispenseFact fact,
            byte @Nullable [] checkpoint) {}

    private record Pending(Line line, @Nullable Runnable kept) {}

    final Map<String, Integer> publishes = new HashMap<>();
    final Map<Run.Phase, Integer> killedIn;
    final List<String> faults = new ArrayList<>();
    private final SimWorld world;
    private final MeteringConfig config;
    private final Plant plant;
    private final List<SimDevice> devices;
    private final List<Line> disk = new ArrayList<>();
    private final Set<String> durableIntents = new HashSet<>();
    private final Deque<Pending> buffer = new ArrayDeque<>();
    private final Deque<Effect> effects = new ArrayDeque<>();
    private final Map<String, Long> wakes = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<Long, Consumer<DispenseAnswer>> askers = new HashMap<>();
    private @Nullable DispenseEngine engine;
    private boolean performing;
    private boolean full;
    private int boots;
    private long connections;
    private long asks;

    SimEdge(
            SimWorld world,
            MeteringConfig config,
            List<SimDevice> devices,
            Plant plant,
            Map<Run.Phase, Integer> killedIn) {
        this.world = world;
        this.config = config;
        this.devices = devices;
        this.plant = plant;
        this.killedIn = killedIn;
    }

    boolean isUp() {
        return engine != null;
    }

    boolean isIdle(SimDevice device) {
        return engine != null && !engine.wants(device.id);
    }

    String boot() {
        return "edge-boot" + boots;
    }

    int bootCount() {
        return boots;
    }

    /** All facts on the disk, in order. */
    List<DispenseFact> facts() {
        return disk.stream().map(Line::fact).filter(Objects::nonNull).toList();
    }

    void start() {
        boots++;
        world.tell("edge", "starts, boot " + boots);
        connections = 0;
        epochs.clear();
        DispenseEngine fresh = new DispenseEngine(config);
        EngineReplay replay = new EngineReplay(fresh, now());
        int from = 0;
        for (int i = 0; i < disk.size(); i++) {
            if (disk.get(i).checkpoint() != null) {
                from = i;
            }
        }
        for (Line line : disk.subList(from, disk.size())) {
            if (line.checkpoint() != null) {
                replay.checkpoint(line.checkpoint());
            } else {
                replay.entry(line.boot(), line.entry());
                if (line.fact() instanceof DispenseFact.Intent f
                        && plant == Plant.RESENDS_AFTER_RESTART) {
                    world.in(3_000, () -> republish(f));
                }
            }
        }
        engine = fresh;
        perform(fresh.restarted(now()));
        int boot = boots;
        world.in(world.between(1, 1_000), () -> tick(boot));
    }

    /**
     * kill -9: what was not synced is gone, except for a prefix that reached the disk unconfirmed.
     */
    void kill() {
        DispenseEngine dying = engine;
        if (dying == null) {
            return;
        }
        for (EngineSnapshot.OpenRun open : dying.snapshot(now()).open()) {
            killedIn.merge(open.phase(), 1, Integer::sum);
        }
        world.tell("edge", "is killed");
        engine = null;
        effects.clear();
        wakes.clear();
        askers.clear();
        long survive = world.chance(50) ? world.between(0, buffer.size()) : 0;
        while (survive-- > 0) {
            Pending pending = buffer.poll();
            if (pending != null) {
                write(pending.line());
            }
        }
        buffer.clear();
        devices.forEach(SimDevice::lostEdge);
    }

    void fillDisk(long ms) {
        full = true;
        world.in(ms, () -> full = false);
    }

    void checkpoint() {
        if (engine != null) {
            byte[] state = Json.bytes(engine.snapshot(now()));
            buffer.add(new Pending(new Line(boot(), null, null, state), null));
            commitSoon();
        }
    }

    long connect(SimDevice device) {
        long connection = ++connections;
        world.tell("edge", device.id + " connects as " + connection);
        input(e -> e.connected(device.id, connection, connection, now()));
        return connection;
    }

    void disconnect(SimDevice device, long connection) {
        int boot = boots;
        world.in(
                world.between(0, 3_000),
                () -> {
                    if (boot == boots) {
                        world.tell("edge", device.id + " is gone, " + connection);
                        input(e -> e.disconnected(device.id, connection, now()));
                    }
                });
    }

    void counters(CounterReport report) {
        world.tell("edge", report);
        input(e -> e.counters(report, now()));
    }

    void ended(
            SimDevice device,
            long connection,
            String dispense,
            @Nullable Long total,
            boolean obeyed) {
        world.tell(
                "edge",
                device.id + " says ended " + dispense + " " + total + (obeyed ? " as told" : ""));
        if (device.isConnected()) {
            input(e -> e.deviceEnded(device.id, dispense, total, obeyed, now()));
        }
    }

    void fault(SimDevice device) {
        input(e -> e.deviceFault(device.id, "PUMP", now()));
    }

    void open(OpenDispense command) {
        input(e -> e.open(asker(a -> {}), command, true, now()));
    }

    void stop(String dispense, String device) {
        StopDispense stop = new StopDispense(dispense, device, EndReason.MEMBER);
        input(e -> e.stop(asker(a -> {}), stop, now()));
    }

    void resolve(String dispense, String device, Consumer<DispenseAnswer> answer) {
        ResolveDispense resolve = new ResolveDispense(dispense, device);
        input(e -> e.resolve(asker(answer), resolve, now()));
    }

    private long asker(Consumer<DispenseAnswer> answer) {
        askers.put(++asks, answer);
        return asks;
    }

    private interface Input {
        List<Effect> to(DispenseEngine engine);
    }

    private void input(Input input) {
        if (engine != null) {
            perform(input.to(engine));
        }
    }

    private void tick(int boot) {
        if (engine != null && boot == boots) {
            input(e -> e.tick(now()));
            world.in(1_000, () -> tick(boot));
        }
    }

    private void perform(List<Effect> wanted) {
        effects.addAll(wanted);
        if (performing) {
            return;
        }
        performing = true;
        while (!effects.isEmpty()) {
            perform(effects.poll());
        }
        performing = false;
    }

    private void perform(Effect effect) {
        world.tell("edge", effect);
        switch (effect) {
            case Effect.Append e -> append(e);
            case Effect.PublishDispense e -> publish(e.command());
            case Effect.PublishStop e -> stopDevice(e.deviceId(), e.dispenseId());
            case Effect.Wake e -> wake(e);
            case Effect.Answer e -> {
                Consumer<DispenseAnswer> asker = askers.remove(e.asker());
                if (asker != null) {
                    asker.accept(e.answer());
                } else {
                    faults.add("answered twice: " + e.answer());
                }
            }
            case Effect.Fail e -> askers.remove(e.asker());
        }
    }

    private void append(Effect.Append e) {
        if (full) {
            input(engine -> engine.journaled(e, false, now()));
            return;
        }
        long before = epochs.getOrDefault(e.deviceId(), 0L);
        if (e.epoch() < before) {
            faults.add("epoch " + e.epoch() + " after " + before + ": " + e.fact());
        }
        epochs.put(e.deviceId(), e.epoch());
        if (e.fact() instanceof DispenseFact.Intent intent) {
            device(e.deviceId()).mayOpenFor(intent.dispenseId());
        }
        Entry entry =
                new Entry(
                        FactKind.DISPENSE,
                        e.deviceId(),
                        e.epoch(),
                        world.wall(),
                        world.now(),
                        DispenseFact.nameOf(e.fact()),
                        Json.bytes(e.fact()));
        boolean early = plant == Plant.PUBLISHES_BEFORE_SYNC;
        Runnable kept = () -> input(engine -> engine.journaled(e, true, now()));
        buffer.add(new Pending(new Line(boot(), entry, e.fact(), null), early ? null : kept));
        commitSoon();
        if (early) {
            kept.run();
        }
    }

    private void commitSoon() {
        if (buffer.size() == 1) {
            int boot = boots;
            world.in(
                    world.between(1, 40),
                    () -> {
                        if (engine != null && boot == boots) {
                            commit();
                        }
                    });
        }
    }

    private void commit() {
        List<Pending> batch = List.copyOf(buffer);
        buffer.clear();
        batch.forEach(p -> write(p.line()));
        for (Pending p : batch) {
            if (p.kept() != null) {
                p.kept().run();
            }
        }
    }

    private void write(Line line) {
        disk.add(line);
        if (line.fact() instanceof DispenseFact.Intent f) {
            durableIntents.add(f.dispenseId());
        }
    }

    private void republish(DispenseFact.Intent intent) {
        if (engine != null) {
            publish(intent.command());
        }
    }

    private void publish(OpenDispense command) {
        String id = command.dispenseId();
        if (publishes.merge(id, 1, Integer::sum) > 1) {
            faults.add("published twice: " + id);
        }
        if (!durableIntents.contains(id)) {
            faults.add("published before its intent was durable: " + id);
        }
        SimDevice device = device(command.deviceId());
        int boot = boots;
        if (!device.isConnected()) {
            world.in(1, () -> inputOf(boot, e -> e.unsent(id, EndReason.DEVICE_OFFLINE, now())));
            return;
        }
        long on = device.connection();
        world.in(
                down(),
                () -> {
                    if (reaches(device, boot, on)) {
                        device.dispense(command, reply -> reply(device, boot, id, reply));
                    }
                });
    }

    private void reply(SimDevice device, int boot, String id, Object[] reply) {
        if (device.messy && world.chance(25)) {
            return; // lost
        }
        world.at(
                device.deliveryTime(),
                () -> {
                    if (device.isConnected()) {
                        inputOf(
                                boot,
                                e -> e.replied(id, (Integer) reply[0], (Long) reply[1], now()));
                    }
                });
    }

    /** What was sent on one connection comes on no other. */
    private boolean reaches(SimDevice device, int boot, long on) {
        return boot == boots && device.isConnected() && device.connection() == on;
    }

    private long lastDown;

    /** Commands reach a device in order. */
    private long down() {
        lastDown = Math.max(lastDown + 1, world.now() + world.between(2, 60));
        return lastDown - world.now();
    }

    private void stopDevice(String deviceId, String dispense) {
        SimDevice device = device(deviceId);
        int boot = boots;
        if (!device.isConnected() || (device.messy && world.chance(20))) {
            return;
        }
        long on = device.connection();
        world.in(
                down(),
                () -> {
                    if (reaches(device, boot, on)) {
                        device.stop(
                                () ->
                                        world.at(
                                                device.deliveryTime(),
                                                () ->
                                                        inputOf(
                                                                boot,
                                                                e ->
                                                                        e.stopReplied(
                                                                                deviceId, dispense,
                                                                                200, now()))));
                    }
                });
    }

    private void wake(Effect.Wake wake) {
        long mark = ++asks;
        wakes.put(wake.deviceId(), mark);
        int boot = boots;
        world.in(
                wake.delayMs(),
                () -> {
                    Long last = wakes.get(wake.deviceId());
                    if (last != null && last == mark) {
                        inputOf(boot, e -> e.wake(wake.deviceId(), now()));
                    }
                });
    }

    private void inputOf(int boot, Input input) {
        if (boot == boots) {
            input(input);
        }
    }

    private SimDevice device(String id) {
        return devices.stream().filter(d -> d.id.equals(id)).findFirst().orElseThrow();
    }

    private Moment now() {
        return new Moment(new Tick(world.now(), boot()), world.wall());
    }
}
