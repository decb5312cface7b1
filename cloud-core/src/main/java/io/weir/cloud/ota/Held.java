package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A device within a campaign, as it is stored.
 *
 * @param tenant path of the campaign's owner
 * @param wanted the campaign's version
 * @param open its group is open, and the campaign is under way
 * @param dueAt when the device is to be told next; null = there is nothing to tell
 * @param words what the device said to its last step
 * @param updatedAt of the last change, or when it came online
 */
record Held(
        String campaignId,
        String tenant,
        String module,
        String wanted,
        boolean open,
        Upgrade upgrade,
        @Nullable Instant dueAt,
        String words,
        Instant updatedAt) {

    /** What has ended is told nothing. */
    Held with(Upgrade next, Instant now) {
        return next == upgrade
                ? this
                : new Held(
                        campaignId,
                        tenant,
                        module,
                        wanted,
                        open,
                        next,
                        next.state().isEnd() ? null : dueAt,
                        words,
                        now);
    }

    Held due(@Nullable Instant at, Instant now) {
        return new Held(campaignId, tenant, module, wanted, open, upgrade, at, words, now);
    }

    Held saying(String next) {
        return next.equals(words)
                ? this
                : new Held(
                        campaignId, tenant, module, wanted, open, upgrade, dueAt, next, updatedAt);
    }
}
