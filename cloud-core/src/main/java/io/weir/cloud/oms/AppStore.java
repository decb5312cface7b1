package io.weir.cloud.oms;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.oms.AppOps.App;
import io.weir.model.Page;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/** SQL of apps and of used timestamps. As the system: the platform's own, secrets sealed. */
final class AppStore {
    private static final String FILTER = " WHERE ($1::text IS NULL OR vid = $1) ";
    private static final String COUNT = "SELECT count(*) FROM oms.app" + FILTER;
    private static final String LIST =
            "SELECT * FROM oms.app"
                    + FILTER
                    + "ORDER BY created_at DESC, app_id LIMIT $2 OFFSET $3";
    private static final String GET = "SELECT * FROM oms.app WHERE app_id = $1 FOR UPDATE";
    private static final String ADD =
            """
            INSERT INTO oms.app (app_id, tenant, vid, name, key_id, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;
    private static final String ROTATE =
            """
            UPDATE oms.app SET old_key_id = key_id, old_sealed = sealed, old_until = $4, key_id = $2, sealed = $3
            WHERE app_id = $1
            """;
    private static final String REVOKE =
            "UPDATE oms.app SET revoked_at = $2, old_until = NULL WHERE app_id = $1";
    private static final String STAMP =
            "INSERT INTO oms.stamp (app_id, stamp, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    private static final String FORGET = "DELETE FROM oms.stamp WHERE at < $1";

    /**
     * @param oldSealed of the secret before; null when there is none
     */
    record Kept(
            App app,
            String tenant,
            String keyId,
            Buffer sealed,
            @Nullable String oldKeyId,
            @Nullable Buffer oldSealed) {}

    private AppStore() {}

    static Page<App> list(SqlConnection c, @Nullable String vid, int limit, int offset) {
        return Paged.read(
                c,
                COUNT,
                LIST,
                Tuple.from(Arrays.asList(vid)),
                limit,
                offset,
                row -> kept(row).app());
    }

    static @Nullable Kept locked(SqlConnection c, String appId) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(appId)).await()) {
            return kept(row);
        }
        return null;
    }

    static void add(SqlConnection c, App app, String tenant, String keyId, Buffer sealed) {
        c.preparedQuery(ADD)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        app.appId(),
                                        tenant,
                                        app.vid(),
                                        app.name(),
                                        keyId,
                                        sealed,
                                        at(app.createTms()))))
                .await();
    }

    static void rotate(SqlConnection c, String appId, String keyId, Buffer sealed, Instant until) {
        c.preparedQuery(ROTATE).execute(Tuple.of(appId, keyId, sealed, at(until))).await();
    }

    static void revoke(SqlConnection c, String appId, Instant now) {
        c.preparedQuery(REVOKE).execute(Tuple.of(appId, at(now))).await();
    }

    /** False when this timestamp was used before. */
    static boolean use(SqlConnection c, String appId, long stamp, Instant now) {
        return c.preparedQuery(STAMP).execute(Tuple.of(appId, stamp, at(now))).await().rowCount()
                == 1;
    }

    static void forget(SqlConnection c, Instant before) {
        c.preparedQuery(FORGET).execute(Tuple.of(at(before))).await();
    }

    private static Kept kept(Row row) {
        OffsetDateTime until = row.getOffsetDateTime("old_until");
        return new Kept(
                new App(
                        row.getString("app_id"),
                        row.getString("vid"),
                        row.getString("name"),
                        row.getOffsetDateTime("revoked_at") != null,
                        until == null ? null : until.toInstant(),
                        row.getOffsetDateTime("created_at").toInstant()),
                row.getString("tenant"),
                row.getString("key_id"),
                row.getBuffer("sealed"),
                row.getString("old_key_id"),
                row.getBuffer("old_sealed"));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
