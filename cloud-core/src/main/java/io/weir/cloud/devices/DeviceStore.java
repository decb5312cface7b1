package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.DevicesOfProduct;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL of devices. */
final class DeviceStore {
    private static final String GET =
            "SELECT %s %s WHERE d.device_id = $1".formatted(DeviceRow.COLUMNS, DeviceRow.FROM);
    private static final String LOCK =
            "SELECT gateway_id, tenant, product_id, confirmed, lifecycle = 'QC' AS qc, removed_at"
                    + " IS NOT NULL AS removed"
                    + " FROM devices.device WHERE device_id = $1 FOR UPDATE";
    private static final String UPDATE =
            """
            UPDATE devices.device SET name = coalesce($2, name), remark = coalesce($3, remark), tenant = coalesce($4, tenant)
            WHERE device_id = $1
            """;
    private static final String UPDATE_PRESENCE =
            "UPDATE devices.presence SET tenant = $2 WHERE device_id = $1";
    private static final String UPDATE_REGISTRATION =
            "UPDATE devices.registration SET tenant = $2 WHERE device_id = $1";
    private static final String SET_ENABLED =
            "UPDATE devices.device SET enabled = $2 WHERE device_id = $1";
    private static final String MODEL = "SELECT tsl FROM devices.product WHERE product_id = $1";
    private static final String PLACES =
            """
            SELECT d.device_id, d.tenant, d.gateway_id, p.product_key
            FROM devices.device d JOIN devices.product p USING (product_id) WHERE d.device_id = ANY ($1)
            """;
    private static final String FORMER =
            """
            SELECT f.device_id, f.gateway_id FROM devices.former_gateway f JOIN devices.device d USING (device_id, tenant)
            WHERE f.device_id = ANY ($1) AND f.until > now() - interval '90 days'
            """;
    private static final String OF_PRODUCT =
            """
            SELECT device_id, tenant FROM devices.device
            WHERE product_id = $2 AND starts_with(tenant, $1) AND confirmed AND device_id > $3 ORDER BY device_id LIMIT $4
            """;

    private DeviceStore() {}

    /**
     * What a change of a device has to know, under the row's lock.
     *
     * @param known its gateway has heard of it: in stock, or being checked
     */
    record Locked(
            @Nullable String gateway,
            String tenant,
            long productId,
            boolean confirmed,
            boolean known) {}

    static DeviceRow get(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id)).await()) {
            return DeviceRow.of(row);
        }
        throw notFound(id);
    }

    static Locked lock(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(LOCK).execute(Tuple.of(id)).await()) {
            if (row.getBoolean("removed")) {
                throw ProfileStore.gone(id);
            }
            return new Locked(
                    row.getString("gateway_id"),
                    row.getString("tenant"),
                    row.getLong("product_id"),
                    row.getBoolean("confirmed"),
                    row.getBoolean("confirmed") || Boolean.TRUE.equals(row.getBoolean("qc")));
        }
        throw notFound(id);
    }

    static void update(
            SqlConnection c,
            String id,
            @Nullable String name,
            @Nullable String remark,
            @Nullable String tenant) {
        c.preparedQuery(UPDATE)
                .execute(Tuple.from(Arrays.asList(id, name, remark, tenant)))
                .await();
        if (tenant != null) {
            c.preparedQuery(UPDATE_PRESENCE).execute(Tuple.of(id, tenant)).await();
            c.preparedQuery(UPDATE_REGISTRATION).execute(Tuple.of(id, tenant)).await();
        }
    }

    static void setEnabled(SqlConnection c, String id, boolean enabled) {
        c.preparedQuery(SET_ENABLED).execute(Tuple.of(id, enabled)).await();
    }

    /** The thing model of a product, TSL. */
    static String model(SqlConnection c, long productId) {
        return c.preparedQuery(MODEL)
                .execute(Tuple.of(productId))
                .await()
                .iterator()
                .next()
                .getString("tsl");
    }

    static List<Place> places(SqlConnection c, List<String> ids) {
        Tuple asked = Tuple.of(ids.toArray(String[]::new));
        Map<String, List<String>> former = new HashMap<>();
        for (Row row : c.preparedQuery(FORMER).execute(asked).await()) {
            former.computeIfAbsent(row.getString("device_id"), id -> new ArrayList<>())
                    .add(row.getString("gateway_id"));
        }
        List<Place> places = new ArrayList<>();
        for (Row row : c.preparedQuery(PLACES).execute(asked).await()) {
            String id = row.getString("device_id");
            places.add(
                    new Place(
                            id,
                            row.getString("tenant"),
                            row.getString("product_key"),
                            row.getString("gateway_id"),
                            former.getOrDefault(id, List.of())));
        }
        return places;
    }

    static List<ProductDevice> ofProduct(SqlConnection c, Scope scope, DevicesOfProduct q) {
        List<ProductDevice> found = new ArrayList<>();
        Tuple args = Tuple.of(scope.path(), q.productId(), q.after(), q.limit());
        for (Row row : c.preparedQuery(OF_PRODUCT).execute(args).await()) {
            found.add(new ProductDevice(row.getString("device_id"), row.getString("tenant")));
        }
        return found;
    }

    static Rejected notFound(String id) {
        return Rejected.notFound("device " + id);
    }
}
