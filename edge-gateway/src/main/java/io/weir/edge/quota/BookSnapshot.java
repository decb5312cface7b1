package io.weir.edge.quota;

import io.weir.model.grant.Slice;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The {@link SliceBook} as a checkpoint of the journal keeps it.
 *
 * @param cloudKey the cloud's public key that this journal believes; null before the first slice
 * @param highWaterMs latest wall time that the journal has seen
 */
public record BookSnapshot(@Nullable String cloudKey, long highWaterMs, List<Held> slices) {
    /** Where a slice stands at the gateway. */
    public enum State {
        /** Its first fact is being journaled. */
        TAKING,
        READY,
        /** Its dispense was, or is being, journaled; or was refused. */
        SPENT,
        /** Its closing statement is being journaled. */
        CLOSING,
        CLOSED
    }

    public record Held(Slice slice, State state) {}

    public BookSnapshot {
        slices = List.copyOf(slices);
    }
}
