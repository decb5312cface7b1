package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Hello;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** SQL of where devices find their gateway; all of it as weir_system. */
final class ArrivalStore {
    private static final String ASSIGNED =
            """
            SELECT d.gateway_id, d.tenant FROM devices.device d JOIN devices.product p USING (product_id)
            WHERE p.product_key = $1 AND d.device_name = $2
            """;
    private static final String ADDRESS =
            """
            SELECT public_host, public_mqtt_port FROM devices.gateway WHERE gateway_id = $1 AND public_host IS NOT NULL
            """;
    private static final String HELLO =
            """
            INSERT INTO devices.gateway (gateway_id, serves, is_default, created_at, public_host, public_mqtt_port)
            VALUES ($1, '/', false, $4, $2, $3)
            ON CONFLICT (gateway_id) DO UPDATE
            SET public_host = excluded.public_host, public_mqtt_port = excluded.public_mqtt_port
            """;
    private static final String ACTIVATED =
            """
            UPDATE devices.device SET activated_at = $3
            WHERE device_id = $1 AND gateway_id = $2 AND activated_at IS NULL
            """;

    private ArrivalStore() {}

    /** No row, or one with gateway_id (may be null) and tenant. */
    static RowSet<Row> assigned(SqlConnection c, String productKey, String deviceName) {
        return c.preparedQuery(ASSIGNED).execute(Tuple.of(productKey, deviceName)).await();
    }

    static Endpoint address(SqlConnection c, @Nullable String gateway) {
        for (Row row : c.preparedQuery(ADDRESS).execute(Tuple.of(gateway)).await()) {
            return new Endpoint(
                    RegistrationApi.SUCCESS,
                    "success",
                    row.getString("public_host"),
                    row.getInteger("public_mqtt_port"));
        }
        return new Endpoint(
                RegistrationApi.NO_ADDRESS, "the gateway has not told its address", null, 0);
    }

    static void hello(SqlConnection c, Hello hello, Instant now) {
        c.preparedQuery(HELLO)
                .execute(
                        Tuple.of(
                                hello.gateway(),
                                hello.publicHost(),
                                hello.publicMqttPort(),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    static void activated(SqlConnection c, Activated activated, Instant now) {
        c.preparedQuery(ACTIVATED)
                .execute(
                        Tuple.of(
                                activated.deviceId(),
                                activated.gateway(),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }
}
