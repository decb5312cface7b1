package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DeviceOps.Exposed;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** Gateways, the blocks of epochs they take, and the key that seals what they are sent. */
final class GatewayStore {
    private static final String ENSURE_DEFAULT =
            """
            INSERT INTO devices.gateway (gateway_id, serves, is_default, created_at)
            SELECT $1, '/', NOT EXISTS (SELECT FROM devices.gateway WHERE is_default AND serves = '/'), $2
            ON CONFLICT DO NOTHING
            """;
    private static final String ENSURE =
            """
            INSERT INTO devices.gateway (gateway_id, serves, is_default, created_at) VALUES ($1, '/', false, $2)
            ON CONFLICT (gateway_id) DO NOTHING
            """;
    private static final String DEFAULT_FOR =
            """
            SELECT gateway_id FROM devices.gateway WHERE is_default AND starts_with($1, serves)
            ORDER BY length(serves) DESC LIMIT 1
            """;
    private static final String EXISTS = "SELECT 1 FROM devices.gateway WHERE gateway_id = $1";
    private static final String TAKE_EPOCHS =
            "UPDATE devices.epoch SET next = next + $1 RETURNING next - $1 AS first";
    private static final String EXPOSED_FILTER =
            """
            FROM devices.device d
            WHERE starts_with(d.tenant, $2)
              AND (d.gateway_id = $1
                   OR EXISTS (SELECT FROM devices.change c WHERE c.gateway_id = $1 AND c.kind = 'device' AND c.key = d.device_id))
            """;
    private static final String COUNT_EXPOSED = "SELECT count(*) " + EXPOSED_FILTER;
    private static final String EXPOSED =
            "SELECT d.device_id, d.tenant, coalesce(d.gateway_id = $1, false) AS assigned "
                    + EXPOSED_FILTER
                    + " ORDER BY d.device_id LIMIT $3 OFFSET $4";
    private static final String KEY = "SELECT key_id FROM devices.sealing_key";
    private static final String LOCK_KEY =
            "SELECT pg_advisory_xact_lock(hashtext('devices.sealing_key'))";
    private static final String ADD_KEY =
            "INSERT INTO devices.sealing_key (key_id, created_at) VALUES ($1, $2)";

    private final Tx tx;

    GatewayStore(Tx tx) {
        this.tx = tx;
    }

    /**
     * The gateway exists; it is the default of all when there is none. Two nodes that start at once
     * may both try: whichever index refuses the second, the row is there.
     */
    void ensureDefault(String gateway, Instant now) {
        tx.system(c -> change(c, ENSURE_DEFAULT, Tuple.of(gateway, now.atOffset(ZoneOffset.UTC))));
    }

    /** A gateway of the trusted network that is heard of for the first time. */
    void ensure(String gateway, Instant now) {
        tx.system(c -> change(c, ENSURE, Tuple.of(gateway, now.atOffset(ZoneOffset.UTC))));
    }

    /** The gateway that new devices of a tenant are assigned to; null when none serves it. */
    static @Nullable String defaultFor(SqlConnection c, String tenant) {
        for (Row row : c.preparedQuery(DEFAULT_FOR).execute(Tuple.of(tenant)).await()) {
            return row.getString("gateway_id");
        }
        return null;
    }

    static boolean exists(SqlConnection c, String gateway) {
        return c.preparedQuery(EXISTS).execute(Tuple.of(gateway)).await().size() > 0;
    }

    /** Devices that are, or ever were, assigned to the gateway. */
    static Page<Exposed> exposed(
            SqlConnection c, Scope scope, String gateway, int limit, int offset) {
        return Paged.read(
                c,
                COUNT_EXPOSED,
                EXPOSED,
                Tuple.of(gateway, scope.path()),
                limit,
                offset,
                row ->
                        new Exposed(
                                row.getString("device_id"),
                                row.getString("tenant"),
                                row.getBoolean("assigned")));
    }

    long takeEpochs(int count) {
        return tx.system(
                c ->
                        c.preparedQuery(TAKE_EPOCHS)
                                .execute(Tuple.of((long) count))
                                .await()
                                .iterator()
                                .next()
                                .getLong("first"));
    }

    /**
     * Runs {@code work} with the id of the key that this database is sealed with, null when it has
     * none yet, alone among all nodes; the id that it answers is kept.
     */
    void sealingKey(Instant now, java.util.function.Function<@Nullable String, String> work) {
        tx.system(
                c -> {
                    c.query(LOCK_KEY).execute().await();
                    String known = null;
                    for (Row row : c.query(KEY).execute().await()) {
                        known = row.getString("key_id");
                    }
                    String id = work.apply(known);
                    return known == null
                            ? change(c, ADD_KEY, Tuple.of(id, now.atOffset(ZoneOffset.UTC)))
                            : 0;
                });
    }

    private static int change(SqlConnection c, String sql, Tuple values) {
        return c.preparedQuery(sql).execute(values).await().rowCount();
    }
}
