package io.weir.cloud.configuration;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.configuration.ConfigurationOps.Configuration;
import io.weir.api.configuration.ConfigurationOps.Version;
import io.weir.api.devices.ProductOps.Product;
import io.weir.model.Page;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** SQL of products' configurations and their versions. */
final class ConfigurationStore {
    private static final String OPEN =
            """
            INSERT INTO configuration.product (product_id, tenant, product_key, updated_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT (product_id) DO NOTHING
            """;
    private static final String LOCK =
            "SELECT product_id, enabled, active, latest FROM configuration.product"
                    + " WHERE product_id = $1 FOR UPDATE";
    private static final String GET =
            "SELECT product_id, enabled, active, latest FROM configuration.product"
                    + " WHERE product_id = $1";
    private static final String SWITCH =
            "UPDATE configuration.product SET enabled = $2, updated_at = $3 WHERE product_id = $1";
    private static final String ACTIVATE =
            "UPDATE configuration.product SET active = $2, updated_at = $3 WHERE product_id = $1";
    private static final String LATEST =
            "UPDATE configuration.product SET latest = latest + 1, updated_at = $2"
                    + " WHERE product_id = $1 RETURNING latest";
    private static final String ADD =
            """
            INSERT INTO configuration.version
                (id, product_id, version, tenant, document, size, sha256, author, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    /** Pushes that ended go with their version. */
    private static final String FORGET_PUSHES =
            """
            DELETE FROM configuration.push u USING configuration.version v, configuration.product p
            WHERE v.id = u.version_id AND p.product_id = v.product_id AND v.product_id = $1
                AND v.version <= p.latest - $2::int AND v.version IS DISTINCT FROM p.active
                AND u.ended_at IS NOT NULL
            """;

    private static final String FORGET =
            """
            DELETE FROM configuration.version v USING configuration.product p
            WHERE p.product_id = v.product_id AND v.product_id = $1
                AND v.version <= p.latest - $2::int AND v.version IS DISTINCT FROM p.active
                AND NOT EXISTS (SELECT FROM configuration.push u WHERE u.version_id = v.id)
            """;
    private static final String COLUMNS =
            """
            SELECT v.id, v.version, v.size, v.sha256, v.author, v.created_at, v.document,
                coalesce(v.version = p.active, false) AS in_force
            FROM configuration.version v JOIN configuration.product p USING (product_id)
            """;
    private static final String VERSION = COLUMNS + "WHERE v.product_id = $1 AND v.version = $2";
    private static final String COUNT =
            "SELECT count(*) FROM configuration.version WHERE product_id = $1";
    private static final String LIST =
            COLUMNS + "WHERE v.product_id = $1 ORDER BY v.version DESC LIMIT $2 OFFSET $3";
    private static final String OF_KEY =
            """
            SELECT p.enabled, v.id, v.size, v.sha256
            FROM configuration.product p
                LEFT JOIN configuration.version v ON v.product_id = p.product_id AND v.version = p.active
            WHERE p.product_key = $1
            """;
    private static final String CONTENT =
            """
            SELECT v.document
            FROM configuration.version v JOIN configuration.product p USING (product_id)
            WHERE v.id = $1 AND p.product_key = $2 AND p.enabled
            """;

    private ConfigurationStore() {}

    /** Makes the product's row when there is none yet, and locks it. */
    static Configuration lock(SqlConnection c, Product product, Instant now) {
        c.preparedQuery(OPEN)
                .execute(
                        Tuple.of(
                                product.id(),
                                product.tenant(),
                                product.productKey(),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
        return configuration(
                c.preparedQuery(LOCK).execute(Tuple.of(product.id())).await(), product.id());
    }

    static Configuration get(SqlConnection c, long product) {
        return configuration(c.preparedQuery(GET).execute(Tuple.of(product)).await(), product);
    }

    private static Configuration configuration(RowSet<Row> rows, long product) {
        for (Row row : rows) {
            return new Configuration(product, row.getBoolean("enabled"), row.getInteger("active"));
        }
        return new Configuration(product, false, null);
    }

    static void turn(SqlConnection c, long product, boolean enabled, Instant now) {
        c.preparedQuery(SWITCH)
                .execute(Tuple.of(product, enabled, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    static void activate(SqlConnection c, long product, int version, Instant now) {
        c.preparedQuery(ACTIVATE)
                .execute(Tuple.of(product, version, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    /** The product is locked. Answers the new version's number. */
    static int add(
            SqlConnection c, Product product, Document document, String author, Instant now) {
        var at = now.atOffset(ZoneOffset.UTC);
        int version =
                c.preparedQuery(LATEST)
                        .execute(Tuple.of(product.id(), at))
                        .await()
                        .iterator()
                        .next()
                        .getInteger("latest");
        c.preparedQuery(ADD)
                .execute(
                        Tuple.from(
                                new Object[] {
                                    Letters.id(),
                                    product.id(),
                                    version,
                                    product.tenant(),
                                    document.text(),
                                    document.size(),
                                    document.sha256(),
                                    author,
                                    at
                                }))
                .await();
        return version;
    }

    /**
     * @param keep the latest that stay; the active one and those of open pushes stay besides
     */
    static void forget(SqlConnection c, long product, int keep) {
        c.preparedQuery(FORGET_PUSHES).execute(Tuple.of(product, keep)).await();
        c.preparedQuery(FORGET).execute(Tuple.of(product, keep)).await();
    }

    static @Nullable Version version(SqlConnection c, long product, int version) {
        for (Row row : c.preparedQuery(VERSION).execute(Tuple.of(product, version)).await()) {
            return version(row, true);
        }
        return null;
    }

    static Page<Version> list(SqlConnection c, long product, int limit, int offset) {
        return Paged.read(
                c, COUNT, LIST, Tuple.of(product), limit, offset, row -> version(row, false));
    }

    /**
     * What devices of a product are told.
     *
     * @param configId null when no version is active
     */
    record InForce(boolean enabled, @Nullable String configId, int size, String sha256) {}

    /** Null when the product never had a configuration. */
    static @Nullable InForce inForce(SqlConnection c, String productKey) {
        for (Row row : c.preparedQuery(OF_KEY).execute(Tuple.of(productKey)).await()) {
            String id = row.getString("id");
            return id == null
                    ? new InForce(row.getBoolean("enabled"), null, 0, "")
                    : new InForce(
                            row.getBoolean("enabled"),
                            id,
                            row.getInteger("size"),
                            row.getString("sha256"));
        }
        return null;
    }

    /** Null when the product has no such version, or its configuration is switched off. */
    static @Nullable String content(SqlConnection c, String id, String productKey) {
        for (Row row : c.preparedQuery(CONTENT).execute(Tuple.of(id, productKey)).await()) {
            return row.getString("document");
        }
        return null;
    }

    private static Version version(Row row, boolean withDocument) {
        return new Version(
                row.getString("id"),
                row.getInteger("version"),
                row.getBoolean("in_force"),
                row.getInteger("size"),
                row.getString("sha256"),
                row.getString("author"),
                row.getOffsetDateTime("created_at").toInstant(),
                withDocument ? row.getString("document") : null);
    }
}
