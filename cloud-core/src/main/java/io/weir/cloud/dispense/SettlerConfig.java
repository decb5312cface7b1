package io.weir.cloud.dispense;

import java.time.Duration;

/**
 * Limits of settlement and watch.
 *
 * @param batch postings, dispenses taken at once
 * @param poll how often due work is looked for when no signal came
 * @param retryMin a posting without an answer is told again after this, doubled up to {@code
 *     retryMax}; longer than the ledger's own timeout
 * @param resolveAfter a commanded dispense of which the edge says nothing is asked for after this,
 *     doubled up to {@code resolveMax}
 * @param sweep how often abandoned dispenses are looked for; silence is counted once a minute
 * @param abandonAfter a dispense not yet commanded is given up so long after its last change; a bit
 *     longer than a call to the ledger may take
 * @param silent a gateway silent for this long is given up (DESIGN section 5.5)
 */
public record SettlerConfig(
        int batch,
        Duration poll,
        Duration retryMin,
        Duration retryMax,
        Duration resolveAfter,
        Duration resolveMax,
        Duration sweep,
        Duration abandonAfter,
        Duration silent) {
    public SettlerConfig {
        if (batch < 1 || batch > 1000) {
            throw new IllegalArgumentException("batch must be 1..1000");
        }
        if (poll.toMillis() < 10 || retryMin.toMillis() < 1000 || resolveAfter.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "poll must be >= 10 ms, retryMin >= 1 s, resolveAfter >= 100 ms");
        }
        if (retryMax.compareTo(retryMin) < 0 || resolveMax.compareTo(resolveAfter) < 0) {
            throw new IllegalArgumentException("a maximum is below its minimum");
        }
        if (sweep.toMillis() < 1000 || silent.compareTo(sweep) < 0) {
            throw new IllegalArgumentException("sweep must be >= 1 s and not above silent");
        }
        if (abandonAfter.toSeconds() < 15) {
            throw new IllegalArgumentException("abandonAfter must be >= 15 s");
        }
    }
}
