package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DeviceOps.RegisterDevices;

import java.time.Instant;
import java.util.Arrays;

/** SQL of what is told of devices when they are registered. */
final class EnrolStore {
    private static final String STOCK =
            """
            UPDATE devices.device SET confirmed = true, type = coalesce($2, type), model = coalesce($3, model),
                hw_version = coalesce($4, hw_version), sw_version = coalesce($5, sw_version), manufactured_at = $6
            WHERE batch_id = $1
            """;

    private EnrolStore() {}

    static void stock(SqlConnection c, long batch, RegisterDevices q) {
        Integer type = q.type();
        Instant made = q.manufactureTms();
        c.preparedQuery(STOCK)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        batch,
                                        type == null ? null : type.shortValue(),
                                        q.model(),
                                        q.hwVersion(),
                                        q.swVersion(),
                                        made == null ? null : Rows.timestamp(made))))
                .await();
    }
}
