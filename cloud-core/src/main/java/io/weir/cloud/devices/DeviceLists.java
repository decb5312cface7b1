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
 * and sorted by an index alone; products and presence are looked up for the page's rows only.
 */
final class DeviceLists {
    private static final String LIFECYCLE =
            "coalesce(d.lifecycle, CASE WHEN d.confirmed THEN 'STOCKED' ELSE 'PRODUCED' END)";
    private static final String STATE =
            "CASE WHEN NOT d.enabled THEN 0 WHEN d.confirmed THEN 2 ELSE 1 END";
    private static final String ONLINE =
            "EXISTS (SELECT 1 FROM devices.presence o WHERE o.device_id = d.device_id AND"
                    + " o.online)";

    private final StringBuilder from =
            new StringBuilder(
                    "FROM devices.device d WHERE d.removed_at IS NULL AND d.tenant ~>=~ $1::text"
                            + " AND d.tenant ~<~ (left($1::text, -1) || '0')");
    private final List<Object> values = new ArrayList<>();

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
        values.add(scope.path());
        if (!f.unconfirmedToo()) {
            from.append(" AND d.confirmed");
        }
        and("strpos(lower(d.name), lower(?::text)) > 0", f.name());
        and("d.product_id = ?::bigint", f.productId());
        and("d.batch_id = ?::bigint", f.batchId());
        and("d.type = ?::smallint", f.type() == null ? null : f.type().shortValue());
        and(STATE + " = ?::int", f.state());
        and(ONLINE + " = ?::boolean", f.online());
        and("starts_with(d.tenant, ?::text)", f.within());
        and(
                "d.device_id = ANY (?::text[])",
                f.ids() == null ? null : f.ids().toArray(String[]::new));
        and(LIFECYCLE + " = ?::text", f.lifecycle());
        and("d.model = ?::text", f.model());
    }

    static Page<DeviceRow> page(
            SqlConnection c, Scope scope, Filter f, Sort sort, boolean falling, Paging page) {
        DeviceLists list = new DeviceLists(scope, f);
        String order = order(sort, falling);
        String ids =
                "SELECT d.device_id %s ORDER BY %s LIMIT $%d OFFSET $%d"
                        .formatted(
                                list.from, order, list.values.size() + 1, list.values.size() + 2);
        return Paged.read(
                c,
                "SELECT count(*) " + list.from,
                "SELECT %s %s WHERE d.device_id IN (%s) ORDER BY %s"
                        .formatted(DeviceRow.COLUMNS, DeviceRow.FROM, ids, order),
                Tuple.from(list.values),
                page.limit(),
                page.offset(),
                DeviceRow::of);
    }

    private static String order(Sort sort, boolean falling) {
        String column =
                switch (sort) {
                    case DEVICE_ID -> "d.device_id";
                    case NAME -> "d.name";
                    case CREATE_TMS -> "d.created_at";
                };
        return column + (falling ? " DESC" : "") + ", d.device_id";
    }

    private void and(String condition, @Nullable Object value) {
        if (value != null) {
            values.add(value);
            from.append(" AND ").append(condition.replace("?", "$" + values.size()));
        }
    }
}
