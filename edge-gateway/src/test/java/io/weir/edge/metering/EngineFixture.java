package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.ResolveDispense;
import io.weir.api.edge.EdgeApi.StopDispense;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** One engine, one device and a hand on the clock and on the journal. */
final class EngineFixture {
    static final String DEVICE = "dev";

    final List<Effect> effects = new ArrayList<>();
    DispenseEngine engine = new DispenseEngine(Limits.usual());
    MeasureMode mode = MeasureMode.VOLUME;
    long wallMs = 1_700_000_000_000L;

    /** The journal keeps at once what it is given; false: it refuses. */
    boolean keeps = true;

    /** The journal keeps nothing until {@link #sync}. */
    boolean slow;

    private final List<Effect.Append> unsynced = new ArrayList<>();
    private final List<Entry> disk = new ArrayList<>();
    private long ms = 100_000;
    private int boot = 1;
    private long connections;
    private long asker;

    static EngineFixture connected() {
        EngineFixture fixture = new EngineFixture();
        fixture.connect();
        return fixture;
    }

    /** Connected, with a counter known, and {@code id} open and running. */
    static EngineFixture running(String id, long orderedMl) {
        EngineFixture fixture = connected();
        fixture.report(1_000);
        fixture.open(id, orderedMl);
        fixture.reply(id, 200, 1_000L);
        return fixture;
    }

    long connect() {
        long connection = ++connections;
        take(engine.connected(DEVICE, connection, 7, now()));
        return connection;
    }

    void disconnect() {
        take(engine.disconnected(DEVICE, connections, now()));
    }

    OpenDispense command(String id, long orderedMl) {
        return new OpenDispense(id, DEVICE, Outlet.COLD, orderedMl, mode, 50, 2_000, 60, 5_000);
    }

    long open(String id, long orderedMl) {
        take(engine.open(++asker, command(id, orderedMl), true, now()));
        return asker;
    }

    long stop(String id) {
        StopDispense stop = new StopDispense(id, DEVICE, EndReason.MEMBER);
        take(engine.stop(++asker, stop, now()));
        return asker;
    }

    long resolve(String id) {
        take(engine.resolve(++asker, new ResolveDispense(id, DEVICE), now()));
        return asker;
    }

    void reply(String id, int code, @Nullable Long totalMl) {
        take(engine.replied(id, code, totalMl, now()));
    }

    void unsent(String id) {
        take(engine.unsent(id, EndReason.DEVICE_OFFLINE, now()));
    }

    void stopReply(String id) {
        take(engine.stopReplied(DEVICE, id, 200, now()));
    }

    /** The counter of the mode, with a boot id. */
    void report(long value) {
        report(value, "boot");
    }

    void report(long value, @Nullable String bootId) {
        reportOn(connections, value, bootId);
    }

    /** On a connection that may have been taken over already. */
    void reportOn(long connection, long value, @Nullable String bootId) {
        take(
                engine.counters(
                        new CounterReport(
                                DEVICE,
                                connection,
                                7,
                                mode == MeasureMode.VOLUME ? value : null,
                                mode == MeasureMode.FLOW_METER ? value : null,
                                mode == MeasureMode.TIMER ? value : null,
                                null,
                                bootId,
                                now().tick()),
                        now()));
    }

    void deviceEnds(String id, @Nullable Long totalMl) {
        take(engine.deviceEnded(DEVICE, id, totalMl, false, now()));
    }

    void deviceObeyed(String id) {
        take(engine.deviceEnded(DEVICE, id, null, true, now()));
    }

    void deviceFaults(String code) {
        take(engine.deviceFault(DEVICE, code, now()));
    }

    void wake() {
        take(engine.wake(DEVICE, now()));
    }

    void pass(long millis) {
        ms += millis;
        wallMs += millis;
    }

    /** Seconds pass, with their ticks. */
    void seconds(int count) {
        for (int i = 0; i < count; i++) {
            pass(1_000);
            take(engine.tick(now()));
        }
    }

    /** Seconds pass while the counter stands still and is told each second. */
    void quietSeconds(int count, long value) {
        for (int i = 0; i < count; i++) {
            seconds(1);
            report(value);
        }
    }

    void sync() {
        List<Effect.Append> all = List.copyOf(unsynced);
        unsynced.clear();
        for (Effect.Append append : all) {
            write(append);
            take(engine.journaled(append, true, now()));
        }
    }

    /** kill -9, and a new process on the same disk. */
    void restart() {
        unsynced.clear();
        boot++;
        ms = 50;
        connections = 0;
        engine = new DispenseEngine(Limits.usual());
        EngineReplay replay = new EngineReplay(engine, now());
        disk.forEach(e -> replay.entry("edge" + (boot - 1), e));
        take(engine.restarted(now()));
    }

    /** The same from a checkpoint: nothing of the disk before it is read. */
    void restartFromCheckpoint() {
        byte[] state = Json.bytes(engine.snapshot(now()));
        boot++;
        ms = 50;
        connections = 0;
        engine = new DispenseEngine(Limits.usual());
        new EngineReplay(engine, now()).checkpoint(state);
        take(engine.restarted(now()));
    }

    Moment now() {
        return new Moment(new Tick(ms, "edge" + boot), wallMs);
    }

    /** Facts wanted since the last call of {@link #forget}. */
    List<DispenseFact> facts() {
        return effects.stream()
                .filter(Effect.Append.class::isInstance)
                .map(e -> ((Effect.Append) e).fact())
                .toList();
    }

    <F extends DispenseFact> List<F> facts(Class<F> type) {
        return facts().stream().filter(type::isInstance).map(type::cast).toList();
    }

    <E extends Effect> List<E> all(Class<E> type) {
        return effects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<String> published() {
        return all(Effect.PublishDispense.class).stream()
                .map(e -> e.command().dispenseId())
                .toList();
    }

    int stops() {
        return all(Effect.PublishStop.class).size();
    }

    @Nullable DispenseAnswer answer(long toAsker) {
        return all(Effect.Answer.class).stream()
                .filter(a -> a.asker() == toAsker)
                .map(Effect.Answer::answer)
                .findFirst()
                .orElse(null);
    }

    void forget() {
        effects.clear();
    }

    private void take(List<Effect> wanted) {
        for (Effect effect : wanted) {
            effects.add(effect);
            if (effect instanceof Effect.Append append) {
                if (slow) {
                    unsynced.add(append);
                } else {
                    if (keeps) {
                        write(append);
                    }
                    take(engine.journaled(append, keeps, now()));
                }
            }
        }
    }

    private void write(Effect.Append append) {
        disk.add(
                new Entry(
                        FactKind.DISPENSE,
                        append.deviceId(),
                        append.epoch(),
                        wallMs,
                        ms,
                        DispenseFact.nameOf(append.fact()),
                        Json.bytes(append.fact())));
    }
}
