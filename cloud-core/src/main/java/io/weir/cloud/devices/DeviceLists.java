package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DeviceOps.Sort;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * SQL of lists of devices. Only what is asked for stands in a statement, so that most are counted
 * by an index alone; products and presence are looked up for the page's rows only. A page is taken
 * from the first rows of each tenant in the scope, which indexes have in every order that can be
 * asked for: nothing is sorted but what the tenants offer.
 */
final class DeviceLists {
    private static final String LIFECYCLE =
            "coalesce(d.lifecycle, CASE WHEN d.confirmed THEN 'STOCKED' ELSE 'PRODUCED' END)";
    private static final String STATE =
            "CASE WHEN NOT d.enabled THEN 0 WHEN d.confirmed THEN 2 ELSE 1 END";
    private static final String ONLINE =
            "EXISTS (SELECT 1 FROM devices.presence o WHERE o.device_id = d.device_id AND"
                    + " o.online)";

    private static final String BEYOND = "d.tenant ~<~ (left($1::text, -1) || '0')";
    private static final String WITHIN = "d.tenant ~>=~ $1::text AND " + BEYOND;

    /** Tenant by tenant; the next one is looked for in the index, rows between are skipped. */
    private static final String BY_TENANT =
            """
            WITH RECURSIVE owner(tenant) AS (
                (SELECT d.tenant FROM devices.device d WHERE d.removed_at IS NULL AND %1$s ORDER BY d.tenant USING ~<~ LIMIT 1)
                UNION ALL
                SELECT (SELECT d.tenant FROM devices.device d WHERE d.removed_at IS NULL AND d.tenant ~>~ o.tenant AND %2$s
                    ORDER BY d.tenant USING ~<~ LIMIT 1)
                FROM owner o WHERE o.tenant IS NOT NULL)
            SELECT f.device_id FROM owner o CROSS JOIN LATERAL (
                SELECT d.device_id, d.created_at, d.name FROM devices.device d WHERE d.tenant = o.tenant AND %3$s
                ORDER BY %4$s LIMIT $%5$d::bigint + $%6$d::bigint) f
            ORDER BY %7$s LIMIT $%5$d::bigint OFFSET $%6$d::bigint
            """;

    private static final String OF_A_FEW =
            "SELECT d.device_id FROM devices.device d WHERE %1$s AND %3$s ORDER BY %4$s LIMIT"
                    + " $%5$d::bigint OFFSET $%6$d::bigint";

    private final StringBuilder filter = new StringBuilder("d.removed_at IS NULL");
    private final List<Object> values = new ArrayList<>();
    private final boolean ofAFew;

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

    private DeviceLists(Scope scope, Filter f) {
        values.add(f.within() == null ? scope.path() : f.within());
        ofAFew = f.ids() != null || f.batchId() != null;
        if (!f.unconfirmedToo()) {
            filter.append(" AND d.confirmed");
        }
        and("strpos(lower(d.name), lower(?::text)) > 0", f.name());
        and("d.product_id = ?::bigint", f.productId());
        and("d.batch_id = ?::bigint", f.batchId());
        and("d.type = ?::smallint", f.type() == null ? null : f.type().shortValue());
        and(STATE + " = ?::int", f.state());
        and(ONLINE + " = ?::boolean", f.online());
        and(
                "d.device_id = ANY (?::text[])",
                f.ids() == null ? null : f.ids().toArray(String[]::new));
        and(LIFECYCLE + " = ?::text", f.lifecycle());
        and("d.model = ?::text", f.model());
    }

    static Page<DeviceRow> page(
            SqlConnection c, Scope scope, Filter f, Sort sort, boolean falling, Paging page) {
        if (f.within() != null && !f.within().startsWith(scope.path())) {
            return new Page<>(0, List.of());
        }
        DeviceLists list = new DeviceLists(scope, f);
        int limit = list.values.size() + 1;
        String ids =
                (list.ofAFew ? OF_A_FEW : BY_TENANT)
                        .formatted(
                                WITHIN,
                                BEYOND,
                                list.filter,
                                order("d", sort, falling),
                                limit,
                                limit + 1,
                                order("f", sort, falling));
        return Paged.read(
                c,
                "SELECT count(*) FROM devices.device d WHERE %s AND %s"
                        .formatted(WITHIN, list.filter),
                "SELECT %s %s WHERE d.device_id IN (%s) ORDER BY %s"
                        .formatted(
                                DeviceRow.COLUMNS, DeviceRow.FROM, ids, order("d", sort, falling)),
                Tuple.from(list.values),
                page.limit(),
                page.offset(),
                DeviceRow::of);
    }

    /** One way throughout, as the indexes have it. */
    private static String order(String of, Sort sort, boolean falling) {
        String way = falling ? " DESC" : "";
        String id = of + ".device_id" + way;
        return switch (sort) {
            case DEVICE_ID -> id;
            case NAME -> of + ".name" + way + ", " + id;
            case CREATE_TMS -> of + ".created_at" + way + ", " + id;
        };
    }

    private void and(String condition, @Nullable Object value) {
        if (value != null) {
            values.add(value);
            filter.append(" AND ").append(condition.replace("?", "$" + values.size()));
        }
    }
}
