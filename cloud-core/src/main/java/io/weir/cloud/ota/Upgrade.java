package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One device within a campaign.
 *
 * @param group from 0
 * @param percent as the device last said; begins anew when it downloads anew
 * @param attempt how often it was scheduled, from 1
 * @param pushedAt first push of this attempt; the time allowed runs from here
 * @param reason why it failed or was cancelled
 */
record Upgrade(
        String deviceId,
        int group,
        State state,
        int percent,
        int attempt,
        @Nullable Instant pushedAt,
        @Nullable Reason reason) {

    /** The device's firmware after 100 % is its own affair until it names its version. */
    enum State {
        SCHEDULED,
        NOTIFIED,
        DOWNLOADING,
        VERIFYING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        boolean isEnd() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }

    /** The first four are steps -1 to -4 of facts: alink.md section 6, row OTA progress. */
    enum Reason {
        DEVICE_FAILED,
        DOWNLOAD_FAILED,
        VERIFY_FAILED,
        BURN_FAILED,
        TIMEOUT,
        ROLLED_BACK,
        CAMPAIGN_CANCELLED,
        MOVED
    }

    static Upgrade scheduled(String deviceId, int group) {
        return new Upgrade(deviceId, group, State.SCHEDULED, 0, 1, null, null);
    }

    Upgrade in(State next, int nextPercent) {
        return new Upgrade(deviceId, group, next, nextPercent, attempt, pushedAt, null);
    }

    Upgrade ended(State end, Reason why) {
        return new Upgrade(deviceId, group, end, percent, attempt, pushedAt, why);
    }
}
