package io.weir.edge.journal.choice;

/** A journal that confirms an entry after it was synced to the disk. */
interface Candidate extends AutoCloseable {
    /**
     * Called on a Vert.x event loop.
     *
     * @param kept is run on the same loop when the entry would survive a power loss
     */
    void append(byte[] entry, Runnable kept);

    @Override
    void close() throws Exception;
}
