package io.weir.cloud.devices;

/**
 * @param keyFile file of the AES key that seals device secrets, relative to the data folder; the
 *     same on every node. Made when the database has none yet.
 * @param defaultGateway gateway that new devices are assigned to until another default is set
 * @param maxBatch devices of one batch
 * @param maxChanges devices and products in one page of a gateway's changes
 * @param maxSubDevices sub-devices behind one gateway device; the edge's {@code perGateway} is for
 *     those logged in
 * @param maxRegistered devices that register without a whitelist, of one product; beyond they are
 *     refused with 429, so that a product's leaked secret fills no database
 * @param registrationsPerMinute of one product, rightly signed, for each instance; beyond 429
 */
public record DevicesConfig(
        String keyFile,
        String defaultGateway,
        int maxBatch,
        int maxChanges,
        int maxSubDevices,
        int maxRegistered,
        int registrationsPerMinute) {
    public DevicesConfig {
        if (keyFile.isBlank()) {
            throw new IllegalArgumentException("keyFile must not be empty");
        }
        if (!defaultGateway.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "defaultGateway must be 1 to 64 letters, digits, dots or dashes");
        }
        if (maxBatch < 1 || maxBatch > 100_000) {
            throw new IllegalArgumentException("maxBatch must be from 1 to 100000");
        }
        if (maxChanges < 1 || maxChanges > 5_000) {
            throw new IllegalArgumentException("maxChanges must be from 1 to 5000");
        }
        if (maxSubDevices < 1 || maxSubDevices > 10_000) {
            throw new IllegalArgumentException("maxSubDevices must be from 1 to 10000");
        }
        if (maxRegistered < 0 || maxRegistered > 10_000) {
            throw new IllegalArgumentException("maxRegistered must be from 0 to 10000");
        }
        if (registrationsPerMinute < 1) {
            throw new IllegalArgumentException("registrationsPerMinute must be above 0");
        }
    }
}
