package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import java.util.ArrayList;
import java.util.List;

/**
 * What gateways have to fetch. A gateway's counter row is locked from the number's birth to the
 * commit, so numbers become visible in their order and a gateway that has seen n will never meet a
 * number up to n again: it misses nothing. Mark last in a transaction; the lock is short then.
 */
final class ChangeStore {
    private static final String MARK =
            """
            WITH counter AS (
                UPDATE devices.gateway SET change_no = change_no + cardinality($3::text[]) WHERE gateway_id = $1
                RETURNING change_no - cardinality($3::text[]) AS base
            )
            INSERT INTO devices.change (gateway_id, kind, key, version, tenant)
            SELECT $1, $2, k.key, counter.base + k.n, k.tenant
            FROM counter, unnest($3::text[], $4::text[]) WITH ORDINALITY AS k (key, tenant, n)
            ON CONFLICT (gateway_id, kind, key) DO UPDATE SET version = excluded.version, tenant = excluded.tenant
            RETURNING version
            """;
    private static final String GATEWAYS_OF_PRODUCT =
            """
            SELECT DISTINCT gateway_id FROM devices.device WHERE product_id = $1 AND gateway_id IS NOT NULL
            ORDER BY gateway_id
            """;
    private static final String DEVICES_OF_PRODUCT =
            """
            SELECT device_id, tenant FROM devices.device
            WHERE product_id = $1 AND gateway_id = $2 AND (confirmed OR lifecycle = 'QC') ORDER BY device_id
            """;
    private static final String LOCK_PRODUCT =
            "SELECT pg_advisory_xact_lock(hashtext('devices.product'), $1::int)";
    private static final String SHARE_PRODUCT =
            "SELECT pg_advisory_xact_lock_shared(hashtext('devices.product'), $1::int)";

    /** Who checks a device before it is in stock needs it connected. */
    private static final String DEVICE_COLUMNS =
            """
            d.device_id, d.device_name, d.tenant, d.device_secret, (d.confirmed OR d.lifecycle = 'QC') IS TRUE AS confirmed, d.enabled, d.gateway_id,
            p.product_id, p.product_key, p.enabled AS product_enabled, r.token_hash,
            (SELECT t.gateway_device_id FROM devices.topology t WHERE t.sub_id = d.device_id) AS parent
            """;

    private static final String PAGE =
            """
            SELECT c.version, c.kind, %s
            FROM devices.change c
            LEFT JOIN devices.device d ON c.kind = 'device' AND d.device_id = c.key
            LEFT JOIN devices.registration r ON r.device_id = d.device_id
            JOIN devices.product p ON p.product_id = coalesce(d.product_id, CASE c.kind WHEN 'product' THEN c.key::bigint END)
            WHERE c.gateway_id = $1 AND c.version > $2 ORDER BY c.version LIMIT $3
            """
                    .formatted(DEVICE_COLUMNS);
    private static final String PRODUCTS =
            """
            SELECT p.product_key, p.tsl, p.controlled, p.enabled, p.require_tls, p.topics::text AS topics, p.script_version, s.source, s.raw
            FROM devices.product p
            LEFT JOIN devices.script s ON s.product_id = p.product_id AND s.version = p.script_version
            WHERE p.product_id = ANY ($1)
            """;
    private static final String COUNTER =
            "SELECT change_no FROM devices.gateway WHERE gateway_id = $1";
    private static final String LOOKUP =
            """
            SELECT %s FROM devices.device d JOIN devices.product p USING (product_id)
            LEFT JOIN devices.registration r USING (device_id)
            WHERE p.product_key = $1 AND d.device_name = $2 AND d.gateway_id = $3
            """
                    .formatted(DEVICE_COLUMNS);

    private ChangeStore() {}

    /** These devices changed, for this gateway. Answers the last version given, 0 for none. */
    static long devices(SqlConnection c, String gateway, List<Marked> devices) {
        return mark(c, gateway, "device", devices);
    }

    /**
     * A product changed, for every gateway that serves devices of it.
     *
     * @param devicesToo its devices are usable no more, or again
     */
    static long product(SqlConnection c, long productId, String tenant, boolean devicesToo) {
        List<String> gateways = new ArrayList<>();
        for (Row row : c.preparedQuery(GATEWAYS_OF_PRODUCT).execute(Tuple.of(productId)).await()) {
            gateways.add(row.getString("gateway_id"));
        }
        long last = 0;
        var product = List.of(new Marked(Long.toString(productId), tenant));
        for (String gateway : gateways) {
            last = Math.max(last, mark(c, gateway, "product", product));
            if (devicesToo) {
                last = Math.max(last, mark(c, gateway, "device", devicesOf(c, productId, gateway)));
            }
        }
        return last;
    }

    /**
     * Before a product's grant is changed: no device of it is being assigned to a gateway
     * meanwhile, so every gateway that must hear of the change is known.
     */
    static void lockProduct(SqlConnection c, long productId) {
        c.preparedQuery(LOCK_PRODUCT).execute(Tuple.of((int) productId)).await();
    }

    /** Before a device of the product is assigned to a gateway. */
    static void shareProduct(SqlConnection c, long productId) {
        c.preparedQuery(SHARE_PRODUCT).execute(Tuple.of((int) productId)).await();
    }

    static RowSet<Row> page(SqlConnection c, String gateway, long since, int limit) {
        return c.preparedQuery(PAGE).execute(Tuple.of(gateway, since, limit)).await();
    }

    /** The last number given to a gateway, 0 when it is unknown. */
    static long counter(SqlConnection c, String gateway) {
        for (Row row : c.preparedQuery(COUNTER).execute(Tuple.of(gateway)).await()) {
            return row.getLong("change_no");
        }
        return 0;
    }

    static RowSet<Row> lookup(
            SqlConnection c, String productKey, String deviceName, String gateway) {
        return c.preparedQuery(LOOKUP).execute(Tuple.of(productKey, deviceName, gateway)).await();
    }

    static RowSet<Row> products(SqlConnection c, Long[] productIds) {
        return c.preparedQuery(PRODUCTS).execute(Tuple.of(productIds)).await();
    }

    private static List<Marked> devicesOf(SqlConnection c, long productId, String gateway) {
        List<Marked> devices = new ArrayList<>();
        for (Row row :
                c.preparedQuery(DEVICES_OF_PRODUCT).execute(Tuple.of(productId, gateway)).await()) {
            devices.add(new Marked(row.getString("device_id"), row.getString("tenant")));
        }
        return devices;
    }

    private static long mark(SqlConnection c, String gateway, String kind, List<Marked> changed) {
        if (changed.isEmpty()) {
            return 0;
        }
        String[] keys = changed.stream().map(Marked::key).toArray(String[]::new);
        String[] tenants = changed.stream().map(Marked::tenant).toArray(String[]::new);
        long last = 0;
        for (Row row :
                c.preparedQuery(MARK).execute(Tuple.of(gateway, kind, keys, tenants)).await()) {
            last = Math.max(last, row.getLong("version"));
        }
        return last;
    }

    /**
     * @param key device or product id
     * @param tenant path of its owner
     */
    record Marked(String key, String tenant) {}
}
