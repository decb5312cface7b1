package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.access.Scope;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.StartBy;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The rows of {@code dispense.quota_grant}. */
final class GrantStore {
    private static final String COLUMNS =
            """
            id, idempotency_key, kind, start_by, slices, template::text AS template, expires_at, recalled_at
            """;
    private static final String INSERT =
            """
            INSERT INTO dispense.quota_grant
              (id, tenant, member, idempotency_key, kind, start_by, device_id, gateway, slices, slice_ml, outlet, template,
               expires_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13, $14)
            ON CONFLICT DO NOTHING
            """;
    private static final String WITHIN =
            " FROM dispense.quota_grant WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR"
                    + " member = $2) AND ";
    private static final String FIND = "SELECT " + COLUMNS + WITHIN + "id = $3";
    private static final String BY_KEY = "SELECT " + COLUMNS + WITHIN + "idempotency_key = $3";
    private static final String RECALL =
            """
            UPDATE dispense.quota_grant SET recalled_at = coalesce(recalled_at, $4)
            WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR member = $2) AND id = $3
            """;
    private static final String SHORT =
            """
            SELECT g.id, g.idempotency_key, g.kind, g.start_by, g.slices - live.n AS slices, g.template::text AS template,
                   g.expires_at, g.recalled_at
            FROM dispense.quota_grant g
            CROSS JOIN LATERAL (
              SELECT count(*) FILTER (WHERE s.state IN ('CREATED', 'HELD', 'SERVED', 'TAKEN'))::int AS n,
                     max(s.updated_at) FILTER (WHERE s.state = 'REFUSED') AS refused_at
              FROM dispense.slice s WHERE s.grant_id = g.id) AS live
            WHERE g.gateway = $1 AND g.start_by = 'BUTTON' AND g.recalled_at IS NULL AND g.expires_at > $2
              AND live.n < g.slices AND (live.refused_at IS NULL OR live.refused_at <= $3)
            ORDER BY g.id LIMIT $4 FOR UPDATE OF g SKIP LOCKED
            """;

    /** False when the caller's key is already used. */
    boolean insert(SqlConnection tx, QuotaGrant g) {
        Order o = g.template();
        Tuple values =
                Tuple.tuple()
                        .addValue(g.id())
                        .addValue(o.tenant())
                        .addValue(o.member())
                        .addValue(g.key())
                        .addValue(g.kind().name())
                        .addValue(g.startBy().name())
                        .addValue(o.deviceId())
                        .addValue(o.gateway())
                        .addValue(g.slices())
                        .addValue(o.orderedMl())
                        .addValue(o.outlet().wire())
                        .addValue(Json.text(o))
                        .addValue(at(g.expires()))
                        .addValue(at(o.created()));
        return rows(tx, INSERT, values).rowCount() == 1;
    }

    @Nullable QuotaGrant find(SqlConnection tx, Scope scope, String id) {
        return first(rows(tx, FIND, Tuple.of(scope.path(), scope.member(), id)));
    }

    @Nullable QuotaGrant byKey(SqlConnection tx, Scope scope, String key) {
        return first(rows(tx, BY_KEY, Tuple.of(scope.path(), scope.member(), key)));
    }

    /** False when there is none in the scope; doing it twice is doing it once. */
    boolean recall(SqlConnection tx, Scope scope, String id, Instant now) {
        Tuple values = Tuple.of(scope.path(), scope.member(), id, at(now));
        return rows(tx, RECALL, values).rowCount() == 1;
    }

    /**
     * A gateway's button grants that have fewer slices than they should; {@code slices} of each is
     * how many are missing. Locked, so that two answers don't fill one twice.
     */
    List<QuotaGrant> wanting(
            SqlConnection tx, String gateway, Instant now, Instant refusedBefore, int limit) {
        List<QuotaGrant> found = new ArrayList<>();
        Tuple values = Tuple.of(gateway, at(now), at(refusedBefore), limit);
        rows(tx, SHORT, values).forEach(row -> found.add(grant(row)));
        return found;
    }

    private static @Nullable QuotaGrant first(RowSet<Row> rows) {
        return rows.size() == 0 ? null : grant(rows.iterator().next());
    }

    private static QuotaGrant grant(Row r) {
        return new QuotaGrant(
                r.getString("id"),
                r.getString("idempotency_key"),
                GrantKind.valueOf(r.getString("kind")),
                StartBy.valueOf(r.getString("start_by")),
                r.getInteger("slices"),
                Json.read(r.getString("template"), Order.class),
                r.getOffsetDateTime("expires_at").toInstant(),
                r.getOffsetDateTime("recalled_at") != null);
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple values) {
        return tx.preparedQuery(sql).execute(values).await();
    }
}
