package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.dispense.DispenseOps.SettleDispense;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;

/**
 * An operator stops waiting for an end: what is open past its time is settled at the last counter,
 * and what is settled is told to the ledger now instead of at its next turn.
 */
final class SettleDispenseHandler {
    private final Tx tx;
    private final Time time;
    private final DispenseBook book;
    private final DispenseNews news;
    private final DispenseStore dispenses = new DispenseStore();
    private final PostingStore postings = new PostingStore();

    SettleDispenseHandler(Tx tx, Time time, DispenseBook book, DispenseNews news) {
        this.tx = tx;
        this.time = time;
        this.book = book;
        this.news = news;
    }

    DispenseView handle(Call call, SettleDispense ask) {
        String id = ask.dispenseId();
        Dispense d = tx.run(call.scope(), c -> dispenses.find(c, call.scope(), id));
        if (d == null) {
            throw Rejected.notFound("dispense " + id);
        }
        Instant now = time.now();
        if (Views.mayRun(d)) {
            Instant deadline =
                    d.order()
                            .created()
                            .plusSeconds(d.order().secondsMax())
                            .plusMillis(d.order().ttlMs());
            if (now.isBefore(deadline)) {
                throw new Rejected(DispenseError.WRONG_STATE, "it may still run until " + deadline);
            }
            tx.run(call.scope(), c -> audited(c, call, d, now));
            return Views.of(book.step(call.scope(), id, new EndOverdue()));
        }
        tx.run(
                call.scope(),
                c -> {
                    postings.hurry(c, id, now);
                    return audited(c, call, d, now);
                });
        news.settlementDue(id);
        return Views.of(d);
    }

    private static boolean audited(SqlConnection c, Call call, Dispense d, Instant now) {
        AuditStore.add(
                c,
                call,
                now,
                d.order().tenant(),
                "dispense.settle",
                "dispense:" + d.id(),
                d.course().state().name(),
                null);
        return true;
    }
}
