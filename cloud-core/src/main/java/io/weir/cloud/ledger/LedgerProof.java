package io.weir.cloud.ledger;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.ledger.ProofStore.Round;
import io.weir.cloud.ledger.ProofStore.Violation;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Proves the journal from its rows, again and again (facts/commerce.md 2.2): I1 entries of a
 * transaction sum to zero; I2 a balance is the sum of its entries; I3 no constrained balance below
 * zero but by a flagged claw-back; I4 a hold is taken once and never beyond its amount; I5 refunds
 * within what was captured; I6 shares sum to what was captured.
 *
 * <p>Each run takes what was posted since the last one, and a slice of old rows in a slow round, so
 * that what somebody changes behind the ledger's back is found too. What is found stays reported.
 */
final class LedgerProof {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerProof.class);

    private final Tx tx;
    private final Time time;
    private final int foldBatches;
    private final int slice;
    private final ProofStore store = new ProofStore();

    LedgerProof(Tx tx, Time time, int foldBatches, int slice) {
        this.tx = tx;
        this.time = time;
        this.foldBatches = foldBatches;
        this.slice = slice;
    }

    /** One run; returns the number of reported violations per invariant. */
    Map<Integer, Long> run() {
        long newest = tx.system(store::newest);
        Set<Long> touched = new TreeSet<>();
        boolean more;
        do {
            more = tx.system(db -> fresh(db, newest, touched));
        } while (more);
        return tx.system(
                db -> {
                    Round round = store.lockRound(db);
                    if (round != null) {
                        old(db, round, touched);
                    }
                    return store.violations(db);
                });
    }

    /**
     * Takes some of what was posted before this run began; true when more is waiting. Balances are
     * compared only after all of it is folded.
     */
    private boolean fresh(SqlConnection db, long newest, Set<Long> touched) {
        if (store.lockRound(db) == null) {
            return false;
        }
        List<Long> transactions = store.takeFresh(db, newest, foldBatches);
        if (transactions.isEmpty()) {
            return false;
        }
        touched.addAll(store.fold(db, transactions));
        checkTransactions(db, transactions);
        checkHolds(db, store.holdsOf(db, transactions));
        return true;
    }

    private void old(SqlConnection db, Round round, Set<Long> touched) {
        List<Long> transactions = store.nextTransactions(db, round.transaction(), slice);
        List<Long> accounts = store.nextAccounts(db, round.account(), slice);
        List<Long> holds = store.nextHolds(db, round.hold(), slice);
        touched.addAll(accounts);
        checkTransactions(db, transactions);
        checkAccounts(db, List.copyOf(touched));
        checkHolds(db, holds);
        store.save(db, new Round(end(transactions), end(accounts), end(holds)));
    }

    /** A slice that is not full was the last one: the round begins anew. */
    private long end(List<Long> ids) {
        return ids.size() < slice ? 0 : ids.getLast();
    }

    private void checkTransactions(SqlConnection db, List<Long> ids) {
        report(db, 1, store.unbalanced(db, ids));
    }

    private void checkAccounts(SqlConnection db, List<Long> ids) {
        report(db, 2, store.astray(db, ids));
        report(db, 3, store.belowZero(db, ids));
    }

    private void checkHolds(SqlConnection db, List<Long> ids) {
        report(db, 4, store.takenWrongly(db, ids));
        report(db, 5, store.refundedWrongly(db, ids));
        report(db, 6, store.sharedWrongly(db, ids));
    }

    private void report(SqlConnection db, int invariant, List<Violation> found) {
        if (!found.isEmpty()) {
            Instant now = time.now();
            LOG.error("ledger invariant {} is broken: {}", invariant, found);
            store.report(db, invariant, found, now);
        }
    }
}
