package io.weir.cloud.ota;

import io.weir.cloud.ota.Rollout.Group;
import io.weir.cloud.ota.Rollout.Pause;
import io.weir.cloud.ota.Rollout.State;
import io.weir.cloud.ota.Rollout.Tally;

import java.util.List;
import java.util.Optional;

/**
 * When a campaign opens its next group, stands still, or is through, as hawkBit's rollouts do.
 * Pure. Steps by persons are empty when the campaign's state refuses them.
 */
final class RolloutFlow {
    private static final int PERCENT = 100;

    private RolloutFlow() {}

    /** Two pairs of eyes: who made the campaign doesn't approve it. */
    static Optional<Rollout> approved(Rollout before, String by) {
        return before.state() == State.WAITING && !before.createdBy().equals(by)
                ? Optional.of(new Rollout(State.APPROVED, before.createdBy(), by, 0, null, 0))
                : Optional.empty();
    }

    static Optional<Rollout> started(Rollout before) {
        return before.state() == State.APPROVED ? Optional.of(before.opened(1)) : Optional.empty();
    }

    static Optional<Rollout> paused(Rollout before) {
        return before.state() == State.RUNNING
                ? Optional.of(before.paused(Pause.PERSON))
                : Optional.empty();
    }

    /**
     * Whoever goes on after a stop has seen its cause: it alone doesn't stop the campaign again.
     */
    static Optional<Rollout> resumed(Rollout before, List<Tally> tallies) {
        if (before.state() != State.PAUSED) {
            return Optional.empty();
        }
        Rollout running = before.in(State.RUNNING);
        return Optional.of(
                before.pause() == Pause.PERSON
                        ? running
                        : (before.pause() == Pause.TOO_FEW_SUCCESSES
                                        ? running.opened(before.opened() + 1)
                                        : running)
                                .tolerating(failed(tallies)));
    }

    static Optional<Rollout> cancelled(Rollout before) {
        return before.state() == State.FINISHED || before.state() == State.CANCELLED
                ? Optional.empty()
                : Optional.of(before.in(State.CANCELLED));
    }

    /** Failed devices were scheduled anew, so a campaign that was through runs again. */
    static Optional<Rollout> retried(Rollout before) {
        return switch (before.state()) {
            case FINISHED -> Optional.of(before.in(State.RUNNING));
            case RUNNING, PAUSED -> Optional.of(before);
            case WAITING, APPROVED, CANCELLED -> Optional.empty();
        };
    }

    /** Whether this campaign may push this device now, as far as the campaign says. */
    static boolean pushes(Rollout rollout, Upgrade upgrade) {
        return rollout.state() == State.RUNNING
                && upgrade.group() < rollout.opened()
                && !upgrade.state().isEnd();
    }

    /**
     * Devices went on. Errors are looked at first: a group that reached both thresholds stops.
     *
     * @param tallies one for each group
     */
    static Rollout advanced(Rollout before, List<Group> groups, List<Tally> tallies) {
        if (before.state() != State.RUNNING) {
            return before;
        }
        int failures = failed(tallies);
        // Failures that a retry took away are no longer tolerated when they come again.
        Rollout now = failures < before.tolerated() ? before.tolerating(failures) : before;
        if (failures > now.tolerated() && anyFailed(now.opened(), groups, tallies)) {
            return now.paused(Pause.ERRORS);
        }
        while (now.opened() < groups.size()) {
            int last = now.opened() - 1;
            Tally tally = tallies.get(last);
            if (!reached(tally.succeeded(), groups.get(last).successPercent(), tally)) {
                return tally.open() == 0 ? now.paused(Pause.TOO_FEW_SUCCESSES) : now;
            }
            now = now.opened(now.opened() + 1);
        }
        return tallies.stream().allMatch(t -> t.open() == 0) ? now.in(State.FINISHED) : now;
    }

    private static boolean anyFailed(int opened, List<Group> groups, List<Tally> tallies) {
        for (int i = 0; i < opened; i++) {
            Tally tally = tallies.get(i);
            if (tally.failed() > 0
                    && reached(tally.failed(), groups.get(i).errorPercent(), tally)) {
                return true;
            }
        }
        return false;
    }

    private static boolean reached(int count, int percent, Tally of) {
        return (long) count * PERCENT >= (long) percent * of.all();
    }

    private static int failed(List<Tally> tallies) {
        return tallies.stream().mapToInt(Tally::failed).sum();
    }
}
