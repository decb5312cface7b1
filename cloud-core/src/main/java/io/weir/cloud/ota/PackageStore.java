package io.weir.cloud.ota;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ota.PackageOps.EndUpload;
import io.weir.api.ota.PackageOps.FirmwarePackage;
import io.weir.api.ota.PackageOps.ListPackages;
import io.weir.api.ota.PackageOps.PutPiece;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** SQL of packages and their content. */
final class PackageStore {
    private static final String COLUMNS =
            "id, tenant, product_id, product_key, module, version, source_versions, diff, mqtt,"
                    + " ext_data, size, md5, sha256, created_at";

    /** Those who add packages take turns, so that the tenant's limit holds. */
    private static final String TURN =
            "SELECT pg_advisory_xact_lock(hashtext('ota.package'), hashtext($1))";

    private static final String COUNT = "SELECT count(*) FROM ota.package WHERE tenant = $1";
    private static final String INSERT =
            """
            INSERT INTO ota.package (id, tenant, product_id, product_key, module, version, source_versions, diff, mqtt,
                ext_data, created_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (product_key, module, version, source_versions) DO NOTHING
            """;
    private static final String GET =
            "SELECT " + COLUMNS + " FROM ota.package WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String LOCK = GET + " FOR UPDATE";
    private static final String FILTERED =
            """
            FROM ota.package WHERE starts_with(tenant, $1) AND ($2::bigint IS NULL OR product_id = $2)
                AND ($3::text IS NULL OR module = $3)
            """;
    private static final String TOTAL = "SELECT count(*) " + FILTERED;
    private static final String LIST =
            "SELECT "
                    + COLUMNS
                    + " "
                    + FILTERED
                    + " ORDER BY created_at DESC, id LIMIT $4 OFFSET $5";
    private static final String USED =
            """
            SELECT 1 FROM ota.campaign
            WHERE package_id = $1 AND state NOT IN ('FINISHED', 'CANCELLED') LIMIT 1
            """;
    private static final String REMOVE =
            "DELETE FROM ota.package WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String DROP_PIECES = "DELETE FROM ota.piece WHERE package_id = $1";
    private static final String BEGIN =
            "UPDATE ota.package SET upload = $2, upload_at = $3 WHERE id = $1";

    /** The lock keeps another upload from beginning between the look and the piece. */
    private static final String PIECE =
            """
            WITH p AS (
                SELECT id, tenant FROM ota.package
                WHERE id = $1 AND upload = $2 AND size IS NULL AND starts_with(tenant, $3) FOR SHARE)
            INSERT INTO ota.piece (package_id, tenant, upload, at, bytes) SELECT id, tenant, $2, $4, $5 FROM p
            """;

    private static final String RECEIVED =
            """
            SELECT coalesce(sum(octet_length(p.bytes)), 0) FROM ota.piece p JOIN ota.package k ON k.id = p.package_id
            WHERE k.id = $1 AND k.upload = $2 AND p.upload = $2 AND k.size IS NULL
            """;
    private static final String END =
            "UPDATE ota.package SET size = $2, md5 = $3, sha256 = $4 WHERE id = $1";
    private static final String FORGET =
            """
            UPDATE ota.package SET upload = NULL, upload_at = NULL
            WHERE id = $1 AND upload = $2 AND size IS NULL AND starts_with(tenant, $3)
            """;
    private static final String UNFINISHED =
            """
            UPDATE ota.package SET upload = NULL, upload_at = NULL
            WHERE size IS NULL AND upload_at < $1 RETURNING id
            """;

    /** A block lies within one piece: both sizes are powers of two. */
    private static final String BLOCK =
            """
            SELECT substring(p.bytes FROM ($2 - p.at)::int + 1 FOR $3)
            FROM ota.piece p JOIN ota.package k ON k.id = p.package_id AND k.upload = p.upload
            WHERE k.id = $1 AND k.size IS NOT NULL AND p.at <= $2 ORDER BY p.at DESC LIMIT 1
            """;

    private PackageStore() {}

    static long countLocked(SqlConnection c, String tenant) {
        c.preparedQuery(TURN).execute(Tuple.of(tenant)).await();
        return number(c, COUNT, Tuple.of(tenant));
    }

    /** False when there is one like it. */
    static boolean insert(SqlConnection c, FirmwarePackage p, String by) {
        Map<String, Object> extData = p.extData();
        return c.preparedQuery(INSERT)
                        .execute(
                                Tuple.tuple()
                                        .addString(p.packageId())
                                        .addString(p.tenant())
                                        .addLong(p.productId())
                                        .addString(p.productKey())
                                        .addString(p.module())
                                        .addString(p.version())
                                        .addArrayOfString(p.sourceVersions().toArray(String[]::new))
                                        .addBoolean(p.diff())
                                        .addBoolean(p.mqtt())
                                        .addString(extData == null ? null : Json.text(extData))
                                        .addString(by)
                                        .addOffsetDateTime(p.createTms().atOffset(ZoneOffset.UTC)))
                        .await()
                        .rowCount()
                > 0;
    }

    /** Null when there is none in the scope. */
    static @Nullable FirmwarePackage get(SqlConnection c, Scope scope, String id) {
        return one(c, GET, Tuple.of(id, scope.path()));
    }

    /** The same, locked until the end of the transaction. */
    static @Nullable FirmwarePackage lock(SqlConnection c, Scope scope, String id) {
        return one(c, LOCK, Tuple.of(id, scope.path()));
    }

    private static @Nullable FirmwarePackage one(SqlConnection c, String sql, Tuple args) {
        for (Row row : c.preparedQuery(sql).execute(args).await()) {
            return view(row);
        }
        return null;
    }

    static Page<FirmwarePackage> list(SqlConnection c, Scope scope, ListPackages q) {
        Tuple filter = Tuple.from(Arrays.asList(scope.path(), q.productId(), q.module()));
        return Paged.read(c, TOTAL, LIST, filter, q.limit(), q.offset(), PackageStore::view);
    }

    static boolean used(SqlConnection c, String id) {
        return c.preparedQuery(USED).execute(Tuple.of(id)).await().size() > 0;
    }

    static void remove(SqlConnection c, Scope scope, String id) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id, scope.path())).await();
    }

    /** What an earlier upload has left is gone. */
    static void begin(SqlConnection c, String id, String upload, Instant now) {
        c.preparedQuery(DROP_PIECES).execute(Tuple.of(id)).await();
        c.preparedQuery(BEGIN).execute(Tuple.of(id, upload, now.atOffset(ZoneOffset.UTC))).await();
    }

    /** False when the upload is over. */
    static boolean piece(SqlConnection c, Scope scope, PutPiece p) {
        Tuple args =
                Tuple.of(
                        p.packageId(),
                        p.uploadId(),
                        scope.path(),
                        p.at(),
                        Buffer.buffer(p.bytes()));
        return c.preparedQuery(PIECE).execute(args).await().rowCount() > 0;
    }

    /** How many bytes of this upload are there. */
    static long received(SqlConnection c, String id, String upload) {
        return number(c, RECEIVED, Tuple.of(id, upload));
    }

    static void end(SqlConnection c, EndUpload e) {
        c.preparedQuery(END)
                .execute(Tuple.of(e.packageId(), e.size(), e.md5(), e.sha256()))
                .await();
    }

    static void drop(SqlConnection c, Scope scope, String id, String upload) {
        if (c.preparedQuery(FORGET).execute(Tuple.of(id, upload, scope.path())).await().rowCount()
                > 0) {
            c.preparedQuery(DROP_PIECES).execute(Tuple.of(id)).await();
        }
    }

    /** How many uploads nobody finished. */
    static int expire(SqlConnection c, Instant before) {
        int dropped = 0;
        for (Row row :
                c.preparedQuery(UNFINISHED)
                        .execute(Tuple.of(before.atOffset(ZoneOffset.UTC)))
                        .await()) {
            c.preparedQuery(DROP_PIECES).execute(Tuple.of(row.getString("id"))).await();
            dropped++;
        }
        return dropped;
    }

    /** Empty behind the end. */
    static byte[] block(SqlConnection c, String id, long at, int bytes) {
        for (Row row : c.preparedQuery(BLOCK).execute(Tuple.of(id, at, bytes)).await()) {
            return row.getBuffer(0).getBytes();
        }
        return new byte[0];
    }

    private static long number(SqlConnection c, String sql, Tuple args) {
        return c.preparedQuery(sql).execute(args).await().iterator().next().getLong(0);
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static FirmwarePackage view(Row row) {
        String extData = row.getString("ext_data");
        return new FirmwarePackage(
                row.getString("id"),
                row.getString("tenant"),
                row.getLong("product_id"),
                row.getString("product_key"),
                row.getString("module"),
                row.getString("version"),
                List.of(row.getArrayOfStrings("source_versions")),
                row.getBoolean("diff"),
                row.getBoolean("mqtt"),
                extData == null ? null : Json.read(extData, Map.class),
                row.getLong("size"),
                row.getString("md5"),
                row.getString("sha256"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
