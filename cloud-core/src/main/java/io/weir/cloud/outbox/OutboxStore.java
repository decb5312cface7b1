package io.weir.cloud.outbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.json.Json;

import java.util.ArrayList;
import java.util.List;

/** The relay's side of one outbox. */
final class OutboxStore {
    /** The lock belongs to the session: it goes when the process or its connection does. */
    private static final String LOCK =
            "SELECT pg_try_advisory_lock(hashtext('weir.outbox'), hashtext($1))";

    private static final String UNLOCK =
            "SELECT pg_advisory_unlock(hashtext('weir.outbox'), hashtext($1))";
    private static final String OLDEST =
            """
            SELECT id, event_id::text, event_key, event_type, tenant, created_at, payload
            FROM %s.outbox ORDER BY id LIMIT $1
            """;
    private static final String DELETE = "DELETE FROM %s.outbox WHERE id = ANY($1::bigint[])";

    /**
     * @param value what goes to Kafka: {@code {"event_id","key","type","tenant","at","payload"}}
     */
    record Event(long id, String key, String value) {}

    private final String schema;
    private final String oldest;
    private final String delete;

    OutboxStore(String schema) {
        this.schema = schema;
        this.oldest = OLDEST.formatted(schema);
        this.delete = DELETE.formatted(schema);
    }

    boolean lock(SqlConnection c) {
        return rows(c, LOCK, Tuple.of(schema)).iterator().next().getBoolean(0);
    }

    void unlock(SqlConnection c) {
        rows(c, UNLOCK, Tuple.of(schema));
    }

    List<Event> oldest(SqlConnection c, int limit) {
        List<Event> events = new ArrayList<>();
        rows(c, oldest, Tuple.of(limit)).forEach(row -> events.add(event(row)));
        return events;
    }

    void delete(SqlConnection c, List<Event> events) {
        rows(c, delete, Tuple.of(events.stream().map(Event::id).toArray(Long[]::new)));
    }

    private static Event event(Row row) {
        ObjectNode value =
                Json.MAPPER
                        .createObjectNode()
                        .put("event_id", row.getString(1))
                        .put("key", row.getString(2))
                        .put("type", row.getString(3))
                        .put("tenant", row.getString(4))
                        .put("at", row.getOffsetDateTime(5).toInstant().toString());
        value.putRawValue("payload", new RawValue(row.getString(6)));
        return new Event(row.getLong(0), row.getString(2), Json.text(value));
    }

    private static RowSet<Row> rows(SqlConnection c, String sql, Tuple arguments) {
        return c.preparedQuery(sql).execute(arguments).await();
    }
}
