package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A gateway's grants and slices. Of some devices, or, with null, of all that it has. */
final class GatewaySliceStore {
    private static final String RECALL_GRANTS =
            """
            UPDATE dispense.quota_grant SET recalled_at = $2
            WHERE gateway = $1 AND recalled_at IS NULL AND ($3::text[] IS NULL OR device_id = ANY($3))
            """;
    private static final String LIVE =
            """
            SELECT id FROM dispense.slice
            WHERE gateway = $1 AND state IN ('CREATED', 'HELD', 'SERVED', 'TAKEN') AND NOT recalled
              AND ($2::text[] IS NULL OR device_id = ANY($2))
            ORDER BY id
            """;
    private static final String OUT =
            "SELECT count(*) FROM dispense.slice WHERE gateway = $1 AND state IN ('SERVED',"
                    + " 'TAKEN')";
    private static final String DEVICES =
            """
            SELECT device_id FROM dispense.quota_grant WHERE gateway = $1 AND recalled_at IS NULL AND expires_at > $2
            GROUP BY device_id ORDER BY device_id LIMIT 500
            """;

    void recallGrants(
            SqlConnection c, String gateway, @Nullable Collection<String> devices, Instant now) {
        Tuple values = Tuple.of(gateway, now.atOffset(ZoneOffset.UTC));
        c.preparedQuery(RECALL_GRANTS).execute(values.addArrayOfString(those(devices))).await();
    }

    /** Slices that are not final and not recalled yet. */
    List<String> live(SqlConnection c, String gateway, @Nullable Collection<String> devices) {
        return strings(c, LIVE, Tuple.of(gateway).addArrayOfString(those(devices)));
    }

    int out(SqlConnection c, String gateway) {
        Row row = c.preparedQuery(OUT).execute(Tuple.of(gateway)).await().iterator().next();
        return Math.toIntExact(row.getLong(0));
    }

    List<String> devices(SqlConnection c, String gateway, Instant now) {
        return strings(c, DEVICES, Tuple.of(gateway, now.atOffset(ZoneOffset.UTC)));
    }

    private static String @Nullable [] those(@Nullable Collection<String> devices) {
        return devices == null ? null : devices.toArray(String[]::new);
    }

    private static List<String> strings(SqlConnection c, String sql, Tuple values) {
        List<String> found = new ArrayList<>();
        c.preparedQuery(sql).execute(values).await().forEach(r -> found.add(r.getString(0)));
        return found;
    }
}
