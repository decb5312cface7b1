package io.weir.cloud.dispense;

import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.StartBy;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A slice as the cloud keeps it: the dispense that it may become, and how it goes.
 *
 * @param order of the dispense that it becomes when it is spent; its id is the slice's too
 */
record PaidSlice(
        String grant,
        GrantKind kind,
        StartBy startBy,
        Instant expires,
        Order order,
        Standing standing) {
    String id() {
        return order.id();
    }

    PaidSlice with(Standing next) {
        return new PaidSlice(grant, kind, startBy, expires, order, next);
    }

    /** What the order's ledger keys are made of. */
    static String key(String dispense) {
        return "slice:" + dispense;
    }

    /**
     * Only {@link SliceFlow} changes it.
     *
     * @param hold the ledger's number of the hold; null before there is one and for what is free
     * @param journal the only journal that may spend it; null while it was not handed out
     * @param number of this slice in its journal, from 1; 0 while it was not handed out
     * @param recalled wanted back
     * @param late its dispense was told of after the money was given back
     */
    record Standing(
            SliceState state,
            @Nullable String hold,
            @Nullable String journal,
            long number,
            boolean recalled,
            boolean late) {
        static final Standing CREATED =
                new Standing(SliceState.CREATED, null, null, 0, false, false);

        Standing to(SliceState next) {
            return new Standing(next, hold, journal, number, recalled, late);
        }
    }
}
