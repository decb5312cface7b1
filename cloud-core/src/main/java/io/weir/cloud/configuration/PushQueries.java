package io.weir.cloud.configuration;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.configuration.ConfigurationOps.ListTargets;
import io.weir.api.configuration.ConfigurationOps.Push;
import io.weir.api.configuration.ConfigurationOps.State;
import io.weir.api.configuration.ConfigurationOps.Target;
import io.weir.model.Page;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;

/** SQL by which people watch pushes. */
final class PushQueries {
    private static final String COLUMNS =
            """
            SELECT p.id, p.version, p.author, p.created_at, p.until, p.ended_at, t.*
            FROM configuration.push p, LATERAL (
                SELECT count(*) FILTER (WHERE state = 'PENDING') AS pending,
                    count(*) FILTER (WHERE state = 'SENT') AS sent,
                    count(*) FILTER (WHERE state = 'ACKNOWLEDGED') AS acknowledged,
                    count(*) FILTER (WHERE state = 'FAILED') AS failed
                FROM configuration.target WHERE push_id = p.id) t
            """;
    private static final String GET = COLUMNS + "WHERE p.product_id = $1 AND p.id = $2";
    private static final String COUNT =
            "SELECT count(*) FROM configuration.push WHERE product_id = $1";
    private static final String LIST =
            COLUMNS + "WHERE p.product_id = $1 ORDER BY p.created_at DESC, p.id LIMIT $2 OFFSET $3";
    private static final String OF_PUSH =
            "FROM configuration.target WHERE push_id = $1 AND ($2::text IS NULL OR state = $2) ";
    private static final String COUNT_TARGETS = "SELECT count(*) " + OF_PUSH;
    private static final String TARGETS =
            "SELECT device_id, state, code, reason, tries, updated_at "
                    + OF_PUSH
                    + "ORDER BY device_id LIMIT $3 OFFSET $4";

    private PushQueries() {}

    static @Nullable Push get(SqlConnection c, long product, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(product, id)).await()) {
            return push(row);
        }
        return null;
    }

    static Page<Push> list(SqlConnection c, long product, int limit, int offset) {
        return Paged.read(c, COUNT, LIST, Tuple.of(product), limit, offset, PushQueries::push);
    }

    static Page<Target> targets(SqlConnection c, ListTargets q) {
        State state = q.state();
        return Paged.read(
                c,
                COUNT_TARGETS,
                TARGETS,
                Tuple.of(q.pushId(), state == null ? null : state.name()),
                q.limit(),
                q.offset(),
                row ->
                        new Target(
                                row.getString("device_id"),
                                State.valueOf(row.getString("state")),
                                row.getInteger("code"),
                                row.getString("reason"),
                                row.getInteger("tries"),
                                row.getOffsetDateTime("updated_at").toInstant()));
    }

    private static Push push(Row row) {
        OffsetDateTime ended = row.getOffsetDateTime("ended_at");
        return new Push(
                row.getString("id"),
                row.getInteger("version"),
                row.getString("author"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("until").toInstant(),
                ended == null ? null : ended.toInstant(),
                row.getInteger("pending"),
                row.getInteger("sent"),
                row.getInteger("acknowledged"),
                row.getInteger("failed"));
    }
}
