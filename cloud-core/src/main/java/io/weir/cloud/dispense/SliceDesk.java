package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.LedgerApi.Release;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.SliceInput.Expired;
import io.weir.cloud.dispense.SliceInput.HoldDone;
import io.weir.cloud.dispense.SliceInput.HoldRefused;
import io.weir.cloud.dispense.SliceInput.ReleaseDone;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/**
 * Changes slices, and asks the ledger to hold and to give back. Every question carries the
 * dispense's key, so asking again after a crash is asking once.
 */
final class SliceDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SliceDesk.class);

    /** So many times the pause between two questions. */
    private static final int SURELY_REFUSED = 6;

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SlicesConfig config;
    private final SliceStore slices = new SliceStore();

    SliceDesk(Bus bus, Tx tx, Time time, SlicesConfig config) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    /** One input in a transaction of its own. */
    PaidSlice step(Scope scope, String id, SliceInput input) {
        return tx.run(
                scope,
                c -> {
                    List<PaidSlice> found = slices.lock(c, scope, List.of(id));
                    if (found.isEmpty()) {
                        throw Rejected.notFound("slice " + id);
                    }
                    PaidSlice before = found.getFirst();
                    PaidSlice after = before.with(SliceFlow.apply(before.standing(), input));
                    if (!after.equals(before)) {
                        slices.save(c, after, time.now());
                    }
                    return after;
                });
    }

    /** Asks the ledger to hold; an answer that does not come is asked for again by the poll. */
    void hold(PaidSlice slice) {
        Order o = slice.order();
        if (o.hold().isZero()) {
            step(Scope.PLATFORM, slice.id(), new HoldDone(""));
            return;
        }
        try {
            var question = LedgerDesk.holdOf(o.id(), o.tenant(), o.member(), o.hold());
            String hold = bus.call(LedgerApi.HOLD, question, Call.system(o.id())).await().hold();
            step(Scope.PLATFORM, slice.id(), new HoldDone(hold));
        } catch (Rejected e) {
            if (e.status() < CommonError.INTERNAL.status() && provesRefusal(o)) {
                step(Scope.PLATFORM, slice.id(), new HoldRefused());
            }
            LOG.info("slice {} is not held: {}", slice.id(), e.code());
        }
    }

    /**
     * An earlier question of the poll may still be on its way when a later one is refused, and
     * would hold for nobody. So a refusal counts before the poll's first question, or long after
     * it. By a clock that was set back below the order's own time it can't be told.
     */
    private boolean provesRefusal(Order order) {
        Duration age = Duration.between(order.created(), time.now());
        return !age.isNegative() && age.compareTo(config.retry()) < 0
                || age.compareTo(config.retry().multipliedBy(SURELY_REFUSED)) > 0;
    }

    /** Tells the ledger what is due and takes back what nobody will get. */
    void settle() {
        var now = time.now();
        for (String id : tx.system(c -> slices.expired(c, now, config.batch()))) {
            step(Scope.PLATFORM, id, new Expired());
        }
        for (PaidSlice slice : tx.system(c -> slices.due(c, now, config.retry(), config.batch()))) {
            if (slice.standing().state() == SliceState.CREATED) {
                hold(slice);
            } else {
                release(slice);
            }
        }
    }

    private void release(PaidSlice slice) {
        String hold = slice.standing().hold();
        if (hold == null) {
            throw new IllegalStateException("slice " + slice.id() + " has nothing to give back");
        }
        try {
            var question = new Release(Posting.releaseKey(slice.id()), hold);
            bus.call(LedgerApi.RELEASE, question, Call.system(slice.id())).await();
            step(Scope.PLATFORM, slice.id(), new ReleaseDone());
        } catch (Rejected e) {
            LOG.warn("hold {} of slice {} is not given back: {}", hold, slice.id(), e.code());
        }
    }
}
