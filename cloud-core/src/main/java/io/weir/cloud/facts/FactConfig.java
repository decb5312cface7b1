package io.weir.cloud.facts;

import java.time.Duration;

/**
 * Limits of a consumer of facts; per lane, since each lane is read on its own.
 *
 * @param poll how long one poll of Kafka waits for something new
 * @param maxFrames Kafka records per poll
 * @param maxEntries entries per transaction; one frame is never split
 * @param maxBytes bytes of frames per transaction
 * @param fetchBytes what Kafka may send ahead of us, which bounds the memory
 * @param leaseTtl after how long without a sign of life a node's partitions are taken
 * @param leaseRenew how often a node gives one
 * @param retryMin first pause after a failed transaction, doubled up to {@code retryMax}
 * @param recheckRecords when a partition with an open gap is taken over, it is read again from
 *     before the gap if that is no more records than this
 * @param quarantineKeep how long quarantined entries are kept
 */
public record FactConfig(
        Duration poll,
        int maxFrames,
        int maxEntries,
        int maxBytes,
        int fetchBytes,
        Duration leaseTtl,
        Duration leaseRenew,
        Duration retryMin,
        Duration retryMax,
        int recheckRecords,
        Duration quarantineKeep) {
    public FactConfig {
        if (maxFrames < 1 || maxEntries < 1 || maxBytes < 1 || fetchBytes < 1) {
            throw new IllegalArgumentException(
                    "maxFrames, maxEntries, maxBytes and fetchBytes must be at least 1");
        }
        if (recheckRecords < 0 || quarantineKeep.isNegative() || quarantineKeep.isZero()) {
            throw new IllegalArgumentException(
                    "recheckRecords must not be negative, quarantineKeep must be positive");
        }
        if (leaseTtl.compareTo(leaseRenew.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException("leaseTtl must be at least three times leaseRenew");
        }
        if (retryMin.isNegative() || retryMin.isZero() || retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException("retryMin must be positive and at most retryMax");
        }
        if (poll.isNegative() || poll.isZero() || poll.compareTo(leaseRenew) > 0) {
            throw new IllegalArgumentException("poll must be positive and at most leaseRenew");
        }
    }
}
