package io.weir.cloud.files;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.files.FilesApi.DeviceFile;
import io.weir.cloud.files.Upload.Conflict;
import io.weir.model.Page;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SQL of files. Uploads are written by the system for a device; people read within their scope. */
final class FileStore {
    private static final String UPLOAD =
            "SELECT id, tenant, device_id, name, size, conflict, checksum, init_uid, received, crc,"
                    + " finished_at FROM files.file ";
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtext('files'), hashtext($1))";
    private static final String BY_ID = UPLOAD + "WHERE id = $1 AND device_id = $2 FOR UPDATE";
    private static final String FINISHED =
            UPLOAD
                    + "WHERE tenant = $1 AND device_id = $2 AND name = $3 AND finished_at IS NOT"
                    + " NULL FOR UPDATE";
    private static final String RESUMED =
            UPLOAD
                    + "WHERE tenant = $1 AND device_id = $2 AND name = $3 AND init_uid = $4 AND"
                    + " finished_at IS NULL FOR UPDATE";
    private static final String COUNT =
            "SELECT count(*) FROM files.file WHERE device_id = $1 AND tenant = $2 AND finished_at"
                    + " IS NOT NULL";
    private static final String DROP_OTHERS =
            "DELETE FROM files.file WHERE tenant = $1 AND device_id = $2 AND name = $3 AND"
                    + " finished_at IS NULL";
    private static final String INSERT =
            """
            INSERT INTO files.file
                (id, tenant, device_id, name, size, conflict, checksum, init_uid, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;
    private static final String PIECE =
            "INSERT INTO files.piece (file_id, tenant, at, bytes) VALUES ($1, $2, $3, $4)";
    private static final String RECEIVED =
            "UPDATE files.file SET received = $2, crc = $3 WHERE id = $1";
    private static final String FINISH =
            "UPDATE files.file SET finished_at = $2, size = received WHERE id = $1";
    private static final String MOVE =
            "UPDATE files.piece SET file_id = $2, at = at + $3 WHERE file_id = $1";
    private static final String GROW =
            "UPDATE files.file SET received = received + $2, size = received + $2, finished_at = $3"
                    + " WHERE id = $1";
    private static final String DELETE = "DELETE FROM files.file WHERE id = $1";
    private static final String EXPIRE =
            "DELETE FROM files.file WHERE finished_at IS NULL AND created_at < $1";
    private static final String LIST =
            """
            SELECT id, device_id, name, size, finished_at, count(*) OVER () AS total FROM files.file
            WHERE device_id = $1 AND starts_with(tenant, $2) AND finished_at IS NOT NULL
            ORDER BY finished_at DESC, id LIMIT $3 OFFSET $4
            """;
    private static final String GET =
            """
            SELECT id, device_id, name, size, finished_at FROM files.file
            WHERE id = $1 AND device_id = $2 AND starts_with(tenant, $3) AND finished_at IS NOT NULL
            """;
    private static final String REMOVE =
            "DELETE FROM files.file WHERE id = $1 AND device_id = $2 AND starts_with(tenant, $3)"
                    + " AND finished_at IS NOT NULL RETURNING tenant";
    private static final String READ =
            """
            SELECT at, bytes FROM files.piece
            WHERE file_id = $1 AND starts_with(tenant, $2) AND at <= $3 ORDER BY at DESC LIMIT 1
            """;

    private FileStore() {}

    /** One after the other for each device: limits and names hold. */
    static void lock(SqlConnection c, String device) {
        c.preparedQuery(LOCK).execute(Tuple.of(device)).await();
    }

    static @Nullable Upload byId(SqlConnection c, String id, String device) {
        return upload(c, BY_ID, Tuple.of(id, device));
    }

    static @Nullable Upload finished(SqlConnection c, String tenant, String device, String name) {
        return upload(c, FINISHED, Tuple.of(tenant, device, name));
    }

    static @Nullable Upload resumed(
            SqlConnection c, String tenant, String device, String name, String initUid) {
        return initUid.isEmpty()
                ? null
                : upload(c, RESUMED, Tuple.of(tenant, device, name, initUid));
    }

    static long count(SqlConnection c, String tenant, String device) {
        return c.preparedQuery(COUNT)
                .execute(Tuple.of(device, tenant))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** A new upload of a name ends an unfinished one of the same name. */
    static void insert(SqlConnection c, Upload u, Instant now) {
        c.preparedQuery(DROP_OTHERS).execute(Tuple.of(u.tenant(), u.deviceId(), u.name())).await();
        c.preparedQuery(INSERT)
                .execute(
                        Tuple.of(u.id(), u.tenant(), u.deviceId(), u.name(), u.size())
                                .addString(u.conflict().word())
                                .addString(u.checksum())
                                .addString(u.initUid())
                                .addOffsetDateTime(at(now)))
                .await();
    }

    static void piece(SqlConnection c, Upload u, byte[] bytes, long crc) {
        c.preparedQuery(PIECE)
                .execute(Tuple.of(u.id(), u.tenant(), u.received(), Buffer.buffer(bytes)))
                .await();
        c.preparedQuery(RECEIVED)
                .execute(Tuple.of(u.id(), u.received() + bytes.length, crc))
                .await();
    }

    static void finish(SqlConnection c, String id, Instant now) {
        c.preparedQuery(FINISH).execute(Tuple.of(id, at(now))).await();
    }

    /** The upload's bytes become the end of a finished file. */
    static void append(SqlConnection c, Upload u, Upload to, Instant now) {
        c.preparedQuery(MOVE).execute(Tuple.of(u.id(), to.id(), to.received())).await();
        c.preparedQuery(GROW).execute(Tuple.of(to.id(), u.received(), at(now))).await();
        delete(c, u.id());
    }

    static void delete(SqlConnection c, String id) {
        c.preparedQuery(DELETE).execute(Tuple.of(id)).await();
    }

    static int expire(SqlConnection c, Instant before) {
        return c.preparedQuery(EXPIRE).execute(Tuple.of(at(before))).await().rowCount();
    }

    static Page<DeviceFile> list(
            SqlConnection c, Scope scope, String device, int limit, int offset) {
        List<DeviceFile> files = new ArrayList<>();
        long total = 0;
        for (Row row :
                c.preparedQuery(LIST)
                        .execute(Tuple.of(device, scope.path(), limit, offset))
                        .await()) {
            files.add(file(row));
            total = row.getLong("total");
        }
        return new Page<>(total, files);
    }

    static @Nullable DeviceFile get(SqlConnection c, Scope scope, String device, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id, device, scope.path())).await()) {
            return file(row);
        }
        return null;
    }

    /** Whose it was; null when there was none. */
    static @Nullable String remove(SqlConnection c, Scope scope, String device, String id) {
        for (Row row :
                c.preparedQuery(REMOVE).execute(Tuple.of(id, device, scope.path())).await()) {
            return row.getString("tenant");
        }
        return null;
    }

    /** The rest of the piece that holds this byte; empty when there is none. */
    static byte[] read(SqlConnection c, Scope scope, String id, long from) {
        for (Row row : c.preparedQuery(READ).execute(Tuple.of(id, scope.path(), from)).await()) {
            byte[] bytes = row.getBuffer("bytes").getBytes();
            long skip = from - row.getLong("at");
            return skip >= bytes.length
                    ? new byte[0]
                    : java.util.Arrays.copyOfRange(bytes, (int) skip, bytes.length);
        }
        return new byte[0];
    }

    private static @Nullable Upload upload(SqlConnection c, String sql, Tuple arguments) {
        for (Row row : c.preparedQuery(sql).execute(arguments).await()) {
            return new Upload(
                    row.getString("id"),
                    row.getString("tenant"),
                    row.getString("device_id"),
                    row.getString("name"),
                    row.getLong("size"),
                    Conflict.valueOf(row.getString("conflict").toUpperCase(Locale.ROOT)),
                    row.getString("checksum"),
                    row.getString("init_uid"),
                    row.getLong("received"),
                    row.getLong("crc"),
                    row.getOffsetDateTime("finished_at") != null);
        }
        return null;
    }

    private static DeviceFile file(Row row) {
        return new DeviceFile(
                row.getString("id"),
                row.getString("device_id"),
                row.getString("name"),
                row.getLong("size"),
                row.getOffsetDateTime("finished_at").toInstant());
    }

    private static OffsetDateTime at(Instant when) {
        return when.atOffset(ZoneOffset.UTC);
    }
}
