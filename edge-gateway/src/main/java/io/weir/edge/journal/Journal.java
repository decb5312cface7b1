package io.weir.edge.journal;

import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;

/**
 * Where facts become durable before anybody is told that they are (DESIGN section 2). What the
 * dispense engine and the forwarder need beyond {@link FactLog}. May be called from any thread and
 * never blocks, except {@link #replayMoney}.
 */
public interface Journal extends FactLog {
    /** What the money lane held when the process started. */
    interface Replay {
        /** The newest state saved by {@link Journal#checkpoint}; called first, or not at all. */
        void checkpoint(byte[] state);

        /**
         * One entry after that checkpoint; those of one partition, so of one device, in order.
         *
         * @param boot boot id of the process whose ticks the entry carries
         */
        void entry(String boot, Entry entry);
    }

    /** Random id of this journal; a new disk is a new journal. */
    String id();

    /** Partitions of every lane. */
    int partitions();

    /** Journals a fact of the gateway itself into a partition of the caller's choice. */
    void append(Lane lane, int partition, Entry entry, Done done);

    /**
     * May something new begin that will need this lane until it ends? False while less than a
     * quarter of the lane's share is left, so that what runs already can still tell its end.
     */
    boolean hasRoom(Lane lane);

    /**
     * Saves the dispense engine's state in the money lane; never forwarded. It stands exactly
     * between the money entries that the calling thread appended before and after this call, so the
     * state must hold the former and none of the latter. Older money segments may then be deleted,
     * and none is deleted before.
     */
    void checkpoint(byte[] state, Done done);

    /**
     * {@code ask} is run, on the Vert.x context that registers it, whenever a new {@link
     * #checkpoint} would let go of older segments.
     */
    void onCheckpointDue(Runnable ask);

    /**
     * Tells what the processes before this one left in the money lane since their last checkpoint,
     * also entries that were synced but never confirmed. Reads files: blocks. Call it once, before
     * the first checkpoint of this process.
     */
    void replayMoney(Replay replay);
}
