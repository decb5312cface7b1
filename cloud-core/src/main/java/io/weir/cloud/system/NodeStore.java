package io.weir.cloud.system;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.json.Json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** SQL of what nodes say of themselves. As the system: no tenant's. */
final class NodeStore {
    private static final String PUT =
            """
            INSERT INTO system.node (node, role, services, seen_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (node) DO UPDATE SET role = excluded.role, services = excluded.services, seen_at = excluded.seen_at
            """;
    private static final String LIST =
            "SELECT node, role, services, seen_at FROM system.node WHERE seen_at > $1 ORDER BY node"
                    + " LIMIT 1000";
    private static final String FORGET = "DELETE FROM system.node WHERE seen_at <= $1";

    record Said(String node, String role, Map<String, String> services, Instant seenAt) {}

    private NodeStore() {}

    static void put(SqlConnection c, Node node, Map<String, String> services, Instant now) {
        c.preparedQuery(PUT)
                .execute(
                        Tuple.of(
                                node.name(),
                                node.role(),
                                Json.text(services),
                                now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    static List<Said> list(SqlConnection c, Instant since) {
        List<Said> said = new ArrayList<>();
        for (Row row :
                c.preparedQuery(LIST).execute(Tuple.of(since.atOffset(ZoneOffset.UTC))).await()) {
            Map<String, String> services = new TreeMap<>();
            Json.tree(row.getString("services"))
                    .properties()
                    .forEach(s -> services.put(s.getKey(), s.getValue().asText()));
            said.add(
                    new Said(
                            row.getString("node"),
                            row.getString("role"),
                            services,
                            row.getOffsetDateTime("seen_at").toInstant()));
        }
        return said;
    }

    static void forget(SqlConnection c, Instant before) {
        c.preparedQuery(FORGET).execute(Tuple.of(before.atOffset(ZoneOffset.UTC))).await();
    }
}
