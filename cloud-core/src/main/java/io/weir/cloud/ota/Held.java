package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * A device within a campaign, as it is stored.
 *
 * @param tenant path of the campaign's owner
 * @param wanted the campaign's version
 * @param allowed how long it may take from the first push on
 * @param open its group is open, and the campaign is under way
 * @param active it can't be in another campaign for the module
 * @param dueAt when the device is to be told next; null = there is nothing to tell
 * @param words what the device said to its last step
 * @param updatedAt of the last change, or when it came online
 */
record Held(
        String campaignId,
        String tenant,
        String module,
        String wanted,
        Duration allowed,
        boolean open,
        boolean active,
        Upgrade upgrade,
        @Nullable Instant dueAt,
        String words,
        Instant updatedAt) {

    /** What has ended is told nothing. */
    Held with(Upgrade next, Instant now) {
        return next == upgrade
                ? this
                : changed(active, next, next.state().isEnd() ? null : dueAt, words, now);
    }

    Held due(@Nullable Instant at, Instant now) {
        return changed(active, upgrade, at, words, now);
    }

    Held saying(String next) {
        return next.equals(words) ? this : changed(active, upgrade, dueAt, next, updatedAt);
    }

    /** Again this campaign's. */
    Held taken() {
        return changed(true, upgrade, dueAt, words, updatedAt);
    }

    /** Free for another campaign. */
    Held released() {
        return changed(false, upgrade, null, words, updatedAt);
    }

    private Held changed(
            boolean nextActive,
            Upgrade nextUpgrade,
            @Nullable Instant nextDue,
            String nextWords,
            Instant at) {
        return new Held(
                campaignId,
                tenant,
                module,
                wanted,
                allowed,
                open,
                nextActive,
                nextUpgrade,
                nextDue,
                nextWords,
                at);
    }
}
