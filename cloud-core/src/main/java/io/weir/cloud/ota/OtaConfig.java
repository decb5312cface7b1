package io.weir.cloud.ota;

import java.time.Duration;

/**
 * Limits of facts: alink.md sections 7 and 12.
 *
 * @param packageBytes largest content
 * @param mqttBytes largest content that devices fetch over MQTT
 * @param packages of one tenant at most
 * @param unfinished pieces of an upload that is not finished by then are dropped
 * @param upkeep how often those are looked for
 * @param campaignDevices devices in one campaign at most; more are refused
 * @param roll how often campaigns are looked through
 * @param batch devices that are told, or found late, in one round
 * @param again a device that was busy, or whose gateway did not answer, is tried again after this
 * @param offline the same for one that is offline: when it comes online it is tried at once
 */
public record OtaConfig(
        long packageBytes,
        long mqttBytes,
        int packages,
        Duration unfinished,
        Duration upkeep,
        int campaignDevices,
        Duration roll,
        int batch,
        Duration again,
        Duration offline) {
    public OtaConfig {
        check(packageBytes >= 1 && packageBytes <= 1L << 32, "packageBytes from 1 to 4294967296");
        check(mqttBytes >= 1 && mqttBytes <= packageBytes, "mqttBytes from 1 to packageBytes");
        check(packages >= 1, "packages of at least 1");
        check(unfinished.toMinutes() >= 1, "unfinished of at least a minute");
        check(upkeep.toMinutes() >= 1, "upkeep of at least a minute");
        check(campaignDevices >= 1 && campaignDevices <= 1_000_000, "campaignDevices to 1000000");
        check(roll.toMillis() >= 100, "roll of at least 0.1 s");
        check(batch >= 1 && batch <= 10_000, "batch from 1 to 10000");
        check(again.toMillis() >= 100, "again of at least 0.1 s");
        check(offline.toMillis() >= 1000, "offline of at least a second");
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
