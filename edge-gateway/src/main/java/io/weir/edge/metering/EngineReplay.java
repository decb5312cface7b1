package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.Known;
import io.weir.edge.journal.Journal;
import io.weir.edge.quota.BookSnapshot;
import io.weir.edge.quota.SliceBook;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.MeterMark;
import io.weir.model.fact.SliceFact;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

/**
 * Builds the engine's state anew from the last checkpoint and the money facts after it. A fact told
 * twice, or told by the checkpoint already, changes nothing.
 */
final class EngineReplay implements Journal.Replay {
    private final DispenseEngine engine;
    private final MeteringConfig config;
    private final Moment now;
    private final @Nullable SliceBook book;
    private String lastBoot = "";
    private long lastTickMs;

    EngineReplay(DispenseEngine engine, Moment now) {
        this(engine, null, now);
    }

    /**
     * @param book filled too; null where nothing is sold without the cloud
     */
    EngineReplay(DispenseEngine engine, @Nullable SliceBook book, Moment now) {
        this.engine = engine;
        this.book = book;
        this.config = engine.config();
        this.now = now;
    }

    @Override
    public void checkpoint(byte[] state) {
        EngineSnapshot snapshot = Json.read(state, EngineSnapshot.class);
        engine.ranBefore(snapshot.runMs());
        for (var settled : snapshot.settled()) {
            engine.known().add(settled);
        }
        for (var device : snapshot.devices()) {
            Dispenser dispenser = engine.device(device.deviceId());
            dispenser.restore(device.faulted(), device.leadMs());
            device.owed().forEach(fact -> engine.owe(device.deviceId(), fact));
        }
        BookSnapshot quota = snapshot.quota();
        if (book != null && quota != null) {
            book.restore(quota);
        }
        for (var open : snapshot.open()) {
            Run run = run(open.command(), open.meter());
            run.phase = open.phase();
            run.opened = open.opened();
            run.reason = open.reason();
            run.ranMs = open.ranMs();
            run.gapFromWallMs = open.gapFromWallMs();
            hold(run);
        }
    }

    @Override
    public void entry(String boot, Entry entry) {
        if (boot.equals(lastBoot)) {
            engine.ranBefore(Math.max(0, entry.tickMs() - lastTickMs));
        }
        lastBoot = boot;
        lastTickMs = entry.tickMs();
        if (entry.kind() == FactKind.DISPENSE) {
            DispenseFact fact = Json.read(entry.payload(), DispenseFact.class);
            fact(entry.device(), entry.atMs(), fact);
            spent(fact);
        }
        if (book != null) {
            book.journaled(entry.atMs(), new Tick(entry.tickMs(), boot));
            if (entry.kind() == FactKind.SLICE) {
                slice(book, Json.read(entry.payload(), SliceFact.class));
            }
        }
    }

    private static void slice(SliceBook book, SliceFact fact) {
        switch (fact) {
            case SliceFact.Taken f -> book.taken(f);
            case SliceFact.Closed f -> book.closed(f.statement().dispenseId());
        }
    }

    /** Whoever was refused for ever is spent as well as who was opened. */
    private void spent(DispenseFact fact) {
        if (book != null && fact instanceof DispenseFact.Intent f) {
            book.spent(f.dispenseId());
        } else if (book != null && fact instanceof DispenseFact.Refused f) {
            book.spent(f.dispenseId());
        }
    }

    private void fact(String device, long atMs, DispenseFact fact) {
        engine.paid(fact);
        switch (fact) {
            case DispenseFact.Intent f -> intent(f, atMs);
            case DispenseFact.Running f -> running(f.dispenseId(), 0, f.meter(), atMs);
            case DispenseFact.Progress f ->
                    running(f.dispenseId(), f.secondsRun() * 1_000, f.meter(), atMs);
            case DispenseFact.Stopping f -> stopping(f);
            case DispenseFact.Ended f ->
                    settled(device, f.dispenseId(), Known.ENDED, f.reason(), f.pouredMl());
            case DispenseFact.Refused f ->
                    settled(device, f.dispenseId(), Known.REFUSED, f.reason(), 0);
            case DispenseFact.Faulted f -> fault(f.deviceId(), f.code());
            case DispenseFact.Cleared f -> fault(f.deviceId(), null);
            case DispenseFact.Unattributed f -> {} // told, and nothing follows from it
            case DispenseFact.Rested f -> {}
        }
    }

    private void intent(DispenseFact.Intent f, long atMs) {
        if (!engine.known().has(f.dispenseId()) && engine.holder(f.dispenseId()) == null) {
            Run run = run(f.command(), f.meter());
            run.gapFromWallMs = atMs;
            hold(run);
        }
    }

    private void running(String dispenseId, long ranMs, @Nullable MeterMark mark, long atMs) {
        Run run = held(dispenseId);
        if (run != null) {
            if (mark != null) {
                run.meter = Meter.resumed(run.command, mark, now.tick());
            }
            run.opened = true;
            run.phase = run.phase == Run.Phase.STOPPING ? run.phase : Run.Phase.RUNNING;
            run.ranMs = Math.max(run.ranMs, ranMs);
            run.gapFromWallMs = atMs;
        }
    }

    private void stopping(DispenseFact.Stopping f) {
        Run run = held(f.dispenseId());
        if (run != null) {
            run.phase = Run.Phase.STOPPING;
            run.reason = f.reason();
            run.gapFromWallMs = f.reason() == EndReason.EDGE_RESTART ? run.gapFromWallMs : null;
        }
    }

    private void settled(
            String device, String dispenseId, Known state, EndReason reason, long pouredMl) {
        Dispenser holder = engine.holder(dispenseId);
        if (holder != null) {
            holder.restore(null);
        }
        engine.device(device);
        engine.closed(dispenseId, state, reason, pouredMl);
    }

    private void fault(String deviceId, @Nullable String code) {
        Dispenser device = engine.device(deviceId);
        device.restore(code, device.leadMs());
    }

    private Run run(OpenDispense command, @Nullable MeterMark mark) {
        return new Run(command, Meter.resumed(command, mark, now.tick()), config);
    }

    private void hold(Run run) {
        Dispenser device = engine.device(run.command.deviceId());
        device.restore(run);
        engine.opened(device, run);
    }

    private @Nullable Run held(String dispenseId) {
        Dispenser device = engine.holder(dispenseId);
        return device == null ? null : device.run();
    }
}
