package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.ResolveDispense;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One of several gateways: the real engine on a journal that forgets what was not synced. Killed at
 * any point, it starts again from its disk, if it ever does.
 */
public final class TakeoverGate {
    /** What is around the gateways. */
    public interface Surroundings {
        long now();

        long wallMs();

        void in(long delayMs, Runnable action);

        /** The command leaves on the device's connection. */
        void dispense(TakeoverGate from, long connection, OpenDispense command);

        void stop(TakeoverGate from, long connection, String dispenseId);
    }

    /** An entry on the disk, with the process that wrote it and what it tells. */
    public record Line(String boot, Entry entry, @Nullable DispenseFact fact) {}

    private record Pending(Line line, @Nullable Runnable kept) {}

    /** As in {@code verticles.json}. */
    private static final MeteringConfig CONFIG =
            new MeteringConfig(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(1_500),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(300),
                    Duration.ofDays(7),
                    200_000,
                    10_000,
                    100_000,
                    10_000);

    public final String name;
    public final String device;
    public final List<Line> disk = new ArrayList<>();
    private final Surroundings world;
    private final Deque<Pending> buffer = new ArrayDeque<>();
    private final Deque<Effect> effects = new ArrayDeque<>();
    private @Nullable DispenseEngine engine;
    private boolean performing;
    private int boots;
    private long connections;
    private long connection;

    public TakeoverGate(String name, String device, Surroundings world) {
        this.name = name;
        this.device = device;
        this.world = world;
    }

    public boolean isUp() {
        return engine != null;
    }

    public int boots() {
        return boots;
    }

    /** Has the gateway a dispense that is not over, or water that it watches? */
    public boolean isBusy() {
        return engine != null && engine.wants(device);
    }

    public void start() {
        boots++;
        connections = 0;
        connection = 0;
        DispenseEngine fresh = new DispenseEngine(CONFIG);
        EngineReplay replay = new EngineReplay(fresh, moment());
        disk.forEach(line -> replay.entry(line.boot(), line.entry()));
        engine = fresh;
        perform(fresh.restarted(moment()));
        int boot = boots;
        world.in(1_000, () -> tick(boot));
        world.in(10_000, () -> alive(boot));
    }

    /** kill -9: what was not synced is gone, but for a prefix that reached the disk unconfirmed. */
    public void kill(int survive) {
        engine = null;
        effects.clear();
        for (int i = 0; i < survive && !buffer.isEmpty(); i++) {
            disk.add(buffer.remove().line());
        }
        buffer.clear();
    }

    public long connect(long epoch) {
        connection = ++connections;
        input(e -> e.connected(device, connection, epoch, moment()));
        return connection;
    }

    public void disconnected(long which) {
        input(e -> e.disconnected(device, which, moment()));
    }

    public void counters(CounterReport report) {
        input(e -> e.counters(report, moment()));
    }

    public void ended(String dispense, @Nullable Long total, boolean obeyed) {
        input(e -> e.deviceEnded(device, dispense, total, obeyed, moment()));
    }

    public void replied(String dispense, int code, @Nullable Long total) {
        input(e -> e.replied(dispense, code, total, moment()));
    }

    public void stopReplied(String dispense) {
        input(e -> e.stopReplied(device, dispense, 200, moment()));
    }

    public void open(OpenDispense command) {
        input(e -> e.open(0, command, true, moment()));
    }

    public void resolve(String dispense) {
        input(e -> e.resolve(0, new ResolveDispense(dispense, device), moment()));
    }

    public Tick tick() {
        return new Tick(world.now(), name + "-" + boots);
    }

    private Moment moment() {
        return new Moment(tick(), world.wallMs());
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
            input(e -> e.tick(moment()));
            world.in(1_000, () -> tick(boot));
        }
    }

    private void alive(int boot) {
        if (engine != null && boot == boots) {
            write(FactKind.GATEWAY_ALIVE, "", 0, null, null);
            world.in(10_000, () -> alive(boot));
        }
    }

    private void perform(List<Effect> wanted) {
        effects.addAll(wanted);
        if (performing) {
            return;
        }
        performing = true;
        while (!effects.isEmpty()) {
            perform(effects.remove());
        }
        performing = false;
    }

    private void perform(Effect effect) {
        int boot = boots;
        switch (effect) {
            case Effect.Append e ->
                    write(
                            FactKind.DISPENSE,
                            e.deviceId(),
                            e.epoch(),
                            e.fact(),
                            () -> input(engine -> engine.journaled(e, true, moment())));
            case Effect.PublishDispense e -> world.dispense(this, connection, e.command());
            case Effect.PublishStop e -> world.stop(this, connection, e.dispenseId());
            case Effect.Wake e ->
                    world.in(
                            e.delayMs(),
                            () -> {
                                if (boot == boots) {
                                    input(engine -> engine.wake(device, moment()));
                                }
                            });
            case Effect.Answer e -> {}
            case Effect.Fail e -> {}
        }
    }

    private void write(
            FactKind kind,
            String of,
            long epoch,
            @Nullable DispenseFact fact,
            @Nullable Runnable kept) {
        String what = fact == null ? "" : DispenseFact.nameOf(fact);
        byte[] payload = fact == null ? new byte[0] : Json.bytes(fact);
        Entry entry = new Entry(kind, of, epoch, world.wallMs(), world.now(), what, payload);
        buffer.add(new Pending(new Line(name + "-" + boots, entry, fact), kept));
        if (buffer.size() == 1) {
            int boot = boots;
            world.in(
                    20,
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
        batch.forEach(p -> disk.add(p.line()));
        for (Pending p : batch) {
            if (p.kept() != null) {
                p.kept().run();
            }
        }
    }
}
