package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.ProductOps.Registration;
import io.weir.cloud.devices.RegistrationFlow.Named;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;

/** SQL of devices that register by themselves; all of it as weir_system. */
final class RegistrationStore {
    private static final String PRODUCT =
            """
            SELECT product_id, tenant, product_secret, registration, require_tls, enabled FROM devices.product WHERE product_key = $1
            """;
    private static final String DEVICE =
            """
            SELECT device_id, tenant, device_secret, (confirmed OR lifecycle = 'QC') IS TRUE AS confirmed, enabled, gateway_id, activated_at
            FROM devices.device WHERE product_id = $1 AND device_name = $2 FOR UPDATE
            """;
    private static final String TAKEN = "SELECT 1 FROM devices.device WHERE device_id = $1";
    private static final String OPEN_BATCH =
            """
            INSERT INTO devices.batch (tenant, vendor, name, batch_no, product_id, amount, remark, created_at, confirmed_at)
            VALUES ($1, $2, 'registered', $3, $4, 1, 'devices that registered without a whitelist', $5, $5)
            ON CONFLICT (vendor, batch_no) DO UPDATE SET amount = batch.amount + 1
            RETURNING batch_id
            """;
    private static final String MADE =
            "SELECT amount FROM devices.batch WHERE vendor = $1 AND batch_no = $2";
    private static final String MAKE =
            """
            INSERT INTO devices.device (device_id, tenant, product_id, batch_id, device_name, device_secret, name, remark,
                type, confirmed, enabled, gateway_id, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $5, '', 0, true, true, $7, $8)
            """;
    private static final String TOKEN =
            "SELECT client_id, device_token FROM devices.registration WHERE device_id = $1";
    private static final String ANSWERED =
            """
            INSERT INTO devices.registration (device_id, tenant, random, address, answers, replays, first_at, last_at)
            VALUES ($1, $2, $3, $4, 1, 0, $5, $5)
            ON CONFLICT (device_id) DO UPDATE SET answers = registration.answers + 1,
                replays = registration.replays + CASE WHEN registration.random = excluded.random THEN 1 ELSE 0 END,
                random = excluded.random, address = excluded.address, last_at = excluded.last_at
            """;
    private static final String SET_TOKEN =
            """
            UPDATE devices.registration SET client_id = $2, device_token = $3, token_hash = $4 WHERE device_id = $1
            """;

    private RegistrationStore() {}

    record ProductSecret(
            long id,
            String tenant,
            Buffer secret,
            Registration registration,
            boolean requireTls,
            boolean enabled) {}

    /**
     * @param gateway the one it is assigned to, null when none
     */
    record Registering(String id, String tenant, Buffer secret, Named named) {}

    /**
     * @param token sealed
     */
    record Token(String clientId, Buffer token) {}

    static @Nullable ProductSecret product(SqlConnection c, String key) {
        for (Row row : c.preparedQuery(PRODUCT).execute(Tuple.of(key)).await()) {
            return new ProductSecret(
                    row.getLong("product_id"),
                    row.getString("tenant"),
                    row.getBuffer("product_secret"),
                    Registration.valueOf(row.getString("registration")),
                    row.getBoolean("require_tls"),
                    row.getBoolean("enabled"));
        }
        return null;
    }

    /** Under its lock: of two requests at once the second sees what the first has done. */
    static @Nullable Registering device(
            SqlConnection c, long productId, String name, String gateway) {
        for (Row row : c.preparedQuery(DEVICE).execute(Tuple.of(productId, name)).await()) {
            return new Registering(
                    row.getString("device_id"),
                    row.getString("tenant"),
                    row.getBuffer("device_secret"),
                    new Named(
                            gateway.equals(row.getString("gateway_id")),
                            row.getBoolean("confirmed"),
                            row.getBoolean("enabled"),
                            row.getOffsetDateTime("activated_at") != null));
        }
        return null;
    }

    static boolean taken(SqlConnection c, String deviceId) {
        return c.preparedQuery(TAKEN).execute(Tuple.of(deviceId)).await().size() > 0;
    }

    /** How many devices of the product were made by registration. */
    static long made(SqlConnection c, ProductSecret product, String productKey) {
        Tuple which = Tuple.of(Scope.vendorOf(product.tenant()), batchNo(productKey));
        for (Row row : c.preparedQuery(MADE).execute(which).await()) {
            return row.getInteger("amount");
        }
        return 0;
    }

    /** A new device, in stock, in the product's batch of those that registered. */
    static void make(
            SqlConnection c,
            ProductSecret product,
            String productKey,
            String id,
            String name,
            Buffer secret,
            String gateway,
            Instant now) {
        var at = now.atOffset(ZoneOffset.UTC);
        long batch =
                c.preparedQuery(OPEN_BATCH)
                        .execute(
                                Tuple.of(
                                        product.tenant(),
                                        Scope.vendorOf(product.tenant()),
                                        batchNo(productKey),
                                        product.id(),
                                        at))
                        .await()
                        .iterator()
                        .next()
                        .getLong("batch_id");
        c.preparedQuery(MAKE)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        id,
                                        product.tenant(),
                                        product.id(),
                                        batch,
                                        name,
                                        secret,
                                        gateway,
                                        at)))
                .await();
    }

    static @Nullable Token token(SqlConnection c, String deviceId) {
        for (Row row : c.preparedQuery(TOKEN).execute(Tuple.of(deviceId)).await()) {
            String clientId = row.getString("client_id");
            return clientId == null ? null : new Token(clientId, row.getBuffer("device_token"));
        }
        return null;
    }

    /** One more answer; with the random number of the one before it is a replay. */
    static void answered(
            SqlConnection c,
            String deviceId,
            String tenant,
            String random,
            String address,
            Instant now) {
        c.preparedQuery(ANSWERED)
                .execute(Tuple.of(deviceId, tenant, random, address, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    static void setToken(SqlConnection c, String deviceId, Token token, String hash) {
        c.preparedQuery(SET_TOKEN)
                .execute(Tuple.of(deviceId, token.clientId(), token.token(), hash))
                .await();
    }

    private static String batchNo(String productKey) {
        return "registered-" + productKey;
    }
}
