package io.weir.cloud.debug;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.debug.DebugOps.ListSessions;
import io.weir.api.debug.DebugOps.Session;
import io.weir.model.Page;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** SQL of debug sessions; row-level security keeps them to their tenant and those above it. */
final class SessionStore {
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtext('debug'), hashtext($1))";
    private static final String COUNT_OPEN =
            """
            SELECT count(*) FILTER (WHERE device_id = $2), count(*) FROM debug.session
            WHERE tenant = $1 AND closed_at IS NULL AND until > $3
            """;
    private static final String INSERT =
            """
            INSERT INTO debug.session
                (id, device_id, tenant, opened_by, role, request_id, opened_at, until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String COLUMNS =
            """
            SELECT id, device_id, tenant, opened_by, opened_at, until, closed_at, closed_by
            FROM debug.session
            """;
    private static final String GET = COLUMNS + "WHERE id = $1";
    private static final String CLOSE =
            """
            UPDATE debug.session SET closed_at = $2, closed_by = $3
            WHERE id = $1 AND closed_at IS NULL AND until > $2
            """;
    private static final String FILTER =
            """
            WHERE ($1::text IS NULL OR device_id = $1)
                AND ($2::boolean IS NULL OR (closed_at IS NULL AND until > $3) = $2)
            """;
    private static final String COUNT = "SELECT count(*) FROM debug.session " + FILTER;
    private static final String LIST =
            COLUMNS + FILTER + "ORDER BY opened_at DESC, id LIMIT $4 OFFSET $5";

    private SessionStore() {}

    /**
     * @param ofDevice open sessions of the device
     * @param ofTenant open sessions of all devices of its owner
     */
    record Open(long ofDevice, long ofTenant) {}

    /** Two that are opened at once wait for each other, so that the bounds hold. */
    static Open countLocked(SqlConnection c, String tenant, String device, Instant now) {
        c.preparedQuery(LOCK).execute(Tuple.of(tenant)).await();
        Row row =
                c.preparedQuery(COUNT_OPEN)
                        .execute(Tuple.of(tenant, device, now.atOffset(ZoneOffset.UTC)))
                        .await()
                        .iterator()
                        .next();
        return new Open(row.getLong(0), row.getLong(1));
    }

    static void insert(SqlConnection c, Session s, Call call) {
        c.preparedQuery(INSERT)
                .execute(
                        Tuple.of(
                                s.sessionId(),
                                s.deviceId(),
                                s.tenant(),
                                s.openedBy(),
                                call.actor().role().name(),
                                call.requestId(),
                                s.openedAt().atOffset(ZoneOffset.UTC),
                                s.until().atOffset(ZoneOffset.UTC)))
                .await();
    }

    static @Nullable Session get(SqlConnection c, String id, Instant now) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id)).await()) {
            return session(row, now);
        }
        return null;
    }

    /** One that is over stays as it is. */
    static void close(SqlConnection c, String id, String by, Instant now) {
        c.preparedQuery(CLOSE).execute(Tuple.of(id, now.atOffset(ZoneOffset.UTC), by)).await();
    }

    static Page<Session> list(SqlConnection c, ListSessions q, Instant now) {
        return Paged.read(
                c,
                COUNT,
                LIST,
                Tuple.of(q.deviceId(), q.open(), now.atOffset(ZoneOffset.UTC)),
                q.limit(),
                q.offset(),
                row -> session(row, now));
    }

    private static Session session(Row row, Instant now) {
        Instant until = row.getOffsetDateTime("until").toInstant();
        OffsetDateTime closed = row.getOffsetDateTime("closed_at");
        return new Session(
                row.getString("id"),
                row.getString("device_id"),
                row.getString("tenant"),
                row.getString("opened_by"),
                row.getOffsetDateTime("opened_at").toInstant(),
                until,
                closed == null ? null : closed.toInstant(),
                row.getString("closed_by"),
                closed == null && until.isAfter(now));
    }
}
