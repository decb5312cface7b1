package io.weir.cloud.ingest;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ingest.IngestOps.EventLog;
import io.weir.api.ingest.IngestOps.PropertyLog;
import io.weir.api.ingest.IngestOps.PropertyValue;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What ingest is asked for. The index gives a device's rows in order and days that are not needed
 * are not opened; totals stand counted in {@code latest}. So page 26 costs what page 1 costs, and a
 * bit.
 */
final class HistoryStore {
    private static final String STATE =
            """
            SELECT state FROM ingest.latest WHERE device_id = $1 AND starts_with(tenant, $2)
            """;
    private static final String POSTS_TOTAL =
            """
            SELECT posts FROM ingest.latest WHERE device_id = $1 AND starts_with(tenant, $2)
            """;
    private static final String EVENTS_TOTAL =
            """
            SELECT events FROM ingest.latest WHERE device_id = $1 AND starts_with(tenant, $2)
            """;
    private static final String POSTS =
            """
            SELECT at, gateway_at, params::text
            FROM ingest.property_post
            WHERE device_id = $1 AND starts_with(tenant, $2)
            ORDER BY at DESC, id DESC
            LIMIT $3 OFFSET $4
            """;
    private static final String EVENTS =
            """
            SELECT at, gateway_at, params::text, identifier
            FROM ingest.event_post
            WHERE device_id = $1 AND starts_with(tenant, $2)
            ORDER BY at DESC, id DESC
            LIMIT $3 OFFSET $4
            """;

    private HistoryStore() {}

    static List<PropertyValue> properties(SqlConnection tx, Scope scope, String device) {
        List<PropertyValue> values = new ArrayList<>();
        for (Row row : rows(tx, STATE, Tuple.of(device, scope.path()))) {
            Json.tree(row.getString(0))
                    .properties()
                    .forEach(
                            p ->
                                    values.add(
                                            new PropertyValue(
                                                    p.getKey(),
                                                    p.getValue().get(0),
                                                    Instant.ofEpochMilli(
                                                            p.getValue().get(1).asLong()))));
        }
        values.sort(Comparator.comparing(PropertyValue::identifier));
        return values;
    }

    static Page<PropertyLog> posts(
            SqlConnection tx, Scope scope, String device, int limit, long offset) {
        List<PropertyLog> logs = new ArrayList<>();
        rows(tx, POSTS, Tuple.of(device, scope.path(), limit, offset))
                .forEach(
                        row ->
                                logs.add(
                                        new PropertyLog(
                                                row.getOffsetDateTime(0).toInstant(),
                                                instant(row.getOffsetDateTime(1)),
                                                Json.tree(row.getString(2)))));
        return new Page<>(total(tx, POSTS_TOTAL, scope, device), logs);
    }

    static Page<EventLog> events(
            SqlConnection tx, Scope scope, String device, int limit, long offset) {
        List<EventLog> logs = new ArrayList<>();
        rows(tx, EVENTS, Tuple.of(device, scope.path(), limit, offset))
                .forEach(
                        row ->
                                logs.add(
                                        new EventLog(
                                                row.getOffsetDateTime(0).toInstant(),
                                                instant(row.getOffsetDateTime(1)),
                                                row.getString(3),
                                                Json.tree(row.getString(2)))));
        return new Page<>(total(tx, EVENTS_TOTAL, scope, device), logs);
    }

    private static long total(SqlConnection tx, String sql, Scope scope, String device) {
        for (Row row : rows(tx, sql, Tuple.of(device, scope.path()))) {
            return row.getLong(0);
        }
        return 0;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
        return at == null ? null : at.toInstant();
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql).execute(arguments).await();
    }
}
