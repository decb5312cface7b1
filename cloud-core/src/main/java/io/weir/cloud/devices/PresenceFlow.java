package io.weir.cloud.devices;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * How facts of coming and going are merged into one presence per device. Pure.
 *
 * <p>With epochs any order, delay or repetition ends the same: the connection with the highest
 * epoch decides, and it is over once its end was seen. An end counts only for the connection it is
 * of. Facts with epoch 0 come from an edge that had no cloud to give it one: within their gateway
 * they come in the order they happened, so the later one wins there; they never lower the epoch.
 */
final class PresenceFlow {
    private PresenceFlow() {}

    /**
     * @param epoch the highest seen
     * @param connection number of the connection at the gateway's boot
     * @param partition of the lane that the facts come in
     */
    record Presence(
            boolean online,
            long epoch,
            String gateway,
            String boot,
            long connection,
            int partition,
            @Nullable Instant onlineAt,
            @Nullable Instant offlineAt) {

        boolean isOf(Seen seen) {
            return gateway.equals(seen.gateway)
                    && boot.equals(seen.boot)
                    && connection == seen.connection;
        }
    }

    /**
     * One fact.
     *
     * @param came ONLINE, else OFFLINE
     * @param assigned the device is assigned to the gateway that says so; only then may it come
     */
    record Seen(
            boolean came,
            long epoch,
            String gateway,
            String boot,
            long connection,
            int partition,
            Instant at,
            boolean assigned) {}

    /** The presence after the fact; the same object when the fact changes nothing. */
    static @Nullable Presence apply(@Nullable Presence before, Seen seen) {
        if (before != null && before.isOf(seen)) {
            return same(before, seen);
        }
        return seen.assigned() && isNewer(before, seen) ? taken(before, seen) : before;
    }

    /** The gateway runs under another boot id: the connection can't have survived. */
    static Presence rebooted(Presence before, Instant at) {
        return before.online() ? ended(before, before.epoch(), at) : before;
    }

    private static Presence same(Presence before, Seen seen) {
        long epoch = Math.max(before.epoch(), seen.epoch());
        if (!seen.came()) {
            return before.online() ? ended(before, epoch, seen.at()) : before;
        }
        if (before.onlineAt() != null && epoch == before.epoch()) {
            return before;
        }
        // Its end came first, or the cloud gave it an epoch only later.
        return new Presence(
                before.online(),
                epoch,
                before.gateway(),
                before.boot(),
                before.connection(),
                before.partition(),
                before.onlineAt() == null ? seen.at() : before.onlineAt(),
                before.offlineAt());
    }

    private static boolean isNewer(@Nullable Presence before, Seen seen) {
        if (before == null) {
            return true;
        }
        if (seen.epoch() > 0) {
            return seen.epoch() > before.epoch();
        }
        boolean sameBoot =
                before.gateway().equals(seen.gateway()) && before.boot().equals(seen.boot());
        return sameBoot ? seen.connection() > before.connection() : seen.came();
    }

    private static Presence taken(@Nullable Presence before, Seen seen) {
        return new Presence(
                seen.came(),
                before == null ? seen.epoch() : Math.max(before.epoch(), seen.epoch()),
                seen.gateway(),
                seen.boot(),
                seen.connection(),
                seen.partition(),
                seen.came() ? seen.at() : null,
                seen.came() ? (before == null ? null : before.offlineAt()) : seen.at());
    }

    private static Presence ended(Presence before, long epoch, Instant at) {
        return new Presence(
                false,
                epoch,
                before.gateway(),
                before.boot(),
                before.connection(),
                before.partition(),
                before.onlineAt(),
                at);
    }
}
