package io.weir.cloud.ota;

import io.weir.cloud.ota.Upgrade.Reason;

import java.time.Instant;

/**
 * A device that has another owner now is its receiver's to upgrade (requirement D-012): the former
 * owner's campaign loses it, whatever became of it there before counts on.
 */
final class Moved {
    private Moved() {}

    static boolean is(Held held, String tenant) {
        return !tenant.startsWith(held.tenant());
    }

    static Held of(Held held, Instant now) {
        return held.with(UpgradeFlow.cancelled(held.upgrade(), Reason.MOVED), now).released();
    }
}
