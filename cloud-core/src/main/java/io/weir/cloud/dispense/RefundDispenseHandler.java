package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.dispense.DispenseOps.RefundDispense;
import io.weir.api.dispense.DispenseOps.RefundView;
import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.RefundAsked;
import io.weir.cloud.dispense.PostingStore.State;
import io.weir.cloud.dispense.PostingStore.Stored;
import io.weir.model.Money;
import io.weir.model.access.Scope;
import io.weir.model.dispense.DispenseState;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * A vendor gives back part or all of what a dispense charged; the ledger reverses it in proportion.
 */
final class RefundDispenseHandler {
    private final Tx tx;
    private final Time time;
    private final DispenseBook book;
    private final LedgerDesk desk;
    private final DispenseStore dispenses = new DispenseStore();
    private final PostingStore postings = new PostingStore();

    RefundDispenseHandler(Tx tx, Time time, DispenseBook book, LedgerDesk desk) {
        this.tx = tx;
        this.time = time;
        this.book = book;
        this.desk = desk;
    }

    private record Asked(Stored posting, @Nullable Outcome outcome) {}

    RefundView handle(Call call, RefundDispense ask) {
        String callersKey = call.idempotencyKey();
        if (callersKey == null) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REQUIRED, "header Idempotency-Key is required");
        }
        if (ask.reason().isBlank()) {
            throw Rejected.invalid("reason", "must say why");
        }
        Money wanted = ask.amount();
        if (wanted != null && !wanted.isPositive()) {
            throw Rejected.invalid("amount", "must be above 0");
        }
        Asked asked = tx.run(call.scope(), c -> reserve(c, call, ask, callersKey));
        if (asked.outcome() != null) {
            book.tell(asked.outcome());
        }
        settle(asked.posting());
        return view(call.scope(), asked.posting().posting());
    }

    /** The refund as it is asked for now, or as the same key asked for it before. */
    private Asked reserve(SqlConnection c, Call call, RefundDispense ask, String callersKey) {
        Scope scope = call.scope();
        List<Dispense> found = dispenses.lock(c, scope, List.of(ask.dispenseId()));
        if (found.isEmpty()) {
            throw Rejected.notFound("dispense " + ask.dispenseId());
        }
        Dispense d = found.getFirst();
        String key = Posting.refundKey(d.id(), callersKey);
        Stored before = postings.byKey(c, key);
        if (before != null) {
            return new Asked(same(before, ask), null);
        }
        Money amount = refundable(d, ask.amount());
        var input = new RefundAsked(callersKey, amount, ask.reason());
        Outcome outcome = book.step(c, scope, d.id(), input);
        AuditStore.add(
                c,
                call,
                time.now(),
                d.order().tenant(),
                "dispense.refund",
                "dispense:" + d.id(),
                null,
                input);
        return new Asked(Objects.requireNonNull(postings.byKey(c, key), key), outcome);
    }

    private static Stored same(Stored before, RefundDispense ask) {
        Posting p = before.posting();
        Money amount = ask.amount();
        if (!p.reason().equals(ask.reason()) || amount != null && !amount.equals(p.amount())) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REUSED,
                    "this idempotency key was used for another refund");
        }
        return before;
    }

    private static Money refundable(Dispense d, @Nullable Money wanted) {
        if (d.course().state() != DispenseState.CAPTURED) {
            throw new Rejected(
                    DispenseError.WRONG_STATE,
                    "a dispense is refunded when it is CAPTURED, it is " + d.course().state());
        }
        Money left = d.course().refundable();
        if (!left.isPositive() || wanted != null && wanted.compareTo(left) > 0) {
            throw new Rejected(
                    DispenseError.REFUND_TOO_HIGH,
                    "amount: " + left + " of what was charged is left",
                    List.of(new io.weir.model.problem.FieldError("amount", "at most " + left)));
        }
        return wanted == null ? left : wanted;
    }

    private void settle(Stored posting) {
        if (posting.state() == State.REFUSED) {
            throw new Rejected(DispenseError.REFUND_TOO_HIGH, "the ledger refused this refund");
        }
        if (posting.state() == State.DONE) {
            return;
        }
        try {
            desk.ask(posting).await();
        } catch (Rejected e) {
            desk.conclude(posting, e);
            throw e;
        }
        desk.conclude(posting, null);
    }

    private RefundView view(Scope scope, Posting p) {
        Dispense d =
                Objects.requireNonNull(tx.run(scope, c -> dispenses.find(c, scope, p.dispense())));
        Course c = d.course();
        return new RefundView(
                d.id(), p.amount(), c.charged().minus(c.corrected()), c.refunded(), p.reason());
    }
}
