package io.weir.cloud.ledger;

import java.time.Duration;

/**
 * Settings of what the ledger does by itself.
 *
 * @param timerEvery how often due holds and commissions are looked for
 * @param timerBatch how many of each are settled in one transaction
 * @param checkEvery pause between two proofs
 * @param foldBatches ledger batches that one proof folds before it commits
 * @param checkSlice old transactions, accounts and holds each that a proof checks again
 */
public record ClockConfig(
        Duration timerEvery, int timerBatch, Duration checkEvery, int foldBatches, int checkSlice) {
    public ClockConfig {
        if (timerEvery.toMillis() < 1 || checkEvery.toMillis() < 1) {
            throw new IllegalArgumentException("timerEvery and checkEvery are above zero");
        }
        if (timerBatch < 1 || timerBatch > 5_000) {
            throw new IllegalArgumentException("timerBatch is 1 to 5000");
        }
        if (foldBatches < 1 || checkSlice < 1) {
            throw new IllegalArgumentException("foldBatches and checkSlice are at least 1");
        }
    }
}
