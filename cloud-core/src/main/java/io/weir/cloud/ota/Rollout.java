package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

/**
 * A campaign as a whole.
 *
 * @param opened groups whose devices may be pushed, counted from the first
 * @param pause why it stands still, when PAUSED
 * @param tolerated failures that a person saw when going on after an error stop; only more of them
 *     stop it again
 */
record Rollout(
        State state,
        String createdBy,
        @Nullable String approvedBy,
        int opened,
        @Nullable Pause pause,
        int tolerated) {

    enum State {
        WAITING,
        APPROVED,
        RUNNING,
        PAUSED,
        FINISHED,
        CANCELLED
    }

    enum Pause {
        PERSON,
        ERRORS,
        TOO_FEW_SUCCESSES
    }

    /**
     * @param successPercent of the group's devices must have succeeded before the next one opens
     * @param errorPercent of the group's devices that failed stop the campaign
     */
    record Group(int successPercent, int errorPercent) {
        Group {
            if (successPercent < 0 || successPercent > 100) {
                throw new IllegalArgumentException("success threshold is not 0..100 percent");
            }
            if (errorPercent < 1 || errorPercent > 100) {
                throw new IllegalArgumentException("error threshold is not 1..100 percent");
            }
        }
    }

    /**
     * A group's devices by how they stand. Cancelled ones count for nothing.
     *
     * @param open not ended
     */
    record Tally(int open, int succeeded, int failed) {
        int all() {
            return open + succeeded + failed;
        }
    }

    static Rollout created(String by) {
        return new Rollout(State.WAITING, by, null, 0, null, 0);
    }

    Rollout in(State next) {
        return new Rollout(next, createdBy, approvedBy, opened, null, tolerated);
    }

    Rollout paused(Pause why) {
        return new Rollout(State.PAUSED, createdBy, approvedBy, opened, why, tolerated);
    }

    Rollout opened(int groups) {
        return new Rollout(State.RUNNING, createdBy, approvedBy, groups, null, tolerated);
    }

    Rollout tolerating(int failures) {
        return new Rollout(state, createdBy, approvedBy, opened, pause, failures);
    }
}
