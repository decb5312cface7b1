package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A campaign as it is stored, without its groups.
 *
 * @param tenant path of the product's owner
 * @param startAt when it starts by itself once it is approved; null = when a person starts it
 * @param endAt when what is not done by then is cancelled
 * @param window when devices may be pushed; null = always
 */
record Kept(
        String id,
        String tenant,
        String packageId,
        Rollout rollout,
        @Nullable Instant startAt,
        @Nullable Instant endAt,
        @Nullable Window window) {

    boolean pushesAt(Instant now) {
        return rollout.state() == Rollout.State.RUNNING && (window == null || window.covers(now));
    }
}
