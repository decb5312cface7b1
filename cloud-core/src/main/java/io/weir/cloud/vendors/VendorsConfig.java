package io.weir.cloud.vendors;

import java.time.Duration;
import java.time.ZoneId;

/**
 * Settings of the vendors context.
 *
 * @param zone time zone of a vendor that names none
 * @param keyFile key under which secrets are sealed, relative to the data folder, the same on every
 *     node
 * @param oldKeyFile the key before it, while secrets are sealed anew; empty = none
 * @param sweep how often secrets under the old key are sealed anew and signings looked through
 */
public record VendorsConfig(String zone, String keyFile, String oldKeyFile, Duration sweep) {
    public VendorsConfig {
        var unused = ZoneId.of(zone);
        if (keyFile.isBlank()) {
            throw new IllegalArgumentException("keyFile must not be empty");
        }
        if (sweep.toSeconds() < 1) {
            throw new IllegalArgumentException("sweep must be at least PT1S");
        }
    }
}
