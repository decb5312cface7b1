package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.weir.cloud.dispense.PostingStore.Stored;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/**
 * Tells the ledger what is due. A posting is taken for a while, so that two nodes don't ask the
 * same at once; safety does not depend on that but on the posting's key.
 */
final class Settler {
    private final Tx tx;
    private final Time time;
    private final LedgerDesk desk;
    private final SettlerConfig config;
    private final PostingStore postings = new PostingStore();
    private boolean running;
    private boolean again;

    Settler(Tx tx, Time time, LedgerDesk desk, SettlerConfig config) {
        this.tx = tx;
        this.time = time;
        this.desk = desk;
        this.config = config;
    }

    /** Settles until nothing is due; a call while it is at work makes it look once more. */
    void settle() {
        again = true;
        if (running) {
            return;
        }
        running = true;
        try {
            while (again) {
                again = false;
                int taken = round();
                again |= taken > 0;
            }
        } finally {
            running = false;
        }
    }

    /** The number of postings that were taken. */
    private int round() {
        List<Stored> due =
                tx.system(
                        c ->
                                postings.take(
                                        c,
                                        time.now(),
                                        config.retryMin(),
                                        config.retryMax(),
                                        config.batch()));
        List<Future<?>> asked = due.stream().<Future<?>>map(desk::ask).toList();
        for (int i = 0; i < due.size(); i++) {
            conclude(due.get(i), asked.get(i));
        }
        return due.size();
    }

    private void conclude(Stored posting, Future<?> answer) {
        try {
            answer.await();
            desk.conclude(posting, null);
        } catch (Rejected e) {
            desk.conclude(posting, e);
        }
    }
}
