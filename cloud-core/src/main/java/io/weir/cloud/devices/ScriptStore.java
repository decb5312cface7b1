package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.ScriptOps.ScriptView;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** SQL of products' scripts. */
final class ScriptStore {
    private static final String COLUMNS =
            """
            s.version, s.source, s.raw, s.author, s.updated_at, s.published_at,
            coalesce(s.version = p.script_version, false) AS in_force
            """;
    private static final String FROM =
            """
            FROM devices.script s JOIN devices.product p USING (product_id)
            WHERE s.product_id = $1 AND starts_with(p.tenant, $2)
            """;
    private static final String GET =
            "SELECT %s %s AND ($3::int IS NULL OR s.version = $3) ORDER BY s.version DESC LIMIT 1"
                    .formatted(COLUMNS, FROM);
    private static final String COUNT = "SELECT count(*) " + FROM;
    private static final String LIST =
            "SELECT %s %s ORDER BY s.version DESC LIMIT $3 OFFSET $4".formatted(COLUMNS, FROM);
    private static final String OWN =
            "SELECT tenant FROM devices.product WHERE product_id = $1 AND starts_with(tenant, $2)";
    private static final String PUT =
            """
            INSERT INTO devices.script (product_id, version, tenant, source, author, updated_at)
            SELECT $1, coalesce(max(version) FILTER (WHERE published_at IS NULL), coalesce(max(version), 0) + 1), $2, $3, $4, $5
            FROM devices.script WHERE product_id = $1
            ON CONFLICT (product_id, version) DO UPDATE
            SET source = excluded.source, author = excluded.author, updated_at = excluded.updated_at
            """;
    private static final String PUBLISH =
            """
            UPDATE devices.script SET raw = $4, published_at = coalesce(published_at, $5)
            WHERE product_id = $1 AND version = $2 AND source = $3
            """;
    private static final String PUT_IN_FORCE =
            "UPDATE devices.product SET script_version = $2, updated_at = $3 WHERE product_id = $1";

    private ScriptStore() {}

    /** Tenant of a product of the caller's own; NOT_FOUND for one that is only seen from below. */
    static String own(SqlConnection c, Scope scope, long productId) {
        for (Row row : c.preparedQuery(OWN).execute(Tuple.of(productId, scope.path())).await()) {
            return row.getString("tenant");
        }
        throw Rejected.notFound("product " + productId);
    }

    /**
     * @param version null = the latest
     */
    static ScriptView get(SqlConnection c, Scope scope, long productId, @Nullable Integer version) {
        RowSet<Row> rows =
                c.preparedQuery(GET).execute(Tuple.of(productId, scope.path(), version)).await();
        for (Row row : rows) {
            return view(row, true);
        }
        throw Rejected.notFound(
                version == null
                        ? "a script of product " + productId
                        : "script " + version + " of product " + productId);
    }

    static Page<ScriptView> list(
            SqlConnection c, Scope scope, long productId, int limit, int offset) {
        return Paged.read(
                c,
                COUNT,
                LIST,
                Tuple.of(productId, scope.path()),
                limit,
                offset,
                row -> view(row, false));
    }

    /** The product is locked. */
    static void put(
            SqlConnection c,
            long productId,
            String tenant,
            String source,
            String author,
            Instant now) {
        c.preparedQuery(PUT)
                .execute(Tuple.of(productId, tenant, source, author, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    /** False when that version does not have this source any more. The product is locked. */
    static boolean publish(
            SqlConnection c, long productId, int version, String source, boolean raw, Instant now) {
        return c.preparedQuery(PUBLISH)
                        .execute(
                                Tuple.of(
                                        productId,
                                        version,
                                        source,
                                        raw,
                                        now.atOffset(ZoneOffset.UTC)))
                        .await()
                        .rowCount()
                == 1;
    }

    /**
     * @param version null = none
     */
    static void putInForce(
            SqlConnection c, long productId, @Nullable Integer version, Instant now) {
        c.preparedQuery(PUT_IN_FORCE)
                .execute(Tuple.of(productId, version, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    private static ScriptView view(Row row, boolean withSource) {
        return new ScriptView(
                row.getInteger("version"),
                row.getBoolean("in_force"),
                row.getBoolean("raw"),
                withSource ? row.getString("source") : null,
                row.getString("author"),
                Rows.instant(row, "updated_at"),
                Rows.maybeInstant(row, "published_at"));
    }
}
