package io.weir.cloud.ledger;

import java.time.Duration;

/**
 * Settings of the ledger.
 *
 * @param maxBatch requests that share one database transaction, at most
 * @param queueLimit requests that may wait; more are refused with LEDGER_BUSY
 * @param parallelBatches transactions of one verticle that may run at once: while one waits for its
 *     commit the next is decided
 * @param commissionMaturesAfter how long a refund may still take pending commission back
 */
public record LedgerConfig(
        int maxBatch, int queueLimit, int parallelBatches, Duration commissionMaturesAfter) {
    public LedgerConfig {
        if (maxBatch < 1 || maxBatch > 5_000) {
            throw new IllegalArgumentException("maxBatch is 1 to 5000");
        }
        if (queueLimit < maxBatch) {
            throw new IllegalArgumentException("queueLimit is at least maxBatch");
        }
        if (parallelBatches < 1 || parallelBatches > 8) {
            throw new IllegalArgumentException("parallelBatches is 1 to 8");
        }
        if (commissionMaturesAfter.isNegative()) {
            throw new IllegalArgumentException("commissionMaturesAfter is not negative");
        }
    }
}
