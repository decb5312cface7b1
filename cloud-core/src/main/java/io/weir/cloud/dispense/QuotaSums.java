package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.GrantOps.QuotaSum;
import io.weir.api.dispense.GrantOps.SumSlices;
import io.weir.model.Money;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import java.time.Instant;
import java.util.Map;

/**
 * The reconciliation in sums. What was poured is priced here a second time, from millilitres and in
 * SQL, so that the difference to what was charged says something.
 */
final class QuotaSums {
    private static final String FROM =
            """
             FROM dispense.slice s
            WHERE starts_with(s.tenant, $1) AND s.state NOT IN ('CREATED', 'REFUSED')
              AND ($2::text IS NULL OR s.gateway = $2) AND ($3::text IS NULL OR s.device_id = $3)
            """;
    private static final String COUNT =
            "SELECT count(*) FROM (SELECT DISTINCT s.gateway, s.device_id" + FROM + ") pairs";
    private static final String LIST =
            """
            WITH slice AS (
              SELECT s.gateway, s.device_id, s.id, s.state, s.statement, s.freed_by,
                     round((s.order_json->>'hold')::numeric * 100)::bigint AS hold_fen,
                     (s.order_json->'terms'->>'price')::numeric * 100 AS fen_per_litre
            """
                    + FROM
                    + """
                    ), debit AS (
                      SELECT s.*, d.charged_fen - d.corrected_fen AS charged_fen, d.bad_debt_fen,
                             d.state IN ('CAPTURED', 'VOIDED') AS final,
                             least(coalesce(d.end_ml, d.progress_ml), d.ordered_ml) AS ml
                      FROM slice s LEFT JOIN dispense.dispense d ON d.id = s.id
                    ), part AS (
                      SELECT gateway, device_id, hold_fen, state, statement, freed_by,
                             CASE WHEN final AND state = 'DEBITED' THEN charged_fen ELSE 0 END AS debited,
                             CASE WHEN state = 'RELEASED' THEN hold_fen
                                  WHEN final AND state = 'DEBITED' THEN hold_fen - charged_fen ELSE 0 END AS returned,
                             CASE WHEN final THEN ml ELSE 0 END AS ml,
                             CASE WHEN final THEN round(fen_per_litre * ml / 1000)::bigint ELSE 0 END AS worth,
                             coalesce(bad_debt_fen, 0) AS bad_debt
                      FROM debit)
                    SELECT gateway, device_id, count(*), sum(hold_fen)::bigint,
                           sum(CASE WHEN state IN ('HELD', 'SERVED', 'TAKEN', 'RELEASING') THEN hold_fen
                                    WHEN state = 'DEBITED' THEN hold_fen - debited - returned ELSE 0 END)::bigint,
                           sum(debited)::bigint, sum(returned)::bigint, sum(ml)::bigint, sum(worth)::bigint, sum(bad_debt)::bigint,
                           count(statement), count(freed_by)
                    FROM part GROUP BY gateway, device_id ORDER BY gateway, device_id LIMIT $4 OFFSET $5
                    """;

    /**
     * @param copies when a copy of a disk last asked for slices, by gateway
     */
    static Page<QuotaSum> with(Page<QuotaSum> page, Map<String, Instant> copies) {
        return new Page<>(
                page.total(),
                page.items().stream().map(s -> s.copied(copies.get(s.gateway()))).toList());
    }

    Page<QuotaSum> page(SqlConnection tx, Scope scope, SumSlices ask, Paging paging) {
        Tuple filter =
                Tuple.tuple()
                        .addValue(scope.path())
                        .addValue(ask.gateway())
                        .addValue(ask.deviceId());
        return Paged.read(tx, COUNT, LIST, filter, paging.limit(), paging.offset(), QuotaSums::sum);
    }

    private static QuotaSum sum(Row r) {
        Money debited = fen(r, 5);
        Money worth = fen(r, 8);
        Money badDebt = fen(r, 9);
        return new QuotaSum(
                r.getString(0),
                r.getString(1),
                r.getLong(2),
                fen(r, 3),
                fen(r, 4),
                debited,
                fen(r, 6),
                r.getLong(7),
                worth,
                badDebt,
                worth.minus(debited).minus(badDebt),
                r.getLong(10),
                r.getLong(11),
                null);
    }

    private static Money fen(Row r, int column) {
        return Money.ofFen(r.getLong(column));
    }
}
