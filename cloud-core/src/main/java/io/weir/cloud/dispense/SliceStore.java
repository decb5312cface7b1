package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.PaidSlice.Standing;
import io.weir.model.access.Scope;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.StartBy;
import io.weir.runtime.json.Json;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of {@code dispense.slice}, and what each journal was given. */
final class SliceStore {
    private static final String COLUMNS =
            """
            id, grant_id, kind, start_by, expires_at, order_json::text AS order_json, state, hold, journal, number, recalled, late
            """;
    private static final String INSERT =
            """
            INSERT INTO dispense.slice
              (id, grant_id, tenant, member, device_id, gateway, kind, start_by, expires_at, order_json, state, number,
               recalled, late, due_at, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, 'CREATED', 0, false, false, $11, $12, $12)
            """;
    private static final String LOCK =
            "SELECT "
                    + COLUMNS
                    + " FROM dispense.slice WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR"
                    + " member = $2) AND id = ANY($3::text[]) ORDER BY id FOR UPDATE";
    private static final String SAVE =
            """
            UPDATE dispense.slice
            SET state = $2, hold = $3, journal = $4, number = $5, recalled = $6, late = $7, updated_at = $8, due_at = $8
            WHERE id = $1
            """;
    private static final String STATEMENT =
            """
            UPDATE dispense.slice SET statement = $2::text::jsonb, statement_key = $3 WHERE id = $1 AND statement IS NULL
            """;
    private static final String FREED_BY =
            """
            UPDATE dispense.slice SET freed_by = coalesce(freed_by, $3) WHERE starts_with(tenant, $1) AND id = $2
            """;
    private static final String OFFERS =
            "SELECT "
                    + COLUMNS
                    + """
                     FROM dispense.slice
                    WHERE gateway = $1
                      AND (state = 'HELD' AND expires_at > $3
                           OR state = 'SERVED' AND journal = $2
                           OR state = 'TAKEN' AND journal = $2 AND recalled)
                    ORDER BY id LIMIT $4 FOR UPDATE
                    """;

    /** Put off for longer than the pause: by a clock that was ahead and has been set back. */
    private static final String DUE =
            """
            UPDATE dispense.slice SET due_at = $2
            WHERE id IN (
              SELECT id FROM dispense.slice
              WHERE state IN ('CREATED', 'RELEASING') AND (due_at <= $1 OR due_at > $2)
              ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING
            """
                    + COLUMNS;

    private static final String EXPIRED =
            "SELECT id FROM dispense.slice WHERE state = 'HELD' AND expires_at <= $1 LIMIT $2";
    private static final String JOURNAL =
            """
            INSERT INTO dispense.slice_journal (gateway, journal, statement_key, first_seen_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (gateway, journal) DO UPDATE SET journal = excluded.journal RETURNING statement_key
            """;
    private static final String KEY =
            "SELECT statement_key FROM dispense.slice_journal WHERE gateway = $1 AND journal = $2";
    private static final String COPIED =
            "UPDATE dispense.slice_journal SET copied_at = $3 WHERE gateway = $1 AND journal = $2";
    private static final String COPIES =
            """
            SELECT gateway, max(copied_at) FROM dispense.slice_journal
            WHERE gateway = ANY($1::text[]) AND copied_at IS NOT NULL GROUP BY gateway
            """;
    private static final String NUMBERS =
            """
            UPDATE dispense.slice_journal SET last_number = last_number + $3 WHERE gateway = $1 AND journal = $2
            RETURNING last_number
            """;

    /**
     * @param dueAt when somebody else asks the ledger if the caller does not
     */
    void insert(SqlConnection tx, Collection<PaidSlice> slices, Instant now, Instant dueAt) {
        if (!slices.isEmpty()) {
            tx.preparedQuery(INSERT)
                    .executeBatch(slices.stream().map(s -> tuple(s, now, dueAt)).toList())
                    .await();
        }
    }

    /** Locks in the order of their numbers, so that two of us never wait for each other. */
    List<PaidSlice> lock(SqlConnection tx, Scope scope, Collection<String> ids) {
        Tuple values = Tuple.of(scope.path(), scope.member(), ids.toArray(String[]::new));
        return all(rows(tx, LOCK, values));
    }

    void save(SqlConnection tx, PaidSlice slice, Instant now) {
        Standing s = slice.standing();
        Tuple values =
                Tuple.tuple()
                        .addValue(slice.id())
                        .addValue(s.state().name())
                        .addValue(s.hold())
                        .addValue(s.journal())
                        .addValue(s.number())
                        .addValue(s.recalled())
                        .addValue(s.late())
                        .addValue(at(now));
        rows(tx, SAVE, values);
    }

    /** Keeps a gateway's word that was found true; the first one of a slice. */
    void closedBy(SqlConnection tx, SliceFact.Closed word, String key) {
        rows(tx, STATEMENT, Tuple.of(word.statement().dispenseId(), Json.text(word), key));
    }

    /** Keeps who gave a slice's money back without the gateway's word. */
    void freedBy(SqlConnection tx, Scope scope, String id, String uid) {
        rows(tx, FREED_BY, Tuple.of(scope.path(), id, uid));
    }

    /** What a journal is to be told of, locked. */
    List<PaidSlice> offers(
            SqlConnection tx, String gateway, String journal, Instant now, int limit) {
        return all(rows(tx, OFFERS, Tuple.of(gateway, journal, at(now), limit)));
    }

    /** Takes those of which the ledger must be told something; they are taken again later. */
    List<PaidSlice> due(SqlConnection tx, Instant now, Duration again, int limit) {
        return all(rows(tx, DUE, Tuple.of(at(now), at(now.plus(again)), limit)));
    }

    /** Those that nobody has and nobody will get. */
    List<String> expired(SqlConnection tx, Instant now, int limit) {
        List<String> ids = new ArrayList<>();
        rows(tx, EXPIRED, Tuple.of(at(now), limit)).forEach(r -> ids.add(r.getString(0)));
        return ids;
    }

    /** The key of a journal's statements: this one if it is the first, else the first. */
    String statementKey(SqlConnection tx, String gateway, String journal, String key, Instant now) {
        return rows(tx, JOURNAL, Tuple.of(gateway, journal, key, at(now)))
                .iterator()
                .next()
                .getString(0);
    }

    /** The key of a journal's statements; empty when it never asked for slices. */
    String statementKey(SqlConnection tx, String gateway, String journal) {
        RowSet<Row> found = rows(tx, KEY, Tuple.of(gateway, journal));
        return found.size() == 0 ? "" : found.iterator().next().getString(0);
    }

    /** Somebody asked for this journal's slices under another key. */
    void copied(SqlConnection tx, String gateway, String journal, Instant now) {
        rows(tx, COPIED, Tuple.of(gateway, journal, at(now)));
    }

    /** When a copy of one of its disks last asked, by gateway; only those where one did. */
    Map<String, Instant> copies(SqlConnection tx, Collection<String> gateways) {
        Map<String, Instant> copies = new HashMap<>();
        rows(tx, COPIES, Tuple.of(gateways.toArray(String[]::new)))
                .forEach(r -> copies.put(r.getString(0), r.getOffsetDateTime(1).toInstant()));
        return copies;
    }

    /** The first of so many fresh numbers of a journal. */
    long numbers(SqlConnection tx, String gateway, String journal, int count) {
        Row row = rows(tx, NUMBERS, Tuple.of(gateway, journal, (long) count)).iterator().next();
        return row.getLong(0) - count + 1;
    }

    private static Tuple tuple(PaidSlice s, Instant now, Instant dueAt) {
        Order o = s.order();
        return Tuple.tuple()
                .addValue(s.id())
                .addValue(s.grant())
                .addValue(o.tenant())
                .addValue(o.member())
                .addValue(o.deviceId())
                .addValue(o.gateway())
                .addValue(s.kind().name())
                .addValue(s.startBy().name())
                .addValue(at(s.expires()))
                .addValue(Json.text(o))
                .addValue(at(dueAt))
                .addValue(at(now));
    }

    static PaidSlice slice(Row r) {
        return new PaidSlice(
                r.getString("grant_id"),
                GrantKind.valueOf(r.getString("kind")),
                StartBy.valueOf(r.getString("start_by")),
                r.getOffsetDateTime("expires_at").toInstant(),
                Json.read(r.getString("order_json"), Order.class),
                new Standing(
                        SliceState.valueOf(r.getString("state")),
                        r.getString("hold"),
                        r.getString("journal"),
                        r.getLong("number"),
                        r.getBoolean("recalled"),
                        r.getBoolean("late")));
    }

    private static List<PaidSlice> all(RowSet<Row> rows) {
        List<PaidSlice> found = new ArrayList<>();
        rows.forEach(row -> found.add(slice(row)));
        return found;
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple values) {
        return tx.preparedQuery(sql).execute(values).await();
    }
}
