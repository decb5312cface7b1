package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.LedgerApi.Capture;
import io.weir.api.ledger.LedgerApi.Hold;
import io.weir.api.ledger.LedgerApi.Refund;
import io.weir.api.ledger.LedgerApi.Release;
import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.Captured;
import io.weir.cloud.dispense.DispenseInput.RefundRefused;
import io.weir.cloud.dispense.PostingStore.State;
import io.weir.cloud.dispense.PostingStore.Stored;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Objects;

/**
 * Tells the ledger one posting and writes down its answer. The question carries the posting's key,
 * so telling twice, in any order with a crash, is telling once.
 */
final class LedgerDesk {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerDesk.class);

    private static final int SURELY_REFUSED = 6;

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Metrics metrics;
    private final DispenseBook book;
    private final PostingStore postings = new PostingStore();

    LedgerDesk(Bus bus, Tx tx, Time time, Metrics metrics, DispenseBook book) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.metrics = metrics;
        this.book = book;
    }

    /** Puts the question; the answer is awaited by the caller, outside any transaction. */
    Future<?> ask(Stored stored) {
        Posting p = stored.posting();
        Call call = Call.system(p.key());
        return switch (p.kind()) {
            case UNHOLD -> unhold(stored, call);
            case RELEASE -> bus.call(LedgerApi.RELEASE, new Release(p.key(), hold(p)), call);
            case CAPTURE ->
                    bus.call(LedgerApi.CAPTURE, new Capture(p.key(), hold(p), p.legs()), call);
            case CORRECT, REFUND ->
                    bus.call(
                            LedgerApi.REFUND,
                            new Refund(p.key(), hold(p), p.amount(), p.reason()),
                            call);
            case BAD_DEBT ->
                    bus.call(
                            LedgerApi.BAD_DEBT,
                            new LedgerApi.BadDebt(p.key(), hold(p), p.amount(), p.reason()),
                            call);
        };
    }

    /**
     * Asking for the hold again answers the hold that was made, if it was; then it is given back.
     */
    private Future<?> unhold(Stored stored, Call call) {
        Posting p = stored.posting();
        Hold hold = holdOf(p.dispense(), stored.tenant(), stored.member(), p.amount());
        return bus.call(LedgerApi.HOLD, hold, call)
                .compose(
                        held ->
                                bus.call(
                                        LedgerApi.RELEASE,
                                        new Release(Posting.releaseKey(p.dispense()), held.hold()),
                                        call));
    }

    /**
     * The question for a dispense's hold: the same words whoever asks, or the key would not fit.
     */
    static Hold holdOf(String dispense, String tenant, String member, io.weir.model.Money amount) {
        return new Hold(
                Posting.holdKey(dispense),
                Scope.vendorOf(tenant),
                member,
                amount,
                "dispense:" + dispense);
    }

    /**
     * Writes the answer down.
     *
     * @param failure null when the ledger did it
     * @return true when the posting needs no further try
     */
    boolean conclude(Stored stored, @Nullable Rejected failure) {
        if (failure == null) {
            finish(stored, State.DONE, null);
            return true;
        }
        metrics.registry()
                .counter(
                        "weir.dispense.posting.failed",
                        "kind",
                        stored.posting().kind().name(),
                        "code",
                        failure.code())
                .increment();
        String problem = failure.code() + " " + failure.getMessage();
        if (failure.status() < CommonError.INTERNAL.status() && mayBeRefused(stored)) {
            finish(stored, State.REFUSED, problem);
            return true;
        }
        if (failure.status() < CommonError.INTERNAL.status()) {
            LOG.error("the ledger refuses {}: {}", stored.posting().key(), problem);
        }
        tx.system(
                c -> {
                    postings.note(c, stored, problem);
                    return true;
                });
        return false;
    }

    /**
     * A vendor's refund may be too high, and what was never taken needs no giving back; but the
     * first question for a hold may still be on its way, so one refusal proves nothing.
     */
    private static boolean mayBeRefused(Stored stored) {
        return switch (stored.posting().kind()) {
            case REFUND -> true;
            case UNHOLD -> stored.attempts() >= SURELY_REFUSED;
            case RELEASE, CAPTURE, CORRECT, BAD_DEBT -> false;
        };
    }

    private void finish(Stored stored, State state, @Nullable String problem) {
        Outcome outcome = tx.system(c -> finish(c, stored, state, problem));
        if (outcome != null) {
            book.tell(outcome);
        }
    }

    private @Nullable Outcome finish(
            SqlConnection c, Stored stored, State state, @Nullable String problem) {
        Posting p = stored.posting();
        if (!postings.finish(c, stored, state, problem, time.now())) {
            return null;
        }
        if (p.kind() == Posting.Kind.CAPTURE) {
            return book.step(c, Scope.PLATFORM, p.dispense(), new Captured());
        }
        if (p.kind() == Posting.Kind.REFUND && state == State.REFUSED) {
            return book.step(c, Scope.PLATFORM, p.dispense(), new RefundRefused(p.amount()));
        }
        return null;
    }

    private static String hold(Posting p) {
        return Objects.requireNonNull(p.hold(), p.key());
    }
}
