package io.weir.cloud.dispense;

import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.PaidSlice.Standing;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import java.time.Instant;

/**
 * The dispense that a spent slice becomes. Pure. It has the slice's hold, so it can take no more
 * than that, and goes the way of every dispense from there.
 */
final class SliceDebit {
    private SliceDebit() {}

    /**
     * @param after where the slice stands after the debit
     * @param first the first fact of the dispense; the intent tells how much was asked for
     */
    static Dispense born(PaidSlice slice, Standing after, DispenseFact first, Instant now) {
        Order order = slice.order();
        if (first instanceof DispenseFact.Intent intent) {
            order = order.lowered(intent.command().orderedMl());
        }
        Dispense created = new Dispense(order, Course.CREATED, now);
        return SliceFlow.pays(after) ? commanded(created, after) : tooLate(created, after);
    }

    private static Dispense commanded(Dispense created, Standing after) {
        String hold = after.hold() == null ? "" : after.hold();
        Dispense held = DispenseFlow.apply(created, new HoldDone(hold)).dispense();
        return DispenseFlow.apply(held, new CommandLeaving()).dispense();
    }

    /** The money was given back already: nothing is charged, an end becomes bad debt. */
    private static Dispense tooLate(Dispense created, Standing after) {
        Course.Draft draft = created.course().edit();
        draft.state = DispenseState.VOIDED;
        draft.hold = after.hold();
        draft.settledMl = 0L;
        draft.reason = EndReason.ABANDONED;
        return created.with(draft.done());
    }
}
