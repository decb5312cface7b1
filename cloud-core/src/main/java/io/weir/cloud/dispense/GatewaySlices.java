package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.SliceInput.Recalled;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The offline quota of a gateway that is given up, or of devices that it has no more (DESIGN
 * section 5): nothing more is granted to it, what never left the cloud goes back, and what did
 * stays reserved until the gateway's signed word or an operator's hand, however long it is silent.
 */
final class GatewaySlices {
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

    private final SliceStore slices = new SliceStore();

    /**
     * Takes grants and slices back.
     *
     * @param devices of these only; null for all of the gateway
     */
    void recall(
            SqlConnection c, String gateway, @Nullable Collection<String> devices, Instant now) {
        String[] those = devices == null ? null : devices.toArray(String[]::new);
        c.preparedQuery(RECALL_GRANTS)
                .execute(Tuple.of(gateway, now.atOffset(ZoneOffset.UTC)).addArrayOfString(those))
                .await();
        Tuple values = Tuple.of(gateway).addArrayOfString(those);
        List<String> live = strings(c, LIVE, values);
        for (PaidSlice before : slices.lock(c, Scope.PLATFORM, live)) {
            PaidSlice after = before.with(SliceFlow.apply(before.standing(), new Recalled()));
            if (!after.equals(before)) {
                slices.save(c, after, now);
            }
        }
    }

    /** How many slices left the cloud and may have been spent. */
    int out(SqlConnection c, String gateway) {
        Row row = c.preparedQuery(OUT).execute(Tuple.of(gateway)).await().iterator().next();
        return Math.toIntExact(row.getLong(0));
    }

    /** Devices that the gateway may sell offline, at most 500. */
    List<String> devices(SqlConnection c, String gateway, Instant now) {
        return strings(c, DEVICES, Tuple.of(gateway, now.atOffset(ZoneOffset.UTC)));
    }

    private static List<String> strings(SqlConnection c, String sql, Tuple values) {
        List<String> found = new ArrayList<>();
        c.preparedQuery(sql).execute(values).await().forEach(r -> found.add(r.getString(0)));
        return found;
    }
}
