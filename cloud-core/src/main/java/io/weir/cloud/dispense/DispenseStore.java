package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The rows of {@code dispense.dispense}. */
final class DispenseStore {
    private static final String INSERT =
            """
            INSERT INTO dispense.dispense
              (id, tenant, member, idempotency_key, device_id, gateway, outlet, ordered_ml, measure_mode, ml_per_second,
               ml_per_1000_pulses, seconds_max, ttl_ms, end_within_ms, terms, parties, hold_fen, created_at, state, progress_ml,
               seconds_run, charged_fen, corrected_fen, refunded_fen, bad_debt_fen, partition, orphan_at_ms, updated_at,
               channel, resolve_at, of_slice)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::jsonb, $16::text::jsonb, $17, $18,
                    'CREATED', 0, 0, 0, 0, 0, 0, 0, 0, $18, $19, $20, $21)
            ON CONFLICT DO NOTHING
            """;
    private static final String WITHIN =
            " starts_with(tenant, $1) AND ($2::text IS NULL OR member = $2) ";
    private static final String FIND =
            "SELECT "
                    + DispenseRows.COLUMNS
                    + " FROM dispense.dispense WHERE"
                    + WITHIN
                    + "AND id = $3";
    private static final String FIND_ALL =
            "SELECT "
                    + DispenseRows.COLUMNS
                    + " FROM dispense.dispense WHERE"
                    + WITHIN
                    + "AND id = ANY($3::text[]) ORDER BY id";
    private static final String LOCK_ALL = FIND_ALL + " FOR UPDATE";
    private static final String BY_KEY =
            "SELECT "
                    + DispenseRows.COLUMNS
                    + " FROM dispense.dispense WHERE"
                    + WITHIN
                    + "AND idempotency_key = $3 AND member = $4";
    private static final String SAVE =
            """
            UPDATE dispense.dispense
            SET state = $2, hold = $3, progress_ml = $4, seconds_run = $5, end_ml = $6, settled_ml = $7, reason = $8,
                charged_fen = $9, corrected_fen = $10, refunded_fen = $11, bad_debt_fen = $12, journal = $13,
                partition = $14, orphan_at_ms = $15, updated_at = $16, trail_boot = $17, trail_base = $18, trail_high = $19,
                trail_broken = $20
            WHERE id = $1
            """;
    private static final String OVERDUE =
            """
            SELECT d.id
            FROM dispense.dispense d
            JOIN unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) AS k(gateway, journal, partition, stream_ms)
              ON d.gateway = k.gateway AND d.journal = k.journal AND d.partition = k.partition
            WHERE d.state IN ('COMMANDED', 'RUNNING') AND d.orphan_at_ms <= k.stream_ms
            """;
    private static final String OPEN_AT_GATEWAY =
            "SELECT id FROM dispense.dispense WHERE gateway = $1 AND state IN ('COMMANDED',"
                    + " 'RUNNING')";
    private static final String ABANDONED =
            """
            SELECT id FROM dispense.dispense
            WHERE state IN ('CREATED', 'HELD') AND updated_at < $1 ORDER BY id LIMIT $2
            """;

    /** Put off for longer than any pause: by a clock that was ahead and has been set back. */
    private static final String UNHEARD =
            """
            UPDATE dispense.dispense
            SET resolve_tries = resolve_tries + 1,
                resolve_at = $1::timestamptz
                  + least($2::bigint * (1 << least(resolve_tries, 16))::bigint, $3::bigint) * interval '1 millisecond'
            WHERE id IN (
              SELECT id FROM dispense.dispense
              WHERE state = 'COMMANDED' AND journal IS NULL
                AND (resolve_at <= $1 OR resolve_at > $1::timestamptz + $3::bigint * interval '1 millisecond')
              ORDER BY resolve_at LIMIT $4 FOR UPDATE SKIP LOCKED)
            RETURNING id, device_id, gateway
            """;

    /** A commanded dispense of which the edge has said nothing yet. */
    record Unheard(String id, String deviceId, String gateway) {}

    /**
     * False when the device is busy or the caller's key is already used.
     *
     * @param resolveAt when the gateway is to be asked if it stays silent
     */
    boolean insert(SqlConnection tx, Order o, Instant resolveAt) {
        return insert(tx, o, resolveAt, false);
    }

    /**
     * A dispense that the edge has opened from a slice: a fact, not a wish, so it is never busy.
     */
    void insertOfSlice(SqlConnection tx, Order o, Instant now) {
        if (!insert(tx, o, now, true)) {
            throw new IllegalStateException("dispense " + o.id() + " is there already");
        }
    }

    private static boolean insert(SqlConnection tx, Order o, Instant resolveAt, boolean ofSlice) {
        Tuple values =
                DispenseRows.tuple(o)
                        .addValue(resolveAt.atOffset(ZoneOffset.UTC))
                        .addValue(ofSlice);
        return rows(tx, INSERT, values).rowCount() == 1;
    }

    @Nullable Dispense find(SqlConnection tx, Scope scope, String id) {
        return first(rows(tx, FIND, within(scope).addValue(id)));
    }

    /** Keys are each caller's own: two colleagues may think of the same one. */
    @Nullable Dispense byKey(SqlConnection tx, Scope scope, String caller, String key) {
        return first(rows(tx, BY_KEY, within(scope).addValue(key).addValue(caller)));
    }

    List<Dispense> find(SqlConnection tx, Scope scope, Collection<String> ids) {
        return all(rows(tx, FIND_ALL, within(scope).addValue(ids.toArray(String[]::new))));
    }

    /** Locks in the order of their numbers, so that two of us never wait for each other. */
    List<Dispense> lock(SqlConnection tx, Scope scope, Collection<String> ids) {
        return all(rows(tx, LOCK_ALL, within(scope).addValue(ids.toArray(String[]::new))));
    }

    void save(SqlConnection tx, Collection<Dispense> changed, Instant now) {
        if (!changed.isEmpty()) {
            tx.preparedQuery(SAVE)
                    .executeBatch(changed.stream().map(d -> DispenseRows.course(d, now)).toList())
                    .await();
        }
    }

    /** Those whose stream time is over. */
    List<String> overdue(SqlConnection tx, Collection<GatewayClock> clocks) {
        Tuple keys =
                Tuple.of(
                        clocks.stream().map(GatewayClock::gateway).toArray(String[]::new),
                        clocks.stream().map(GatewayClock::journal).toArray(String[]::new),
                        clocks.stream().map(GatewayClock::partition).toArray(Integer[]::new),
                        clocks.stream().map(c -> c.clock().streamMs()).toArray(Long[]::new));
        return ids(rows(tx, OVERDUE, keys));
    }

    List<String> openAt(SqlConnection tx, String gateway) {
        return ids(rows(tx, OPEN_AT_GATEWAY, Tuple.of(gateway)));
    }

    List<String> abandoned(SqlConnection tx, Instant before, int limit) {
        return ids(rows(tx, ABANDONED, Tuple.of(before.atOffset(ZoneOffset.UTC), limit)));
    }

    /** Takes those to ask for now; each is taken again later, at growing distances. */
    List<Unheard> unheard(SqlConnection tx, Instant now, Duration again, Duration max, int limit) {
        Tuple values =
                Tuple.of(now.atOffset(ZoneOffset.UTC), again.toMillis(), max.toMillis(), limit);
        List<Unheard> found = new ArrayList<>();
        for (Row r : rows(tx, UNHEARD, values)) {
            found.add(new Unheard(r.getString(0), r.getString(1), r.getString(2)));
        }
        return found;
    }

    private static Tuple within(Scope scope) {
        return Tuple.of(scope.path(), scope.member());
    }

    private static @Nullable Dispense first(RowSet<Row> rows) {
        return rows.size() == 0 ? null : DispenseRows.dispense(rows.iterator().next());
    }

    private static List<Dispense> all(RowSet<Row> rows) {
        List<Dispense> found = new ArrayList<>();
        rows.forEach(row -> found.add(DispenseRows.dispense(row)));
        return found;
    }

    private static List<String> ids(RowSet<Row> rows) {
        List<String> found = new ArrayList<>();
        rows.forEach(row -> found.add(row.getString(0)));
        return found;
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple values) {
        return tx.preparedQuery(sql).execute(values).await();
    }
}
