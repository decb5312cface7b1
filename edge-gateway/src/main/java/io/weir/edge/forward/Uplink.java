package io.weir.edge.forward;

import io.weir.edge.journal.StoredFrame;

import org.jspecify.annotations.Nullable;

/**
 * One lane's way up to Kafka, for as long as it works. Keeps the order of each partition; once a
 * send has failed the uplink is of no more use, since what was sent after it may have arrived.
 */
public interface Uplink extends AutoCloseable {
    /** What became of a frame; on any thread, exactly once. */
    @FunctionalInterface
    interface Sent {
        /**
         * @param failure null when Kafka has it on enough replicas
         */
        void done(@Nullable Exception failure);
    }

    /** Blocks for some seconds at most. */
    void send(StoredFrame frame, Sent sent);

    /** Gives up what is not acknowledged yet; after it no {@link Sent} is called any more. */
    @Override
    void close();
}
