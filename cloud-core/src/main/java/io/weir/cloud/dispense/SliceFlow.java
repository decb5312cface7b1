package io.weir.cloud.dispense;

import io.weir.cloud.dispense.PaidSlice.Standing;
import io.weir.cloud.dispense.SliceInput.Closed;
import io.weir.cloud.dispense.SliceInput.Debited;
import io.weir.cloud.dispense.SliceInput.Expired;
import io.weir.cloud.dispense.SliceInput.Freed;
import io.weir.cloud.dispense.SliceInput.HoldDone;
import io.weir.cloud.dispense.SliceInput.HoldRefused;
import io.weir.cloud.dispense.SliceInput.Recalled;
import io.weir.cloud.dispense.SliceInput.ReleaseDone;
import io.weir.cloud.dispense.SliceInput.Served;
import io.weir.cloud.dispense.SliceInput.Taken;

/**
 * Decides what an input makes of a slice (DESIGN section 5, Offline quota; ADR 010). Pure, total,
 * and indifferent to repetition: an input that does not fit the state changes nothing.
 *
 * <p>One rule carries the money: once a slice was handed out, its hold goes back only on the
 * closing statement of the journal that has it or by an operator's hand, never by a clock. Before
 * that nobody can have spent it, so giving back is safe.
 */
final class SliceFlow {
    private SliceFlow() {}

    static Standing apply(Standing now, SliceInput input) {
        return switch (input) {
            case HoldDone i -> held(now, i.hold());
            case HoldRefused i ->
                    now.state() == SliceState.CREATED ? now.to(SliceState.REFUSED) : now;
            case Served i -> served(now, i);
            case Taken i ->
                    now.state() == SliceState.SERVED && isOf(now, i.journal())
                            ? now.to(SliceState.TAKEN)
                            : now;
            case Debited i -> debited(now, i.journal());
            case Closed i -> isOut(now) && isOf(now, i.journal()) ? release(now) : now;
            case Recalled i -> recalled(now);
            case Expired i -> now.state() == SliceState.HELD ? release(now) : now;
            case Freed i -> isOut(now) || now.state() == SliceState.HELD ? release(now) : now;
            case ReleaseDone i ->
                    now.state() == SliceState.RELEASING ? now.to(SliceState.RELEASED) : now;
        };
    }

    /** May its dispense have the hold? */
    static boolean pays(Standing now) {
        return now.state() == SliceState.DEBITED && !now.late();
    }

    private static Standing held(Standing now, String hold) {
        if (now.state() != SliceState.CREATED) {
            return now;
        }
        Standing held =
                new Standing(
                        SliceState.HELD,
                        hold.isEmpty() ? null : hold,
                        now.journal(),
                        now.number(),
                        now.recalled(),
                        now.late());
        return now.recalled() ? release(held) : held;
    }

    private static Standing served(Standing now, Served to) {
        return now.state() == SliceState.HELD
                ? new Standing(
                        SliceState.SERVED,
                        now.hold(),
                        to.journal(),
                        to.number(),
                        now.recalled(),
                        now.late())
                : now;
    }

    private static Standing debited(Standing now, String journal) {
        if (!isOf(now, journal)) {
            return now;
        }
        return switch (now.state()) {
            case SERVED, TAKEN -> now.to(SliceState.DEBITED);
            case RELEASING, RELEASED ->
                    new Standing(
                            now.state(),
                            now.hold(),
                            now.journal(),
                            now.number(),
                            now.recalled(),
                            true);
            case CREATED, REFUSED, HELD, DEBITED -> now;
        };
    }

    private static Standing recalled(Standing now) {
        Standing wanted =
                new Standing(
                        now.state(), now.hold(), now.journal(), now.number(), true, now.late());
        return switch (now.state()) {
            case HELD -> release(wanted);
            case CREATED, SERVED, TAKEN -> wanted;
            case REFUSED, DEBITED, RELEASING, RELEASED -> now;
        };
    }

    /** What is free was never held. */
    private static Standing release(Standing now) {
        return now.to(now.hold() == null ? SliceState.RELEASED : SliceState.RELEASING);
    }

    private static boolean isOut(Standing now) {
        return now.state() == SliceState.SERVED || now.state() == SliceState.TAKEN;
    }

    private static boolean isOf(Standing now, String journal) {
        return journal.equals(now.journal());
    }
}
