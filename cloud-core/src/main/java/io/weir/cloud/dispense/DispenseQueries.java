package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.dispense.DispenseOps.ListDispenses;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Lists and counts over dispenses. */
final class DispenseQueries {
    private static final String FROM =
            """
             FROM dispense.dispense
            WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR member = $2)
            """;
    private static final String FILTER =
            """
              AND ($3::text IS NULL OR state = $3)
              AND ($4::text IS NULL OR device_id = $4)
              AND ($5::text IS NULL OR member = $5)
            """;
    private static final String COUNT = "SELECT count(*)" + FROM + FILTER;
    private static final String PAGE =
            "SELECT "
                    + DispenseRows.COLUMNS
                    + FROM
                    + FILTER
                    + " ORDER BY %s %s, id %s LIMIT $6 OFFSET $7";
    private static final String RUNNING = "state IN ('CREATED', 'HELD', 'COMMANDED', 'RUNNING')";
    private static final String ORPHAN =
            """
            (state = 'ORPHAN' OR state IN ('COMMANDED', 'RUNNING')
              AND created_at + end_within_ms * interval '1 millisecond' < $3)
            """;
    private static final String OVERRUN =
            "end_ml > ordered_ml + $3::bigint AND overrun_seen_at IS NULL";
    private static final String ACKNOWLEDGE =
            """
            UPDATE dispense.dispense SET overrun_seen_at = $4
            WHERE starts_with(tenant, $1) AND ($2::text IS NULL OR member = $2) AND id = $3 AND end_ml > ordered_ml
            RETURNING tenant
            """;

    private static final String OPEN =
            "SELECT 1 FROM dispense.dispense WHERE device_id = $1 AND state IN ('CREATED', 'HELD',"
                    + " 'COMMANDED', 'RUNNING')";

    /** Whether somebody uses the device now. */
    boolean isOpen(SqlConnection tx, String device) {
        return tx.preparedQuery(OPEN).execute(Tuple.of(device)).await().size() > 0;
    }

    /** The newest of some kind, and how many there are. */
    record Some(long count, List<DispenseView> newest) {}

    Page<DispenseView> page(SqlConnection tx, Scope scope, ListDispenses ask, Paging paging) {
        Tuple filter =
                within(scope)
                        .addValue(name(ask.state()))
                        .addValue(ask.deviceId())
                        .addValue(ask.memberUid());
        String direction = direction(ask.order());
        String list = PAGE.formatted(column(ask.sort()), direction, direction);
        return Paged.read(
                tx, COUNT, list, filter, paging.limit(), paging.offset(), DispenseQueries::view);
    }

    Some running(SqlConnection tx, Scope scope, int limit) {
        return some(tx, RUNNING, within(scope), limit);
    }

    /** Those whose end is overdue by the wall clock, which is what an operator looks at. */
    Some orphan(SqlConnection tx, Scope scope, Instant now, int limit) {
        Tuple values = within(scope).addValue(now.atOffset(ZoneOffset.UTC));
        return some(tx, ORPHAN, values, limit);
    }

    Some overrun(SqlConnection tx, Scope scope, long toleranceMl, int limit) {
        return some(tx, OVERRUN, within(scope).addValue(toleranceMl), limit);
    }

    /** Whose it was; null when there is no such overrun in the scope. */
    @Nullable String acknowledgeOverrun(SqlConnection tx, Scope scope, String id, Instant now) {
        Tuple values = within(scope).addValue(id).addValue(now.atOffset(ZoneOffset.UTC));
        return Returned.tenant(rows(tx, ACKNOWLEDGE, values));
    }

    private static Some some(SqlConnection tx, String condition, Tuple values, int limit) {
        String where = FROM + " AND " + condition;
        long count = rows(tx, "SELECT count(*)" + where, values).iterator().next().getLong(0);
        String newest =
                "SELECT "
                        + DispenseRows.COLUMNS
                        + where
                        + " ORDER BY created_at DESC LIMIT "
                        + limit;
        return new Some(count, views(rows(tx, newest, values)));
    }

    private static String column(String sort) {
        return switch (sort) {
            case "create_tms" -> "created_at";
            case "volume_ml" -> "coalesce(end_ml, progress_ml)";
            case "charged" -> "charged_fen";
            default -> throw Rejected.invalid("sort", "must be create_tms, volume_ml or charged");
        };
    }

    private static String direction(String order) {
        return switch (order) {
            case "asc" -> "ASC";
            case "desc" -> "DESC";
            default -> throw Rejected.invalid("order", "must be asc or desc");
        };
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    private static Tuple within(Scope scope) {
        return Tuple.tuple().addValue(scope.path()).addValue(scope.member());
    }

    private static List<DispenseView> views(RowSet<Row> rows) {
        List<DispenseView> views = new ArrayList<>();
        rows.forEach(row -> views.add(view(row)));
        return views;
    }

    private static DispenseView view(Row row) {
        return Views.of(DispenseRows.dispense(row));
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple values) {
        return tx.preparedQuery(sql).execute(values).await();
    }
}
