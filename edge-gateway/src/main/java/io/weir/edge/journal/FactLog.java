package io.weir.edge.journal;

import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;

/** Where the gateway's parts put facts: all that they need to know of the journal. */
public interface FactLog {
    /**
     * Journals one entry. Never blocks; may be called from any thread. {@code done} is called
     * exactly once: in the order of appending within one lane, on the journal's own thread after
     * the fsync, or at once on the caller's thread when the entry is refused.
     */
    void append(Lane lane, Entry entry, Done done);

    /** What became of an entry. Runs on the journal's thread: must be short and never block. */
    @FunctionalInterface
    interface Done {
        /**
         * @param kept true: synced to disk; false: refused (full, closed, failed), it is not and
         *     will not be journaled
         */
        void done(boolean kept);
    }
}
