package io.weir.edge.journal;

import io.vertx.core.internal.ContextInternal;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;

import org.jspecify.annotations.Nullable;

/** Something that waits for the writer: an entry, or a checkpoint of the dispense engine. */
final class Pending {
    final Lane lane;
    final int partition;
    final @Nullable Entry entry;
    final byte @Nullable [] checkpoint;
    final int size;
    final FactLog.Done done;
    final @Nullable ContextInternal context;

    /** Set by the writer: is it part of the commit, and later, is it synced? */
    boolean kept;

    Pending(
            Lane lane,
            int partition,
            @Nullable Entry entry,
            byte @Nullable [] checkpoint,
            int size,
            FactLog.Done done,
            @Nullable ContextInternal context) {
        this.lane = lane;
        this.partition = partition;
        this.entry = entry;
        this.checkpoint = checkpoint;
        this.size = size;
        this.done = done;
        this.context = context;
    }
}
