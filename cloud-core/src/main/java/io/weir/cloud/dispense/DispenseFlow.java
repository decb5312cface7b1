package io.weir.cloud.dispense;

import io.weir.cloud.dispense.DispenseInput.Abandoned;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.DispenseInput.HoldRefused;
import io.weir.cloud.dispense.DispenseInput.Joined;
import io.weir.cloud.dispense.DispenseInput.RefundAsked;
import io.weir.cloud.dispense.DispenseInput.RefundRefused;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Decides what an input makes of a dispense and what the ledger must be told (DESIGN section 5).
 * Pure, total, and indifferent to repetition: an input that does not fit the state changes nothing.
 *
 * <p>Three rules carry the money. Before COMMANDED nothing can have been opened, so giving up is
 * safe; after it only a fact of the edge voids. Counts are merged, not added, so order and
 * repetition of facts do not matter. What is settled is settled: a later end lowers by a
 * correction, or raises the vendor's bad debt, never the charge.
 */
final class DispenseFlow {
    /** What comes of an input. */
    record Outcome(Dispense dispense, List<Posting> postings, boolean changed) {}

    private final Dispense before;
    private final Dispense.Order order;
    private final Course.Draft draft;
    private final List<Posting> postings = new ArrayList<>();

    private DispenseFlow(Dispense before) {
        this.before = before;
        this.order = before.order();
        this.draft = before.course().edit();
    }

    static Outcome apply(Dispense dispense, DispenseInput input) {
        DispenseFlow flow = new DispenseFlow(dispense);
        flow.take(input);
        Course after = flow.draft.done();
        return new Outcome(
                dispense.with(after),
                List.copyOf(flow.postings),
                !after.equals(dispense.course()) || !flow.postings.isEmpty());
    }

    private void take(DispenseInput input) {
        switch (input) {
            case HoldDone i -> holdDone(i.hold());
            case HoldRefused i -> holdRefused();
            case CommandLeaving i -> commandLeaving();
            case Abandoned i -> abandoned();
            case Told i -> told(i);
            case Joined i -> joined(i.seen());
            case EndOverdue i -> endOverdue();
            case Captured i -> captured();
            case RefundAsked i -> refundAsked(i);
            case RefundRefused i -> refundRefused(i.amount());
        }
    }

    private void holdDone(String hold) {
        if (draft.state == DispenseState.CREATED) {
            draft.state = DispenseState.HELD;
            draft.hold = hold.isEmpty() ? null : hold;
        } else if (draft.state == DispenseState.VOIDED && draft.hold == null && !hold.isEmpty()) {
            // it was given up while the ledger was being asked
            draft.hold = hold;
            release();
        }
    }

    private void holdRefused() {
        if (draft.state == DispenseState.CREATED) {
            voided(EndReason.INSUFFICIENT_FUNDS);
        }
    }

    private void commandLeaving() {
        if (draft.state == DispenseState.HELD) {
            draft.state = DispenseState.COMMANDED;
        }
    }

    private void abandoned() {
        if (draft.state == DispenseState.CREATED) {
            if (order.hold().isPositive()) {
                post(
                        Posting.Kind.UNHOLD,
                        Posting.holdKey(order.id()),
                        order.hold(),
                        "the outcome of the hold is not known");
            }
            voided(EndReason.ABANDONED);
        } else if (draft.state == DispenseState.HELD) {
            release();
            voided(EndReason.ABANDONED);
        }
    }

    private void told(Told told) {
        switch (draft.state) {
            // the command had not left: such a fact tells of something else than this row
            case CREATED, HELD -> {}
            case COMMANDED, RUNNING -> {
                trail(told.fact());
                anchor(told);
                toldOpen(told.fact());
            }
            case ENDED, ORPHAN, CAPTURED, VOIDED -> {
                trail(told.fact());
                toldLate(told.fact());
            }
        }
    }

    /**
     * Not of an intent: the device may have been gone already, so that neither did it open nor is
     * the baseline its last counter.
     */
    private void trail(DispenseFact fact) {
        draft.trail =
                switch (fact) {
                    case DispenseFact.Running f -> Trail.merged(draft.trail, f.meter());
                    case DispenseFact.Progress f -> Trail.merged(draft.trail, f.meter());
                    case DispenseFact.Ended f ->
                            TakeoverFlow.atLeast(order, draft.trail, f.pouredMl());
                    default -> draft.trail;
                };
    }

    /**
     * It ended at another gateway: an end like any other, of several of which the lowest counts.
     */
    private void joined(CounterRange seen) {
        Trail trail = draft.trail;
        OptionalLong poured = TakeoverFlow.pouredMl(order, trail, seen);
        if (trail == null || poured.isEmpty()) {
            return;
        }
        Long settled = draft.settledMl;
        if (draft.state == DispenseState.COMMANDED || draft.state == DispenseState.RUNNING) {
            ended(poured.getAsLong(), draft.secondsRun, EndReason.MOVED);
        } else if (settled != null) {
            endedLate(poured.getAsLong(), draft.secondsRun, settled);
        }
        draft.trail = trail.seenAt(seen.to());
    }

    /** The first fact of a journal starts the time in which an end must come. */
    private void anchor(Told told) {
        if (!told.journal().equals(draft.journal)) {
            draft.journal = told.journal();
            draft.partition = told.partition();
            draft.orphanAtMs = told.streamMs() + order.endWithinMs();
        }
    }

    private void toldOpen(DispenseFact fact) {
        switch (fact) {
            case DispenseFact.Refused f -> refused(f.reason());
            case DispenseFact.Running f -> draft.state = DispenseState.RUNNING;
            case DispenseFact.Progress f -> {
                draft.state = DispenseState.RUNNING;
                count(f.pouredMl(), f.secondsRun());
            }
            case DispenseFact.Stopping f -> {
                draft.state = DispenseState.RUNNING;
                draft.reason = f.reason();
            }
            case DispenseFact.Ended f -> ended(f.pouredMl(), f.secondsRun(), f.reason());
            case DispenseFact.Intent f -> {}
            case DispenseFact.Unattributed f -> {}
            case DispenseFact.Rested f -> {}
            case DispenseFact.Faulted f -> {}
            case DispenseFact.Cleared f -> {}
        }
    }

    private void ended(long pouredMl, long secondsRun, EndReason reason) {
        count(pouredMl, secondsRun);
        draft.endMl = pouredMl;
        settle(DispenseState.ENDED, pouredMl, reason);
    }

    private void refused(EndReason reason) {
        if (draft.progressMl > 0) {
            // water was counted, so it was opened after all: that count is the end
            settle(DispenseState.ENDED, draft.progressMl, reason);
        } else {
            release();
            voided(reason);
        }
    }

    private void endOverdue() {
        if (draft.state == DispenseState.COMMANDED || draft.state == DispenseState.RUNNING) {
            settle(DispenseState.ORPHAN, draft.progressMl, EndReason.ORPHAN);
        }
    }

    /** The one capture. What costs nothing was never held and needs no ledger. */
    private void settle(DispenseState state, long pouredMl, EndReason reason) {
        long billed = DispensePricing.billedMl(pouredMl, order.orderedMl());
        draft.reason = reason;
        draft.settledMl = billed;
        draft.charged = order.tariff(billed);
        if (draft.hold == null) {
            draft.state = DispenseState.CAPTURED;
            return;
        }
        draft.state = state;
        postings.add(
                new Posting(
                        Posting.Kind.CAPTURE,
                        Posting.captureKey(order.id()),
                        order.id(),
                        draft.hold,
                        draft.charged,
                        DispensePricing.legs(order.terms(), order.parties(), draft.charged),
                        reason.name()));
    }

    private void captured() {
        if (draft.state == DispenseState.ENDED || draft.state == DispenseState.ORPHAN) {
            draft.state = DispenseState.CAPTURED;
        }
    }

    /** Money is settled or on its way; only an end still says something. */
    private void toldLate(DispenseFact fact) {
        Long settled = draft.settledMl;
        if (fact instanceof DispenseFact.Progress p && draft.endMl == null) {
            count(p.pouredMl(), p.secondsRun());
        } else if (fact instanceof DispenseFact.Ended end && settled != null) {
            endedLate(end.pouredMl(), end.secondsRun(), settled);
        }
    }

    /** Of several ends the lowest counts; only the first may show that too little was settled. */
    private void endedLate(long pouredMl, long secondsRun, long settledMl) {
        Long known = draft.endMl;
        if (known != null && pouredMl >= known) {
            return;
        }
        count(pouredMl, secondsRun);
        draft.endMl = pouredMl;
        long billed = DispensePricing.billedMl(pouredMl, order.orderedMl());
        if (billed < settledMl) {
            lower(settledMl, billed);
        } else if (billed > settledMl && known == null) {
            owe(settledMl, billed);
        }
    }

    private void lower(long settledMl, long billedMl) {
        draft.settledMl = billedMl;
        Money less =
                order.tariff(settledMl)
                        .minus(order.tariff(billedMl))
                        .min(before.course().refundable());
        if (less.isPositive()) {
            draft.corrected = draft.corrected.plus(less);
            post(
                    Posting.Kind.CORRECT,
                    Posting.correctKey(order.id(), billedMl),
                    less,
                    "a later end was lower");
        }
    }

    private void owe(long settledMl, long billedMl) {
        Money more = order.tariff(billedMl).minus(order.tariff(settledMl));
        if (more.isPositive() && draft.hold != null) {
            draft.badDebt = more;
            post(
                    Posting.Kind.BAD_DEBT,
                    Posting.badDebtKey(order.id()),
                    more,
                    "an end came after the settlement");
        }
    }

    private void refundAsked(RefundAsked ask) {
        boolean fits = ask.amount().compareTo(before.course().refundable()) <= 0;
        if (draft.state == DispenseState.CAPTURED && ask.amount().isPositive() && fits) {
            draft.refunded = draft.refunded.plus(ask.amount());
            post(
                    Posting.Kind.REFUND,
                    Posting.refundKey(order.id(), ask.callersKey()),
                    ask.amount(),
                    ask.reason());
        }
    }

    private void refundRefused(Money amount) {
        if (amount.compareTo(draft.refunded) <= 0) {
            draft.refunded = draft.refunded.minus(amount);
        }
    }

    private void count(long pouredMl, long secondsRun) {
        draft.progressMl = Math.max(draft.progressMl, pouredMl);
        draft.secondsRun = Math.max(draft.secondsRun, secondsRun);
    }

    private void voided(EndReason reason) {
        draft.state = DispenseState.VOIDED;
        draft.reason = reason;
        draft.settledMl = 0L;
    }

    private void release() {
        if (draft.hold != null) {
            post(
                    Posting.Kind.RELEASE,
                    Posting.releaseKey(order.id()),
                    order.hold(),
                    "nothing was poured");
        }
    }

    private void post(Posting.Kind kind, String key, Money amount, String reason) {
        postings.add(new Posting(kind, key, order.id(), draft.hold, amount, List.of(), reason));
    }
}
