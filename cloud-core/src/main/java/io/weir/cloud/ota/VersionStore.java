package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;

/** SQL of what devices say that they run. */
final class VersionStore {
    private static final String PUT =
            """
            INSERT INTO ota.module_version AS v (device_id, tenant, module, version, told_at)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
                AS n(device_id, tenant, module, version, told_at) ORDER BY 1, 2, 3
            ON CONFLICT (device_id, tenant, module) DO UPDATE SET version = excluded.version, told_at = excluded.told_at
            WHERE v.version <> excluded.version
            """;

    private VersionStore() {}

    /**
     * @param tenant the device's owner
     * @param at the gateway's clock
     */
    record Told(String device, String tenant, String module, String version, Instant at) {}

    /**
     * @param all no device's module twice
     */
    static void put(SqlConnection c, List<Told> all) {
        OffsetDateTime[] times =
                all.stream().map(t -> UpgradeStore.at(t.at())).toArray(OffsetDateTime[]::new);
        c.preparedQuery(PUT)
                .execute(
                        Tuple.tuple()
                                .addArrayOfString(texts(all, Told::device))
                                .addArrayOfString(texts(all, Told::tenant))
                                .addArrayOfString(texts(all, Told::module))
                                .addArrayOfString(texts(all, Told::version))
                                .addArrayOfOffsetDateTime(times))
                .await();
    }

    private static String[] texts(List<Told> all, Function<Told, String> of) {
        return all.stream().map(of).toArray(String[]::new);
    }
}
