package io.weir.edge.journal;

import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;

/** Where the gateway's parts put facts: all that they need to know of the journal. */
public interface FactLog {
    /**
     * Journals one entry. Never blocks; may be called from any thread. {@code done} is called
     * exactly once, for the entries of one caller and lane in the order of appending: after the
     * fsync, on the Vert.x context that appended (no hop of the caller's own is needed, all of one
     * commit come in one task) or, for a caller without one, on the journal's own thread; or before
     * {@code append} returns when the entry is refused at once.
     */
    void append(Lane lane, Entry entry, Done done);

    /** What became of an entry. Must be short; without a context of its own it must never block. */
    @FunctionalInterface
    interface Done {
        /**
         * @param kept true: synced to disk; false: refused (full, closed, failed), it is not and
         *     will not be journaled. Only the entries of the very commit whose sync failed may turn
         *     up after the restart that a failed journal needs
         */
        void done(boolean kept);
    }
}
