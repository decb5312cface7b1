package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DeviceOps.Sort;
import io.weir.api.devices.DevicesApi.DevicesOfProduct;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.model.Page;
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
    private static final String FILTERED =
            DeviceRow.FROM
                    + """
                    WHERE d.tenant ~>=~ $1::text AND d.tenant ~<~ (left($1::text, -1) || '0') AND d.removed_at IS NULL AND ($2::boolean OR d.confirmed)
                        AND ($3::text IS NULL OR strpos(lower(d.name), lower($3)) > 0)
                        AND ($4::bigint IS NULL OR d.product_id = $4) AND ($5::bigint IS NULL OR d.batch_id = $5)
                        AND ($6::smallint IS NULL OR d.type = $6)
                        AND ($7::int IS NULL OR $7 = CASE WHEN NOT d.enabled THEN 0 WHEN d.confirmed THEN 2 ELSE 1 END)
                        AND ($8::boolean IS NULL OR coalesce(s.online, false) = $8)
                        AND ($9::text IS NULL OR starts_with(d.tenant, $9)) AND ($10::text[] IS NULL OR d.device_id = ANY ($10))
                        AND ($11::text IS NULL OR $11 = coalesce(d.lifecycle, CASE WHEN d.confirmed THEN 'STOCKED' ELSE 'PRODUCED' END))
                        AND ($12::text IS NULL OR d.model = $12)
                    """;

    private DeviceStore() {}

    /**
     * What a list is narrowed to; null means all.
     *
     * @param within tenant path
     */
    record Filter(
            boolean unconfirmedToo,
            @Nullable String name,
            @Nullable Long productId,
            @Nullable Long batchId,
            @Nullable Integer type,
            @Nullable Integer state,
            @Nullable Boolean online,
            @Nullable String within,
            @Nullable List<String> ids,
            @Nullable String lifecycle,
            @Nullable String model) {
        static Filter of(
                boolean unconfirmedToo,
                @Nullable String name,
                @Nullable Long productId,
                @Nullable Long batchId) {
            return new Filter(
                    unconfirmedToo,
                    name,
                    productId,
                    batchId,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

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

    static Page<DeviceRow> list(
            SqlConnection c, Scope scope, Filter f, Sort sort, boolean falling, Paging page) {
        String order =
                switch (sort) {
                    case DEVICE_ID -> "d.device_id";
                    case NAME -> "d.name";
                    case CREATE_TMS -> "d.created_at";
                };
        return Rows.page(
                c,
                DeviceRow.COLUMNS,
                FILTERED,
                order + (falling ? " DESC" : "") + ", d.device_id",
                page,
                Arrays.asList(
                        scope.path(),
                        f.unconfirmedToo(),
                        f.name(),
                        f.productId(),
                        f.batchId(),
                        f.type() == null ? null : f.type().shortValue(),
                        f.state(),
                        f.online(),
                        f.within(),
                        f.ids() == null ? null : f.ids().toArray(String[]::new),
                        f.lifecycle(),
                        f.model()),
                DeviceRow::of);
    }

    static Rejected notFound(String id) {
        return Rejected.notFound("device " + id);
    }
}
