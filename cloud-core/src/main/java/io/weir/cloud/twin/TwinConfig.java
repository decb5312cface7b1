package io.weir.cloud.twin;

import java.time.Duration;

/**
 * Limits of facts: alink.md section 12.
 *
 * @param shadowDepth of objects in reported and desired
 * @param shadowBytes of a document's state
 * @param shadowProperties in reported and in desired
 * @param tags of one device
 * @param sweep how often devices that are online are looked through for what they have yet to hear
 * @param sweepBatch devices in one sweep
 * @param logKeep how long log lines are kept
 * @param logUpkeep how often old ones are removed
 */
public record TwinConfig(
        int shadowDepth,
        int shadowBytes,
        int shadowProperties,
        int tags,
        Duration sweep,
        int sweepBatch,
        Duration logKeep,
        Duration logUpkeep) {
    public TwinConfig {
        check(shadowDepth >= 1 && shadowDepth <= 10, "shadowDepth from 1 to 10");
        check(shadowBytes >= 1024 && shadowBytes <= 65_536, "shadowBytes from 1024 to 65536");
        check(shadowProperties >= 1 && shadowProperties <= 1000, "shadowProperties to 1000");
        check(tags >= 1 && tags <= 200, "tags from 1 to 200");
        check(sweep.toMillis() >= 1000, "sweep of at least a second");
        check(sweepBatch >= 1 && sweepBatch <= 10_000, "sweepBatch from 1 to 10000");
        check(logKeep.toHours() >= 1, "logKeep of at least an hour");
        check(logUpkeep.toSeconds() >= 1, "logUpkeep of at least a second");
    }

    ShadowFlow.Limits shadow() {
        return new ShadowFlow.Limits(shadowDepth, shadowBytes, shadowProperties);
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
