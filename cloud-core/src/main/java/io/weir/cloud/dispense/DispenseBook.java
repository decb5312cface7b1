package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.dispense.DispenseApi;
import io.weir.cloud.dispense.DispenseFlow.Outcome;
import io.weir.cloud.dispense.DispenseInput.Told;
import io.weir.cloud.outbox.Outbox;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The one way to change a dispense: lock its row, let the flow decide, write row and postings in
 * the same transaction; tell who listens after the commit.
 */
final class DispenseBook {
    private final Tx tx;
    private final Time time;
    private final DispenseStore dispenses = new DispenseStore();
    private final PostingStore postings = new PostingStore();
    private final Outbox outbox = new Outbox("dispense");
    private final DispenseNews news;

    DispenseBook(Tx tx, Time time, DispenseNews news) {
        this.tx = tx;
        this.time = time;
        this.news = news;
    }

    /** One input in a transaction of its own, as somebody who may see the dispense. */
    Dispense step(Scope scope, String id, DispenseInput input) {
        Outcome outcome = tx.run(scope, c -> step(c, scope, id, input));
        tell(outcome);
        return outcome.dispense();
    }

    /** One input in a transaction of its own, by Weir itself. */
    Dispense systemStep(String id, DispenseInput input) {
        Outcome outcome = tx.system(c -> step(c, Scope.PLATFORM, id, input));
        tell(outcome);
        return outcome.dispense();
    }

    /** One input within a transaction; whoever owns it calls {@link #tell} after the commit. */
    Outcome step(SqlConnection connection, Scope scope, String id, DispenseInput input) {
        List<Dispense> found = dispenses.lock(connection, scope, List.of(id));
        if (found.isEmpty()) {
            throw Rejected.notFound("dispense " + id);
        }
        Outcome outcome = DispenseFlow.apply(found.getFirst(), input);
        if (outcome.changed()) {
            Instant now = time.now();
            dispenses.save(connection, List.of(outcome.dispense()), now);
            postings.insert(connection, outcome.dispense(), outcome.postings(), now);
            publishEnd(connection, found.getFirst(), outcome.dispense());
        }
        return outcome;
    }

    /** All that the edge told of one dispense in a batch; the row is locked by the caller. */
    Outcome stepAll(SqlConnection connection, Dispense locked, List<Told> facts) {
        Dispense now = locked;
        List<Posting> due = new ArrayList<>();
        boolean changed = false;
        for (Told fact : facts) {
            Outcome outcome = DispenseFlow.apply(now, fact);
            now = outcome.dispense();
            due.addAll(outcome.postings());
            changed |= outcome.changed();
        }
        postings.insert(connection, now, due, time.now());
        publishEnd(connection, locked, now);
        return new Outcome(now, due, changed);
    }

    /**
     * A dispense that came to its end is a fact for other contexts; it leaves through the outbox.
     */
    private void publishEnd(SqlConnection connection, Dispense before, Dispense after) {
        if (before.course().state().isOpen() && !after.course().state().isOpen()) {
            outbox.put(
                    connection,
                    after.id(),
                    DispenseApi.SETTLED_EVENT,
                    after.order().tenant(),
                    Views.of(after));
        }
    }

    void tell(Outcome outcome) {
        if (outcome.changed()) {
            news.changed(outcome.dispense());
        }
        if (!outcome.postings().isEmpty()) {
            news.settlementDue(outcome.dispense().id());
        }
    }
}
