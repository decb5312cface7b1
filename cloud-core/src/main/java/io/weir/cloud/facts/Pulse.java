package io.weir.cloud.facts;

import java.util.function.ToDoubleFunction;

/**
 * Whether Kafka answers a node that reads from it. A consumer with partitions hears at least every
 * half second, if only that there is nothing new; cut off silently it would just find nothing, and
 * keep its partitions from the others (ADR 012).
 *
 * @param <K> where bytes come from
 */
final class Pulse<K> {
    private final ToDoubleFunction<K> received;
    private final long silentMs;
    private double heard;
    private long heardMs;

    /**
     * @param received bytes that came from Kafka so far
     * @param silentMs after how long without one it is silent
     */
    Pulse(ToDoubleFunction<K> received, long silentMs) {
        this.received = received;
        this.silentMs = silentMs;
    }

    /**
     * @param clients all of this consumer's
     * @param reading false when nothing is read, so nothing is to be heard
     * @param nowMs monotonic
     */
    boolean silent(Iterable<K> clients, boolean reading, long nowMs) {
        double bytes = 0;
        for (K client : clients) {
            bytes += received.applyAsDouble(client);
        }
        if (!reading || bytes != heard) {
            heard = bytes;
            heardMs = nowMs;
        }
        return nowMs - heardMs >= silentMs;
    }
}
