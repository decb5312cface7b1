package io.weir.cloud.ota;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * How one device's part of a job goes on. Pure; every step returns the same object when it changes
 * nothing. What has ended stays ended, whatever the device says later.
 */
final class TaskFlow {
    private TaskFlow() {}

    /** As devices know them (facts: alink.md section 6, row jobs). */
    enum State {
        QUEUED,
        SENT,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        REJECTED,
        CANCELLED,
        TIMED_OUT;

        boolean isEnd() {
            return ordinal() > IN_PROGRESS.ordinal();
        }

        /** What a device may say of itself. */
        boolean isDevices() {
            return this == IN_PROGRESS || this == SUCCEEDED || this == FAILED || this == REJECTED;
        }
    }

    /**
     * @param details a JSON object as the device last said it
     * @param sentAt when it was first told; the time allowed runs from here
     */
    record Part(State state, int progress, String details, @Nullable Instant sentAt) {}

    static Part sent(Part before, Instant now) {
        return before.state() == State.QUEUED
                ? new Part(State.SENT, 0, before.details(), now)
                : before;
    }

    /** A device that found the job by asking says so before it was told. */
    static Part told(Part before, State state, int progress, String details, Instant now) {
        if (before.state().isEnd() || !state.isDevices()) {
            return before;
        }
        Instant sentAt = before.sentAt();
        Part after = new Part(state, progress, details, sentAt == null ? now : sentAt);
        return after.equals(before) ? before : after;
    }

    static Part waited(Part before, Duration allowed, Instant now) {
        Instant sentAt = before.sentAt();
        return sentAt == null || before.state().isEnd() || now.isBefore(sentAt.plus(allowed))
                ? before
                : ended(before, State.TIMED_OUT);
    }

    static Part cancelled(Part before) {
        return before.state().isEnd() ? before : ended(before, State.CANCELLED);
    }

    private static Part ended(Part before, State end) {
        return new Part(end, before.progress(), before.details(), before.sentAt());
    }
}
