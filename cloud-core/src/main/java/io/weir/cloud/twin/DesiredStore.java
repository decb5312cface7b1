package io.weir.cloud.twin;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** SQL of desired properties. */
final class DesiredStore {
    private static final String ALL =
            """
            SELECT identifier, value, version, delivered FROM twin.desired
            WHERE device_id = $1 AND tenant = $2 ORDER BY identifier FOR UPDATE
            """;
    private static final String SET =
            """
            INSERT INTO twin.desired AS d (device_id, tenant, identifier, value, version, updated_at)
            VALUES ($1, $2, $3, $4, 1, $5)
            ON CONFLICT (device_id, tenant, identifier) DO UPDATE SET
                value = excluded.value, version = d.version + 1, updated_at = excluded.updated_at
            """;
    private static final String DROP =
            """
            UPDATE twin.desired SET value = NULL, version = version + 1, updated_at = $4
            WHERE device_id = $1 AND tenant = $2 AND identifier = $3 AND value IS NOT NULL
            """;
    private static final String DELIVERED =
            """
            UPDATE twin.desired SET delivered = $4
            WHERE device_id = $1 AND tenant = $2 AND identifier = $3 AND delivered < $4
            """;

    private DesiredStore() {}

    /**
     * @param value JSON; null when it was deleted
     */
    record Entry(@Nullable String value, long version, long delivered) {
        boolean pending() {
            return value != null && delivered < version;
        }
    }

    /** By identifier; locked until the end of the transaction. */
    static Map<String, Entry> all(SqlConnection c, Own own) {
        Map<String, Entry> all = new LinkedHashMap<>();
        for (Row row :
                c.preparedQuery(ALL).execute(Tuple.of(own.deviceId(), own.tenant())).await()) {
            all.put(
                    row.getString("identifier"),
                    new Entry(
                            row.getString("value"),
                            row.getLong("version"),
                            row.getLong("delivered")));
        }
        return all;
    }

    static void set(SqlConnection c, Own own, String identifier, String value, Instant now) {
        c.preparedQuery(SET)
                .execute(
                        Tuple.of(
                                own.deviceId(),
                                own.tenant(),
                                identifier,
                                value,
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    /** False when there was none. */
    static boolean drop(SqlConnection c, Own own, String identifier, Instant now) {
        Tuple args =
                Tuple.of(own.deviceId(), own.tenant(), identifier, now.atOffset(ZoneOffset.UTC));
        return c.preparedQuery(DROP).execute(args).await().rowCount() > 0;
    }

    static void delivered(SqlConnection c, Own own, String identifier, long version) {
        c.preparedQuery(DELIVERED)
                .execute(Tuple.of(own.deviceId(), own.tenant(), identifier, version))
                .await();
    }
}
