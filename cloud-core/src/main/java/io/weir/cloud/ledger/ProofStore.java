package io.weir.cloud.ledger;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL of the proof. Each check is one statement, so it sees the journal at one moment. */
final class ProofStore {
    private static final String LOCK_ROUND =
            "SELECT transaction, account, hold FROM ledger.proof_round FOR UPDATE SKIP LOCKED";
    private static final String NEWEST = "SELECT coalesce(max(id), 0) FROM ledger.unproven";
    private static final String TAKE_FRESH =
            """
            DELETE FROM ledger.unproven
            WHERE id IN (SELECT id FROM ledger.unproven WHERE id <= $1 ORDER BY id LIMIT $2)
            RETURNING transactions
            """;
    private static final String FOLD =
            """
            INSERT INTO ledger.proven AS p (account, total, entries)
            SELECT account, sum(amount), count(*) FROM ledger.entry
            WHERE transaction = ANY($1) GROUP BY account
            ON CONFLICT (account) DO UPDATE
            SET total = p.total + excluded.total, entries = p.entries + excluded.entries
            RETURNING account
            """;
    private static final String HOLDS_OF =
            """
            SELECT DISTINCT hold FROM ledger.transaction WHERE id = ANY($1) AND hold IS NOT NULL
            """;
    private static final String NEXT_TRANSACTIONS =
            "SELECT id FROM ledger.transaction WHERE id > $1 ORDER BY id LIMIT $2";
    private static final String NEXT_ACCOUNTS =
            "SELECT id FROM ledger.account WHERE id > $1 ORDER BY id LIMIT $2";
    private static final String NEXT_HOLDS =
            "SELECT id FROM ledger.hold WHERE id > $1 ORDER BY id LIMIT $2";

    private static final String UNBALANCED =
            """
            SELECT transaction::text, 'entries sum to ' || sum(amount)
            FROM ledger.entry WHERE transaction = ANY($1) GROUP BY transaction HAVING sum(amount) <> 0
            """;

    /**
     * An account's entries are summed anew, but for busy accounts: there the folded total plus what
     * is not folded yet.
     */
    private static final String ASTRAY =
            """
            WITH fresh AS MATERIALIZED (
                SELECT e.account, sum(e.amount) AS total
                FROM ledger.unproven AS u
                CROSS JOIN LATERAL unnest(u.transactions) AS t (id)
                JOIN ledger.entry AS e ON e.transaction = t.id
                GROUP BY e.account
            ), compared AS (
                SELECT a.code, a.balance,
                    CASE WHEN p.entries > 10000 THEN p.total + coalesce(f.total, 0)
                    ELSE (SELECT coalesce(sum(e.amount), 0) FROM ledger.entry AS e WHERE e.account = a.id)
                    END AS entries
                FROM ledger.account AS a
                LEFT JOIN ledger.proven AS p ON p.account = a.id
                LEFT JOIN fresh AS f ON f.account = a.id
                WHERE a.id = ANY($1) AND a.balance IS NOT NULL
            )
            SELECT code, 'balance ' || balance || ', entries sum to ' || entries
            FROM compared WHERE balance <> entries
            """;

    private static final String BELOW_ZERO =
            """
            SELECT code, 'balance ' || balance FROM ledger.account
            WHERE id = ANY($1) AND balance < 0 AND NOT (flagged AND kind IN ('PAYABLE', 'COMMISSION'))
            """;

    /**
     * What all transactions of a hold left in the hold account is all of it, or nothing. Entries
     * are looked up one by one through their key: a join tempts the planner into reading every
     * entry.
     */
    private static final String TAKEN_WRONGLY =
            """
            SELECT id::text, state || ' of ' || amount || ', captured ' || captured || ', left in hold ' || remains
            FROM (
                SELECT h.id, h.state, h.amount, h.captured, coalesce((
                    SELECT sum((SELECT e.amount FROM ledger.entry AS e
                        WHERE e.transaction = t.id AND e.account = a.id))
                    FROM ledger.transaction AS t WHERE t.hold = h.id), 0) AS remains
                FROM ledger.hold AS h LEFT JOIN ledger.account AS a ON a.code = 'hold:' || h.member
                WHERE h.id = ANY($1)) AS x
            WHERE captured > amount OR remains <> CASE WHEN state = 'HELD' THEN amount ELSE 0 END
            """;

    private static final String REFUNDED_WRONGLY =
            """
            SELECT id::text, 'captured ' || captured || ', refunded ' || refunded || ', shares gave ' || given
                || ', wallet got ' || got
            FROM (
                SELECT h.id, h.captured, h.refunded,
                    coalesce((SELECT sum(s.refunded) FROM ledger.share AS s WHERE s.hold = h.id), 0) AS given,
                    coalesce((
                        SELECT sum((SELECT e.amount FROM ledger.entry AS e
                            WHERE e.transaction = t.id AND e.account = a.id))
                        FROM ledger.transaction AS t
                        WHERE t.hold = h.id AND t.kind = 'REFUND'), 0) AS got
                FROM ledger.hold AS h LEFT JOIN ledger.account AS a ON a.code = 'wallet:' || h.member
                WHERE h.id = ANY($1)) AS x
            WHERE refunded > captured OR refunded <> given OR refunded <> got
            """;
    private static final String SHARED_WRONGLY =
            """
            SELECT id::text, 'captured ' || captured || ', shares sum to ' || shares
            FROM (
                SELECT h.id, h.captured,
                    coalesce((SELECT sum(s.amount) FROM ledger.share AS s WHERE s.hold = h.id), 0) AS shares
                FROM ledger.hold AS h WHERE h.id = ANY($1)) AS x
            WHERE captured <> shares
            """;

    private static final String SAVE_ROUND =
            "UPDATE ledger.proof_round SET transaction = $1, account = $2, hold = $3";
    private static final String REPORT =
            """
            INSERT INTO ledger.violation (invariant, ref, detail, found_at)
            SELECT $1, ref, detail, $4 FROM unnest($2::text[], $3::text[]) AS v (ref, detail)
            ON CONFLICT DO NOTHING
            """;
    private static final String COUNT =
            "SELECT invariant, count(*) FROM ledger.violation GROUP BY invariant";

    /** Where the slow round stands: the last id checked of each kind. */
    record Round(long transaction, long account, long hold) {}

    record Violation(String ref, String detail) {}

    /** Null while another node proves. */
    @Nullable Round lockRound(SqlConnection db) {
        RowSet<Row> rows = db.query(LOCK_ROUND).execute().await();
        if (rows.size() == 0) {
            return null;
        }
        Row row = rows.iterator().next();
        return new Round(row.getLong(0), row.getLong(1), row.getLong(2));
    }

    /** The last batch that waits to be proven. */
    long newest(SqlConnection db) {
        return db.query(NEWEST).execute().await().iterator().next().getLong(0);
    }

    /** Ids of transactions that were never proven, taken off the queue. */
    List<Long> takeFresh(SqlConnection db, long newest, int batches) {
        List<Long> ids = new ArrayList<>();
        db.preparedQuery(TAKE_FRESH)
                .execute(Tuple.of(newest, batches))
                .await()
                .forEach(row -> ids.addAll(Arrays.asList(row.getArrayOfLongs(0))));
        return ids;
    }

    /** Adds their entries to the proven totals; returns the accounts concerned. */
    List<Long> fold(SqlConnection db, List<Long> transactions) {
        return ids(db, FOLD, array(transactions));
    }

    List<Long> holdsOf(SqlConnection db, List<Long> transactions) {
        return ids(db, HOLDS_OF, array(transactions));
    }

    List<Long> nextTransactions(SqlConnection db, long after, int limit) {
        return ids(db, NEXT_TRANSACTIONS, Tuple.of(after, limit));
    }

    List<Long> nextAccounts(SqlConnection db, long after, int limit) {
        return ids(db, NEXT_ACCOUNTS, Tuple.of(after, limit));
    }

    List<Long> nextHolds(SqlConnection db, long after, int limit) {
        return ids(db, NEXT_HOLDS, Tuple.of(after, limit));
    }

    List<Violation> unbalanced(SqlConnection db, List<Long> transactions) {
        return violations(db, UNBALANCED, transactions);
    }

    List<Violation> astray(SqlConnection db, List<Long> accounts) {
        return violations(db, ASTRAY, accounts);
    }

    List<Violation> belowZero(SqlConnection db, List<Long> accounts) {
        return violations(db, BELOW_ZERO, accounts);
    }

    List<Violation> takenWrongly(SqlConnection db, List<Long> holds) {
        return violations(db, TAKEN_WRONGLY, holds);
    }

    List<Violation> refundedWrongly(SqlConnection db, List<Long> holds) {
        return violations(db, REFUNDED_WRONGLY, holds);
    }

    List<Violation> sharedWrongly(SqlConnection db, List<Long> holds) {
        return violations(db, SHARED_WRONGLY, holds);
    }

    void save(SqlConnection db, Round round) {
        db.preparedQuery(SAVE_ROUND)
                .execute(Tuple.of(round.transaction(), round.account(), round.hold()))
                .await();
    }

    void report(SqlConnection db, int invariant, List<Violation> found, Instant now) {
        db.preparedQuery(REPORT)
                .execute(
                        Tuple.of(
                                (short) invariant,
                                Columns.texts(found, Violation::ref),
                                Columns.texts(found, Violation::detail),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    Map<Integer, Long> violations(SqlConnection db) {
        Map<Integer, Long> counts = new HashMap<>();
        db.query(COUNT)
                .execute()
                .await()
                .forEach(row -> counts.put(row.getInteger(0), row.getLong(1)));
        return counts;
    }

    private static List<Violation> violations(SqlConnection db, String sql, List<Long> ids) {
        List<Violation> found = new ArrayList<>();
        db.preparedQuery(sql)
                .execute(array(ids))
                .await()
                .forEach(row -> found.add(new Violation(row.getString(0), row.getString(1))));
        return found;
    }

    private static List<Long> ids(SqlConnection db, String sql, Tuple values) {
        List<Long> ids = new ArrayList<>();
        db.preparedQuery(sql).execute(values).await().forEach(row -> ids.add(row.getLong(0)));
        return ids;
    }

    private static Tuple array(List<Long> ids) {
        return Tuple.tuple().addValue(ids.toArray(Long[]::new));
    }
}
