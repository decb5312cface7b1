package io.weir.edge.metering;

import io.weir.edge.quota.BookSnapshot;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.MeterMark;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The engine's state as a checkpoint of the journal keeps it: what the money facts before it told.
 *
 * @param runMs the engine's running time over all processes of this journal
 */
record EngineSnapshot(
        long runMs,
        List<OpenRun> open,
        List<KnownDispenses.Settled> settled,
        List<Device> devices,
        @Nullable BookSnapshot quota) {

    EngineSnapshot(
            long runMs,
            List<OpenRun> open,
            List<KnownDispenses.Settled> settled,
            List<Device> devices) {
        this(runMs, open, settled, devices, null);
    }

    /** The same with the slices; null stands in checkpoints from before there were any. */
    EngineSnapshot with(BookSnapshot book) {
        return new EngineSnapshot(runMs, open, settled, devices, book);
    }

    /**
     * @param gapFromWallMs wall time where the gap of a restart begins, null when it was told to
     *     stop already
     */
    record OpenRun(
            OpenDispense command,
            Run.Phase phase,
            boolean opened,
            @Nullable EndReason reason,
            MeterMark meter,
            long ranMs,
            @Nullable Long gapFromWallMs) {}

    /**
     * @param owed facts that must be journaled and weren't yet
     */
    record Device(
            String deviceId, long leadMs, @Nullable String faulted, List<DispenseFact> owed) {}
}
