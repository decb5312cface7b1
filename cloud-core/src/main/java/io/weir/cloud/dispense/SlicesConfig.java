package io.weir.cloud.dispense;

import java.time.Duration;

/**
 * Limits of offline quota.
 *
 * @param keyFile file of the platform's device key, relative to the data folder; slices are signed
 *     under a key derived from it
 * @param poll how often the ledger's due answers and expired slices are looked for
 * @param retry the ledger is asked again after this; longer than a call to it takes
 * @param batch slices taken at once, and handed to a gateway in one answer
 * @param maxSlices slices of one grant
 * @param maxHours how long a grant may last
 * @param refillPause a button's grant that the wallet did not bear is filled again after this
 */
public record SlicesConfig(
        String keyFile,
        Duration poll,
        Duration retry,
        int batch,
        int maxSlices,
        int maxHours,
        Duration refillPause) {
    public SlicesConfig {
        if (keyFile.isBlank() || poll.toMillis() < 10 || retry.toMillis() < 1000) {
            throw new IllegalArgumentException(
                    "keyFile must name a file, poll be >= 10 ms, retry >= 1 s");
        }
        if (batch < 1 || batch > 500 || maxSlices < 1 || maxSlices > 20) {
            throw new IllegalArgumentException("batch must be 1..500, maxSlices 1..20");
        }
        if (maxHours < 1 || maxHours > 720 || refillPause.toSeconds() < 1) {
            throw new IllegalArgumentException("maxHours must be 1..720, refillPause >= 1 s");
        }
    }
}
