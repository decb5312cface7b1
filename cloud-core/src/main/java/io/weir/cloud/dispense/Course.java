package io.weir.cloud.dispense;

import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;

import org.jspecify.annotations.Nullable;

/**
 * How a dispense goes; only {@link DispenseFlow} changes it.
 *
 * @param hold the ledger's number of the hold; null before there is one and for what is free
 * @param progressMl highest count reported
 * @param secondsRun highest run time reported
 * @param endMl the lowest count that an end reported; null while none came
 * @param settledMl what the money settles by; null before the end, 0 for what is voided
 * @param charged what the capture takes; zero until the end
 * @param corrected given back because a later end was lower
 * @param refunded given back by the vendor's will
 * @param badDebt what a later, higher end would have added
 * @param journal the edge journal whose facts tell of this dispense; null while none came
 * @param partition the partition of those facts
 * @param orphanAtMs stream time of that journal's partition at which waiting for an end is over
 * @param trail what its gateway told of the device's counter; null while it told none with a boot
 *     id
 */
record Course(
        DispenseState state,
        @Nullable String hold,
        long progressMl,
        long secondsRun,
        @Nullable Long endMl,
        @Nullable Long settledMl,
        @Nullable EndReason reason,
        Money charged,
        Money corrected,
        Money refunded,
        Money badDebt,
        @Nullable String journal,
        int partition,
        long orphanAtMs,
        @Nullable Trail trail) {
    static final Course CREATED =
            new Course(
                    DispenseState.CREATED,
                    null,
                    0,
                    0,
                    null,
                    null,
                    null,
                    Money.ZERO,
                    Money.ZERO,
                    Money.ZERO,
                    Money.ZERO,
                    null,
                    0,
                    0,
                    null);

    /** What may still be given back. */
    Money refundable() {
        return charged.minus(corrected).minus(refunded);
    }

    Draft edit() {
        return new Draft(this);
    }

    /** A course being rewritten, within one step of the flow. */
    static final class Draft {
        DispenseState state;
        @Nullable String hold;
        long progressMl;
        long secondsRun;
        @Nullable Long endMl;
        @Nullable Long settledMl;
        @Nullable EndReason reason;
        Money charged;
        Money corrected;
        Money refunded;
        Money badDebt;
        @Nullable String journal;
        int partition;
        long orphanAtMs;
        @Nullable Trail trail;

        private Draft(Course c) {
            state = c.state;
            hold = c.hold;
            progressMl = c.progressMl;
            secondsRun = c.secondsRun;
            endMl = c.endMl;
            settledMl = c.settledMl;
            reason = c.reason;
            charged = c.charged;
            corrected = c.corrected;
            refunded = c.refunded;
            badDebt = c.badDebt;
            journal = c.journal;
            partition = c.partition;
            orphanAtMs = c.orphanAtMs;
            trail = c.trail;
        }

        Course done() {
            return new Course(
                    state,
                    hold,
                    progressMl,
                    secondsRun,
                    endMl,
                    settledMl,
                    reason,
                    charged,
                    corrected,
                    refunded,
                    badDebt,
                    journal,
                    partition,
                    orphanAtMs,
                    trail);
        }
    }
}
