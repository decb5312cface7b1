package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.ProductOps.FlowMeter;
import io.weir.api.devices.ProductOps.ListModels;
import io.weir.api.devices.ProductOps.ListProducts;
import io.weir.api.devices.ProductOps.ModelVersion;
import io.weir.api.devices.ProductOps.Product;
import io.weir.api.devices.ProductOps.Registration;
import io.weir.api.devices.ProductOps.Status;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** SQL of products. */
final class ProductStore {
    private static final String COLUMNS =
            """
            product_id, tenant, name, code, product_key, tsl, tsl_version, controlled, flowmeter, require_tls, registration, enabled,
            created_at, updated_at, removed_at
            """;
    private static final String INSERT =
            """
            INSERT INTO devices.product (tenant, name, code, product_key, product_secret, tsl, tsl_version, controlled,
                flowmeter, require_tls, enabled, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, true, $10, $10)
            RETURNING %s
            """
                    .formatted(COLUMNS);
    private static final String GET =
            "SELECT %s FROM devices.product WHERE product_id = $1".formatted(COLUMNS);
    private static final String LOCK =
            "SELECT %s FROM devices.product WHERE product_id = $1 FOR UPDATE".formatted(COLUMNS);
    private static final String UPDATE =
            """
            UPDATE devices.product SET name = $2, code = $3, product_secret = coalesce($4, product_secret), tsl = $5,
                tsl_version = $6, controlled = $7, flowmeter = $8, require_tls = $9, enabled = $10, updated_at = $11,
                registration = $12
            WHERE product_id = $1
            RETURNING %s
            """
                    .formatted(COLUMNS);
    private static final String MODEL =
            """
            INSERT INTO devices.product_model (product_id, version, tenant, tsl, actor, at) VALUES ($1, $2, $3, $4, $5, $6)
            """;
    private static final String DEVICES =
            "SELECT 1 FROM devices.device WHERE product_id = $1 AND removed_at IS NULL LIMIT 1";
    private static final String REMOVE =
            "UPDATE devices.product SET removed_at = $2, enabled = false, updated_at = $2 WHERE"
                    + " product_id = $1";
    private static final String FILTERED =
            """
            FROM devices.product
            WHERE starts_with(tenant, $1) AND removed_at IS NULL AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
                AND ($3::text IS NULL OR code = $3) AND ($4::boolean IS NULL OR enabled = $4)
            """;

    private ProductStore() {}

    /**
     * What stands in the row.
     *
     * @param tsl canonical TSL
     */
    record ProductRow(
            long id,
            String tenant,
            String name,
            String code,
            String productKey,
            String tsl,
            int tslVersion,
            List<String> controlled,
            @Nullable FlowMeter flowmeter,
            boolean requireTls,
            Registration registration,
            boolean enabled,
            Instant createdAt,
            Instant updatedAt) {

        Product view(boolean withModel) {
            return new Product(
                    id,
                    tenant,
                    name,
                    code,
                    productKey,
                    enabled ? Status.ENABLE : Status.DISABLE,
                    withModel ? Json.tree(tsl) : null,
                    tslVersion,
                    controlled,
                    flowmeter,
                    requireTls,
                    registration,
                    createdAt,
                    updatedAt);
        }
    }

    static ProductRow insert(SqlConnection c, ProductRow p, Buffer secret) {
        return one(
                c.preparedQuery(INSERT)
                        .execute(
                                Tuple.from(
                                        Arrays.asList(
                                                p.tenant(),
                                                p.name(),
                                                p.code(),
                                                p.productKey(),
                                                secret,
                                                p.tsl(),
                                                p.controlled().toArray(String[]::new),
                                                flowmeter(p),
                                                p.requireTls(),
                                                p.createdAt().atOffset(ZoneOffset.UTC))))
                        .await(),
                p.id());
    }

    static ProductRow get(SqlConnection c, long id) {
        return one(c.preparedQuery(GET).execute(Tuple.of(id)).await(), id);
    }

    /** Only within the scope: a platform's product is seen from below, never changed from there. */
    static ProductRow lock(SqlConnection c, long id) {
        return one(c.preparedQuery(LOCK).execute(Tuple.of(id)).await(), id);
    }

    static ProductRow update(SqlConnection c, ProductRow p, @Nullable Buffer secret) {
        return one(
                c.preparedQuery(UPDATE)
                        .execute(
                                Tuple.from(
                                        Arrays.asList(
                                                p.id(),
                                                p.name(),
                                                p.code(),
                                                secret,
                                                p.tsl(),
                                                p.tslVersion(),
                                                p.controlled().toArray(String[]::new),
                                                flowmeter(p),
                                                p.requireTls(),
                                                p.enabled(),
                                                p.updatedAt().atOffset(ZoneOffset.UTC),
                                                p.registration().name())))
                        .await(),
                p.id());
    }

    /** Keeps the model of this version. */
    static void keepModel(SqlConnection c, ProductRow p, String actor) {
        c.preparedQuery(MODEL)
                .execute(
                        Tuple.of(
                                p.id(),
                                p.tslVersion(),
                                p.tenant(),
                                p.tsl(),
                                actor,
                                Rows.timestamp(p.updatedAt())))
                .await();
    }

    /** The latest first. */
    static Page<ModelVersion> models(SqlConnection c, ListModels q) {
        return Rows.page(
                c,
                "*",
                "FROM devices.product_model WHERE product_id = $1",
                "version DESC",
                Paging.of(q.page(), q.pageSize(), q.limit(), q.offset()),
                List.of(q.id()),
                row ->
                        new ModelVersion(
                                row.getInteger("version"),
                                Json.tree(row.getString("tsl")),
                                row.getString("actor"),
                                Rows.instant(row, "at")));
    }

    /** Whether there are devices that haven't been deregistered. */
    static boolean hasDevices(SqlConnection c, long id) {
        return c.preparedQuery(DEVICES).execute(Tuple.of(id)).await().size() > 0;
    }

    static void remove(SqlConnection c, long id, Instant now) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id, Rows.timestamp(now))).await();
    }

    static Page<Product> list(SqlConnection c, Scope scope, ListProducts q) {
        return Rows.page(
                c,
                COLUMNS,
                FILTERED,
                "product_id",
                Paging.of(q.page(), q.pageSize(), q.limit(), q.offset()),
                Arrays.asList(
                        scope.path(),
                        q.name(),
                        q.code(),
                        q.status() == null ? null : q.status() == Status.ENABLE),
                row -> row(row).view(false));
    }

    private static ProductRow one(RowSet<Row> rows, long id) {
        for (Row row : rows) {
            if (row.getValue("removed_at") != null) {
                throw new Rejected(CommonError.GONE, "product " + id + " is removed for ever");
            }
            return row(row);
        }
        throw Rejected.notFound("product " + id);
    }

    private static ProductRow row(Row row) {
        String flowmeter = row.getString("flowmeter");
        return new ProductRow(
                row.getLong("product_id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("code"),
                row.getString("product_key"),
                row.getString("tsl"),
                row.getInteger("tsl_version"),
                List.of(row.getArrayOfStrings("controlled")),
                flowmeter == null ? null : Json.read(flowmeter, FlowMeter.class),
                row.getBoolean("require_tls"),
                Registration.valueOf(row.getString("registration")),
                row.getBoolean("enabled"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }

    private static @Nullable String flowmeter(ProductRow p) {
        return p.flowmeter() == null ? null : Json.text(p.flowmeter());
    }
}
