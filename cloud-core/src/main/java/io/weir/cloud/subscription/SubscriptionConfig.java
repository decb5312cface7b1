package io.weir.cloud.subscription;

import java.time.Duration;

/**
 * @param perTenant subscriptions of one tenant at most
 * @param waitingMax messages of one subscription that nobody has acknowledged; beyond, new ones are
 *     skipped and counted
 * @param upkeep how often old days are cut off
 */
public record SubscriptionConfig(int perTenant, long waitingMax, Duration upkeep) {
    public SubscriptionConfig {
        if (perTenant < 1 || waitingMax < 1000) {
            throw new IllegalArgumentException("perTenant, waitingMax of at least 1000");
        }
        if (upkeep.toMinutes() < 1) {
            throw new IllegalArgumentException("upkeep of at least a minute");
        }
    }
}
