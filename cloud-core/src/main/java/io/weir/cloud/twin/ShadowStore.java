package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.json.Json;

/** SQL of shadows. */
final class ShadowStore {
    private static final String BEGIN =
            """
            INSERT INTO twin.shadow (device_id, tenant, reported, desired, reported_meta, desired_meta, version, at_s)
            VALUES ($1, $2, '{}', '{}', '{}', '{}', 0, 0) ON CONFLICT DO NOTHING
            """;
    private static final String GET =
            """
            SELECT reported, desired, reported_meta, desired_meta, version, at_s, pending
            FROM twin.shadow WHERE device_id = $1 AND tenant = $2
            """;
    private static final String LOCK = GET + " FOR UPDATE";
    private static final String PUT =
            """
            UPDATE twin.shadow SET reported = $3, desired = $4, reported_meta = $5, desired_meta = $6, version = $7,
                at_s = $8, pending = $9
            WHERE device_id = $1 AND tenant = $2
            """;
    private static final String TOLD =
            """
            UPDATE twin.shadow SET pending = false WHERE device_id = $1 AND tenant = $2 AND version = $3
            """;

    private ShadowStore() {}

    /**
     * @param pending the device has yet to be told what is desired
     */
    record Kept(Shadow shadow, boolean pending) {}

    static Kept get(SqlConnection c, Own own) {
        return read(c, GET, own);
    }

    /** Locked until the end of the transaction. */
    static Shadow lock(SqlConnection c, Own own) {
        c.preparedQuery(BEGIN).execute(Tuple.of(own.deviceId(), own.tenant())).await();
        return read(c, LOCK, own).shadow();
    }

    static void put(SqlConnection c, Own own, Shadow s, boolean pending) {
        c.preparedQuery(PUT)
                .execute(
                        Tuple.tuple()
                                .addValue(own.deviceId())
                                .addValue(own.tenant())
                                .addValue(s.reported().toString())
                                .addValue(s.desired().toString())
                                .addValue(s.reportedMeta().toString())
                                .addValue(s.desiredMeta().toString())
                                .addValue(s.version())
                                .addValue(s.timestamp())
                                .addValue(pending))
                .await();
    }

    static void told(SqlConnection c, Own own, long version) {
        c.preparedQuery(TOLD).execute(Tuple.of(own.deviceId(), own.tenant(), version)).await();
    }

    private static Kept read(SqlConnection c, String sql, Own own) {
        for (Row row :
                c.preparedQuery(sql).execute(Tuple.of(own.deviceId(), own.tenant())).await()) {
            var shadow =
                    new Shadow(
                            object(row, "reported"),
                            object(row, "desired"),
                            object(row, "reported_meta"),
                            object(row, "desired_meta"),
                            row.getLong("version"),
                            row.getLong("at_s"));
            return new Kept(shadow, row.getBoolean("pending"));
        }
        return new Kept(Shadow.empty(), false);
    }

    private static ObjectNode object(Row row, String column) {
        return Json.read(row.getString(column), ObjectNode.class);
    }
}
