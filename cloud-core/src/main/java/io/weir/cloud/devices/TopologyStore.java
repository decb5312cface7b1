package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.TopologyOps.Found;
import io.weir.api.devices.TopologyOps.NodeType;
import io.weir.api.devices.TopologyOps.Sub;
import io.weir.cloud.devices.TopologyFlow.Node;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of who stands behind whom. */
final class TopologyStore {
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtext('devices.topology'), hashtext($1))";
    private static final String LOCK_DEVICES =
            "SELECT 1 FROM devices.device WHERE device_id = ANY ($1) ORDER BY device_id FOR UPDATE";
    private static final String NODES =
            """
            SELECT d.device_id, d.device_name, d.tenant, d.device_secret, d.gateway_id, d.product_id,
                d.activated_at IS NOT NULL AS activated, (d.confirmed OR d.lifecycle = 'QC') IS TRUE AND d.enabled AND p.enabled AS usable, d.confirmed,
                p.product_key, p.node_type, t.gateway_device_id AS parent,
                (SELECT count(*) FROM devices.topology s WHERE s.gateway_device_id = d.device_id) AS subs
            FROM devices.device d JOIN devices.product p USING (product_id)
            LEFT JOIN devices.topology t ON t.sub_id = d.device_id
            """;
    private static final String BY_ID = NODES + " WHERE d.device_id = ANY ($1) ORDER BY 1";
    private static final String BY_NAME =
            NODES
                    + """
                     WHERE (p.product_key, d.device_name) IN (SELECT * FROM unnest($1::text[], $2::text[]))
                    ORDER BY 1
                    """;
    private static final String BEHIND = NODES + " WHERE t.gateway_device_id = $1 ORDER BY 1";
    private static final String LINK =
            """
            INSERT INTO devices.topology (sub_id, gateway_device_id, tenant, added_at, added_by)
            SELECT s, $2, $3, $4, $5 FROM unnest($1::text[]) AS s
            ON CONFLICT (sub_id) DO UPDATE SET gateway_device_id = excluded.gateway_device_id,
                tenant = excluded.tenant, added_at = excluded.added_at, added_by = excluded.added_by
            WHERE devices.topology.gateway_device_id <> excluded.gateway_device_id
            """;
    private static final String MOVE =
            """
            UPDATE devices.device SET gateway_id = $2 WHERE device_id = ANY ($1) AND gateway_id IS DISTINCT FROM $2
            """;
    private static final String NOT_FOUND_ANY_MORE =
            """
            DELETE FROM devices.found_sub f USING devices.device d JOIN devices.product p USING (product_id)
            WHERE d.device_id = ANY ($1) AND f.product_key = p.product_key AND f.device_name = d.device_name
            """;
    private static final String UNLINK = "DELETE FROM devices.topology WHERE sub_id = ANY ($1)";
    private static final String NEW_SECRET =
            "UPDATE devices.device SET device_secret = $2, activated_at = NULL WHERE device_id ="
                    + " $1";
    private static final String KEPT_FOUND =
            "SELECT count(*) AS n FROM devices.found_sub WHERE gateway_device_id = $1";
    private static final String FOUND =
            """
            INSERT INTO devices.found_sub (gateway_device_id, product_key, device_name, tenant, found_at)
            SELECT $1, q.pk, q.dn, $4, $5 FROM unnest($2::text[], $3::text[]) AS q (pk, dn)
            WHERE NOT EXISTS (SELECT FROM devices.topology t JOIN devices.device d ON d.device_id = t.sub_id
                JOIN devices.product p USING (product_id)
                WHERE t.gateway_device_id = $1 AND p.product_key = q.pk AND d.device_name = q.dn)
            ON CONFLICT (gateway_device_id, product_key, device_name) DO UPDATE SET found_at = excluded.found_at
            """;
    private static final String FORGET_FOUND =
            "DELETE FROM devices.found_sub WHERE gateway_device_id = $1";
    private static final String SUB_PRODUCTS =
            """
            SELECT product_key FROM devices.product
            WHERE product_key = ANY ($1) AND node_type = 'SUB' AND enabled AND starts_with($2, tenant)
            """;
    private static final String LISTED_COLUMNS =
            """
            SELECT d.device_id, d.name, p.product_key, d.device_name, coalesce(s.online, false) AS online, t.added_by, t.added_at
            """;
    private static final String FOUND_ONE =
            """
            SELECT product_key, device_name, found_at FROM devices.found_sub
            WHERE gateway_device_id = $1 AND product_key = $2 AND device_name = $3
            """;
    private static final String LISTED =
            """
            FROM devices.topology t JOIN devices.device d ON d.device_id = t.sub_id JOIN devices.product p USING (product_id)
            LEFT JOIN devices.presence s ON s.device_id = d.device_id
            WHERE t.gateway_device_id = $1 AND starts_with(t.tenant, $2)
            """;
    private static final String LIST_FOUND =
            "FROM devices.found_sub f WHERE f.gateway_device_id = $1 AND starts_with(f.tenant, $2)";
    private static final String CONNECTED =
            "SELECT gateway_id FROM devices.presence WHERE device_id = $1 AND online";
    private static final String SET_NODE_TYPE =
            "UPDATE devices.product SET node_type = $2 WHERE product_id = $1";
    private static final String NODE_TYPE_IN_USE =
            """
            SELECT 1 FROM devices.topology t JOIN devices.device d ON d.device_id IN (t.sub_id, t.gateway_device_id)
            WHERE d.product_id = $1 LIMIT 1
            """;

    private TopologyStore() {}

    /**
     * A device, its place, and what only the devices context may see.
     *
     * @param edge the edge gateway that it is assigned to
     * @param sealed its secret
     */
    record Member(
            Node node,
            String productKey,
            String deviceName,
            long productId,
            @Nullable String edge,
            boolean confirmed,
            boolean activated,
            Buffer sealed) {
        String id() {
            return node.id();
        }
    }

    /**
     * Alone among all that change the topology of this vendor's devices, until the commit. They are
     * rare, and so they need no further order among themselves.
     */
    static void lock(SqlConnection c, String tenant) {
        c.preparedQuery(LOCK).execute(Tuple.of(Scope.vendorOf(tenant))).await();
    }

    static void lockDevices(SqlConnection c, List<String> ids) {
        c.preparedQuery(LOCK_DEVICES).execute(Tuple.of(array(ids))).await();
    }

    static List<Member> byId(SqlConnection c, List<String> ids) {
        return members(c.preparedQuery(BY_ID).execute(Tuple.of(array(ids))).await());
    }

    static List<Member> byName(SqlConnection c, List<String> keys, List<String> names) {
        // Tuple.of would take the second array for its rest.
        Tuple named = Tuple.tuple().addArrayOfString(array(keys)).addArrayOfString(array(names));
        return members(c.preparedQuery(BY_NAME).execute(named).await());
    }

    static List<Member> behind(SqlConnection c, String gateway) {
        return members(c.preparedQuery(BEHIND).execute(Tuple.of(gateway)).await());
    }

    static void link(SqlConnection c, Member gateway, List<String> subs, Instant now, String by) {
        c.preparedQuery(LINK)
                .execute(
                        Tuple.of(
                                array(subs),
                                gateway.id(),
                                gateway.node().tenant(),
                                now.atOffset(ZoneOffset.UTC),
                                by))
                .await();
        c.preparedQuery(NOT_FOUND_ANY_MORE).execute(Tuple.of(array(subs))).await();
    }

    /** Assigns devices to an edge gateway. */
    static void move(SqlConnection c, List<String> ids, @Nullable String edge) {
        c.preparedQuery(MOVE).execute(Tuple.of(array(ids), edge)).await();
    }

    static void unlink(SqlConnection c, List<String> subs) {
        c.preparedQuery(UNLINK).execute(Tuple.of(array(subs))).await();
    }

    static void newSecret(SqlConnection c, String id, Buffer sealed) {
        c.preparedQuery(NEW_SECRET).execute(Tuple.of(id, sealed)).await();
    }

    /** Which of these products have sub-devices that the tenant may own. */
    static List<String> subProducts(SqlConnection c, List<String> keys, String tenant) {
        List<String> found = new ArrayList<>();
        c.preparedQuery(SUB_PRODUCTS)
                .execute(Tuple.of(array(keys), tenant))
                .await()
                .forEach(row -> found.add(row.getString("product_key")));
        return found;
    }

    static long keptFound(SqlConnection c, String gateway) {
        return c.preparedQuery(KEPT_FOUND)
                .execute(Tuple.of(gateway))
                .await()
                .iterator()
                .next()
                .getLong("n");
    }

    static void found(
            SqlConnection c, Member gateway, List<String> keys, List<String> names, Instant now) {
        c.preparedQuery(FOUND)
                .execute(
                        Tuple.of(
                                gateway.id(),
                                array(keys),
                                array(names),
                                gateway.node().tenant(),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    static void forgetFound(SqlConnection c, String gateway) {
        c.preparedQuery(FORGET_FOUND).execute(Tuple.of(gateway)).await();
    }

    static Page<Sub> list(SqlConnection c, Scope scope, String gateway, int limit, int offset) {
        return Paged.read(
                c,
                "SELECT count(*) " + LISTED,
                LISTED_COLUMNS + LISTED + " ORDER BY d.device_id LIMIT $3 OFFSET $4",
                Tuple.of(gateway, scope.path()),
                limit,
                offset,
                TopologyStore::sub);
    }

    static Page<Found> listFound(
            SqlConnection c, Scope scope, String gateway, int limit, int offset) {
        return Paged.read(
                c,
                "SELECT count(*) " + LIST_FOUND,
                "SELECT f.product_key, f.device_name, f.found_at "
                        + LIST_FOUND
                        + " ORDER BY f.found_at DESC, 1, 2 LIMIT $3 OFFSET $4",
                Tuple.of(gateway, scope.path()),
                limit,
                offset,
                TopologyStore::foundSub);
    }

    /** One sub-device of a gateway device; null when it is not behind it. */
    static @Nullable Sub one(SqlConnection c, Scope scope, String gateway, String id) {
        for (Row row :
                c.preparedQuery(LISTED_COLUMNS + LISTED + " AND d.device_id = $3")
                        .execute(Tuple.of(gateway, scope.path(), id))
                        .await()) {
            return sub(row);
        }
        return null;
    }

    static @Nullable Found foundOne(SqlConnection c, String gateway, String key, String name) {
        for (Row row : c.preparedQuery(FOUND_ONE).execute(Tuple.of(gateway, key, name)).await()) {
            return foundSub(row);
        }
        return null;
    }

    /** The edge gateway that holds a device's connection; null when it is offline. */
    static @Nullable String connected(SqlConnection c, String device) {
        for (Row row : c.preparedQuery(CONNECTED).execute(Tuple.of(device)).await()) {
            return row.getString("gateway_id");
        }
        return null;
    }

    static boolean setNodeType(SqlConnection c, long product, NodeType type) {
        return c.preparedQuery(SET_NODE_TYPE)
                        .execute(Tuple.of(product, type.name()))
                        .await()
                        .rowCount()
                > 0;
    }

    /** One of the product's devices stands behind another, or has others behind it. */
    static boolean inTopology(SqlConnection c, long product) {
        return c.preparedQuery(NODE_TYPE_IN_USE).execute(Tuple.of(product)).await().size() > 0;
    }

    private static Found foundSub(Row row) {
        return new Found(
                row.getString("product_key"),
                row.getString("device_name"),
                Rows.instant(row, "found_at"));
    }

    private static Sub sub(Row row) {
        return new Sub(
                row.getString("device_id"),
                row.getString("name"),
                row.getString("product_key"),
                row.getString("device_name"),
                row.getBoolean("online"),
                row.getString("added_by"),
                Rows.instant(row, "added_at"));
    }

    private static List<Member> members(RowSet<Row> rows) {
        List<Member> members = new ArrayList<>(rows.size());
        for (Row row : rows) {
            members.add(
                    new Member(
                            new Node(
                                    row.getString("device_id"),
                                    row.getString("tenant"),
                                    NodeType.valueOf(row.getString("node_type")),
                                    row.getBoolean("usable"),
                                    row.getString("parent"),
                                    row.getLong("subs")),
                            row.getString("product_key"),
                            row.getString("device_name"),
                            row.getLong("product_id"),
                            row.getString("gateway_id"),
                            row.getBoolean("confirmed"),
                            row.getBoolean("activated"),
                            row.getBuffer("device_secret")));
        }
        return members;
    }

    private static String[] array(List<String> values) {
        return values.toArray(String[]::new);
    }
}
