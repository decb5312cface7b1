package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.api.edge.EdgeApi.ResolveDispense;
import io.weir.api.edge.EdgeApi.StopDispense;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * All dispenses of a gateway (DESIGN section 5). Pure: every input gives back the effects that it
 * wants, in order, and the state is what the journaled facts told. One thread at a time.
 *
 * <p>At most once: an id is published only in {@link Dispenser}'s answer to its durable intent, and
 * an id that was ever seen is never taken again.
 */
final class DispenseEngine implements Host {
    private final MeteringConfig config;
    private final Map<String, Dispenser> devices = new LinkedHashMap<>();
    private final Map<String, Dispenser> open = new HashMap<>();
    private final KnownDispenses known;
    private final Map<Long, BiConsumer<Boolean, Moment>> appended = new HashMap<>();
    private final OwedFacts owed = new OwedFacts();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private List<Effect> effects = new ArrayList<>();
    private long tickets;
    private long runMs;
    private @Nullable Moment last;

    DispenseEngine(MeteringConfig config) {
        this.config = config;
        this.known = new KnownDispenses(config);
    }

    /** Whose unchanged counters matter too. May be asked from any thread. */
    boolean wants(String deviceId) {
        return watched.contains(deviceId);
    }

    int openCount() {
        return open.size();
    }

    /**
     * @param room whether the journal has room for all the facts of one more dispense
     */
    List<Effect> open(long asker, OpenDispense command, boolean room, Moment now) {
        String id = command.dispenseId();
        Dispenser running = open.get(id);
        Run run = running == null ? null : running.run();
        if (run != null && run.phase == Run.Phase.INTENT) {
            run.askers.add(asker);
        } else if (run != null || known.has(id)) {
            answer(List.of(asker), id);
        } else if (!room || open.size() >= config.dispensesMax()) {
            emit(new Effect.Fail(asker, "the gateway has no room for another dispense"));
        } else {
            Dispenser device = device(command.deviceId());
            EndReason refusal = device.refusal(owed.owes(device.id()));
            if (refusal != null) {
                refuse(asker, id, device, refusal);
            } else {
                device.open(asker, command, now);
            }
        }
        return done(command.deviceId(), now);
    }

    /** Why a device would refuse to open now; null when it would not. Asking changes nothing. */
    @Nullable EndReason refusal(String deviceId) {
        return device(deviceId).refusal(owed.owes(deviceId));
    }

    List<Effect> stop(long asker, StopDispense stop, Moment now) {
        Dispenser device = open.get(stop.dispenseId());
        Run run = device == null ? null : device.run();
        if (device != null && run != null) {
            if (!device.stop(run, asker, stop.reason(), now)) {
                answer(List.of(asker), stop.dispenseId());
            }
        } else {
            answerOrRefuse(asker, stop.dispenseId(), stop.deviceId());
        }
        return done(device == null ? stop.deviceId() : device.id(), now);
    }

    /** What became of it? What this gateway never had, it will never open. */
    List<Effect> resolve(long asker, ResolveDispense resolve, Moment now) {
        Dispenser device = open.get(resolve.dispenseId());
        Run run = device == null ? null : device.run();
        if (run != null && run.phase == Run.Phase.INTENT) {
            run.askers.add(asker);
        } else {
            answerOrRefuse(asker, resolve.dispenseId(), resolve.deviceId());
        }
        return done(resolve.deviceId(), now);
    }

    List<Effect> replied(String dispenseId, int code, @Nullable Long totalMl, Moment now) {
        return withRun(dispenseId, now, (d, run) -> d.replied(run, code, totalMl, now));
    }

    /**
     * The command was surely not sent. That no reply came is no input: {@link #tick} sees that by
     * itself, and water without a reply is a dispense too.
     */
    List<Effect> unsent(String dispenseId, EndReason reason, Moment now) {
        return withRun(dispenseId, now, (d, run) -> d.unsent(run, reason, now));
    }

    List<Effect> stopReplied(String deviceId, String dispenseId, int code, Moment now) {
        return with(deviceId, now, d -> d.stopReplied(dispenseId, code, now));
    }

    List<Effect> counters(CounterReport report, Moment now) {
        return with(report.deviceId(), now, d -> d.counters(report, now));
    }

    List<Effect> connected(String deviceId, long connection, long epoch, Moment now) {
        return with(deviceId, now, d -> d.connected(connection, epoch, now));
    }

    List<Effect> disconnected(String deviceId, long connection, Moment now) {
        return with(deviceId, now, d -> d.disconnected(connection, now));
    }

    List<Effect> deviceEnded(
            String deviceId,
            String dispenseId,
            @Nullable Long totalMl,
            boolean obeyed,
            Moment now) {
        return with(deviceId, now, d -> d.deviceEnded(dispenseId, totalMl, obeyed, now));
    }

    List<Effect> deviceFault(String deviceId, String code, Moment now) {
        return with(deviceId, now, d -> d.deviceFault(code, now));
    }

    List<Effect> wake(String deviceId, Moment now) {
        return with(deviceId, now, d -> d.wake(now));
    }

    /** Once a second. */
    List<Effect> tick(Moment now) {
        owed.again((deviceId, fact) -> journal(device(deviceId), fact, owed.settle(fact)));
        for (String deviceId : List.copyOf(watched)) {
            device(deviceId).tick(now);
            watch(deviceId);
        }
        known.forget(runMs);
        evict();
        return done("", now);
    }

    /** What became of an {@link Effect.Append}. */
    List<Effect> journaled(Effect.Append append, boolean kept, Moment now) {
        BiConsumer<Boolean, Moment> waiting = appended.remove(append.ticket());
        if (waiting != null) {
            waiting.accept(kept, now);
        }
        return done(append.deviceId(), now);
    }

    /** The process starts, after {@link EngineReplay}: stop and read what was open. */
    List<Effect> restarted(Moment now) {
        for (Dispenser device : List.copyOf(devices.values())) {
            device.restarted(now);
            watch(device.id());
        }
        return done("", now);
    }

    /** Everything that the facts appended so far told. */
    EngineSnapshot snapshot(Moment now) {
        List<EngineSnapshot.OpenRun> runs = new ArrayList<>();
        List<EngineSnapshot.Device> marks = new ArrayList<>();
        for (Dispenser d : devices.values()) {
            Run run = d.run();
            if (run != null) {
                Long gap = run.gapFromWallMs;
                runs.add(
                        new EngineSnapshot.OpenRun(
                                run.command,
                                run.phase,
                                run.opened,
                                run.reason,
                                run.meter.mark(),
                                run.ranMs,
                                gap != null || run.phase == Run.Phase.STOPPING
                                        ? gap
                                        : Long.valueOf(now.wallMs())));
            }
            if (d.isFaulted() || owed.owes(d.id()) || d.leadMs() != config.firstLead().toMillis()) {
                marks.add(
                        new EngineSnapshot.Device(d.id(), d.leadMs(), d.fault(), owed.of(d.id())));
            }
        }
        return new EngineSnapshot(runMs, runs, known.all(), marks);
    }

    @Override
    public MeteringConfig config() {
        return config;
    }

    @Override
    public void emit(Effect effect) {
        effects.add(effect);
    }

    @Override
    public void append(Dispenser device, DispenseFact fact, BiConsumer<Boolean, Moment> done) {
        journal(device, fact, done);
    }

    @Override
    public void appendSurely(Dispenser device, DispenseFact fact, Runnable kept) {
        journal(device, fact, owed.take(device.id(), fact, kept));
    }

    @Override
    public void answer(List<Long> askers, String dispenseId) {
        DispenseAnswer answer = known.answer(dispenseId);
        if (answer == null) {
            Dispenser device = open.get(dispenseId);
            Run run = device == null ? null : device.run();
            long poured = run == null ? 0 : run.pouredMl();
            EndReason reason = run == null ? null : run.reason;
            answer = new DispenseAnswer(dispenseId, Known.OPEN, reason, poured);
        }
        for (long asker : askers) {
            emit(new Effect.Answer(asker, answer));
        }
    }

    @Override
    public void opened(Dispenser device, Run run) {
        open.put(run.id(), device);
    }

    @Override
    public boolean knows(String dispenseId) {
        return open.containsKey(dispenseId) || known.has(dispenseId);
    }

    @Override
    public void closed(String dispenseId, Known state, EndReason reason, long pouredMl) {
        open.remove(dispenseId);
        known.add(new KnownDispenses.Settled(dispenseId, state, reason, pouredMl, runMs));
    }

    /** For {@link EngineReplay}. */
    Dispenser device(String deviceId) {
        return devices.computeIfAbsent(deviceId, d -> new Dispenser(d, this));
    }

    /** For {@link EngineReplay}. */
    @Nullable Dispenser holder(String dispenseId) {
        return open.get(dispenseId);
    }

    /** For {@link EngineReplay}. */
    KnownDispenses known() {
        return known;
    }

    /** For {@link EngineReplay}: the running time of earlier processes counts. */
    void ranBefore(long ms) {
        runMs += ms;
    }

    /** For {@link EngineReplay}: a fact that an earlier process could not journal. */
    void owe(String deviceId, DispenseFact fact) {
        owed.restore(deviceId, fact);
    }

    /** For {@link EngineReplay}: it did, after the checkpoint. */
    void paid(DispenseFact fact) {
        owed.kept(fact);
    }

    private void answerOrRefuse(long asker, String dispenseId, String deviceId) {
        if (knows(dispenseId)) {
            answer(List.of(asker), dispenseId);
        } else {
            refuse(asker, dispenseId, device(deviceId), EndReason.NOT_PUBLISHED);
        }
    }

    private void refuse(long asker, String dispenseId, Dispenser device, EndReason reason) {
        closed(dispenseId, Known.REFUSED, reason, 0);
        appendSurely(
                device,
                new DispenseFact.Refused(dispenseId, reason),
                () -> answer(List.of(asker), dispenseId));
    }

    private void journal(Dispenser device, DispenseFact fact, BiConsumer<Boolean, Moment> done) {
        long ticket = ++tickets;
        appended.put(ticket, done);
        emit(new Effect.Append(ticket, device.id(), device.epoch(), fact));
    }

    private List<Effect> withRun(String dispenseId, Moment now, BiConsumer<Dispenser, Run> input) {
        Dispenser device = open.get(dispenseId);
        Run run = device == null ? null : device.run();
        if (device == null || run == null) {
            return List.of();
        }
        input.accept(device, run);
        return done(device.id(), now);
    }

    private List<Effect> with(String deviceId, Moment now, Consumer<Dispenser> input) {
        input.accept(device(deviceId));
        return done(deviceId, now);
    }

    private List<Effect> done(String deviceId, Moment now) {
        if (last != null && last.tick().sameBoot(now.tick())) {
            runMs += Math.max(0, now.tick().since(last.tick()));
        }
        last = now;
        watch(deviceId);
        List<Effect> wanted = effects;
        effects = new ArrayList<>();
        return wanted;
    }

    private void watch(String deviceId) {
        Dispenser device = devices.get(deviceId);
        if (device != null && (device.isWatched() || owed.owes(deviceId))) {
            watched.add(deviceId);
        } else {
            watched.remove(deviceId);
        }
    }

    private void evict() {
        var all = devices.values().iterator();
        while (devices.size() > config.devicesMax() && all.hasNext()) {
            Dispenser device = all.next();
            if (device.isIdle() && !owed.owes(device.id())) {
                all.remove();
            }
        }
    }
}
