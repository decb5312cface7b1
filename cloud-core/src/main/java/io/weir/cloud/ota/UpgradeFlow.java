package io.weir.cloud.ota;

import io.weir.cloud.ota.Upgrade.Reason;
import io.weir.cloud.ota.Upgrade.State;

import java.time.Duration;
import java.time.Instant;

/**
 * How one device's upgrade goes on. Pure; every step returns the same object when it changes
 * nothing, so facts may come twice.
 *
 * <p>Only the version that a device reports proves an upgrade: a device at 100 % may yet come back
 * with the old firmware, and one whose progress was lost may come back with the new.
 */
final class UpgradeFlow {
    private static final int WHOLE = 100;

    private UpgradeFlow() {}

    /** The offer was sent; again for a device that came back meanwhile. */
    static Upgrade pushed(Upgrade before, Instant now) {
        return before.state() == State.SCHEDULED
                ? new Upgrade(
                        before.deviceId(),
                        before.group(),
                        State.NOTIFIED,
                        0,
                        before.attempt(),
                        now,
                        null)
                : before;
    }

    /**
     * The device told its progress.
     *
     * @param step 0..100 percent, or -1..-4; anything else is not heard
     */
    static Upgrade progress(Upgrade before, int step) {
        if (before.state() == State.SCHEDULED || before.state().isEnd() || step > WHOLE) {
            return before;
        }
        if (step == WHOLE) {
            return before.in(State.VERIFYING, WHOLE);
        }
        return switch (step) {
            case -1 -> before.ended(State.FAILED, Reason.DEVICE_FAILED);
            case -2 -> before.ended(State.FAILED, Reason.DOWNLOAD_FAILED);
            case -3 -> before.ended(State.FAILED, Reason.VERIFY_FAILED);
            case -4 -> before.ended(State.FAILED, Reason.BURN_FAILED);
            default -> step < 0 ? before : before.in(State.DOWNLOADING, step);
        };
    }

    /**
     * The device told the version of the campaign's module. The campaign's version is success even
     * after a failure; any other after success is a fall back, and before it says nothing (a device
     * that restarts during the download).
     */
    static Upgrade version(Upgrade before, String wanted, String told) {
        if (before.state() == State.CANCELLED) {
            return before;
        }
        if (told.equals(wanted)) {
            return before.state() == State.SUCCEEDED ? before : before.in(State.SUCCEEDED, WHOLE);
        }
        return before.state() == State.SUCCEEDED
                ? before.ended(State.FAILED, Reason.ROLLED_BACK)
                : before;
    }

    /** Time passed; what was never pushed can't be late. */
    static Upgrade waited(Upgrade before, Duration allowed, Instant now) {
        Instant pushedAt = before.pushedAt();
        return pushedAt == null || before.state().isEnd() || now.isBefore(pushedAt.plus(allowed))
                ? before
                : before.ended(State.FAILED, Reason.TIMEOUT);
    }

    static Upgrade cancelled(Upgrade before, Reason why) {
        return before.state().isEnd() ? before : before.ended(State.CANCELLED, why);
    }

    /** Failed ones only. */
    static Upgrade retried(Upgrade before) {
        return before.state() == State.FAILED
                ? new Upgrade(
                        before.deviceId(),
                        before.group(),
                        State.SCHEDULED,
                        0,
                        before.attempt() + 1,
                        null,
                        null)
                : before;
    }
}
