package io.weir.cloud.devices;

import com.fasterxml.jackson.core.type.TypeReference;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.TopicClass;
import io.weir.runtime.json.Json;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** SQL of products' own topics, and of what is broadcast on them. */
final class TopicStore {
    private static final String GET =
            "SELECT product_key, topics::text AS topics FROM devices.product WHERE product_id = $1";
    private static final String PUT =
            "UPDATE devices.product SET topics = $2::text::jsonb, updated_at = $3 WHERE product_id"
                    + " = $1";
    private static final String GATEWAYS =
            """
            SELECT DISTINCT gateway_id FROM devices.device
            WHERE product_id = $1 AND starts_with(tenant, $2) AND gateway_id IS NOT NULL ORDER BY gateway_id
            """;
    private static final String BROADCAST =
            """
            INSERT INTO devices.broadcast AS b (tenant, product_id, sent_at) VALUES ($1, $2, $3)
            ON CONFLICT (tenant, product_id) DO UPDATE SET sent_at = excluded.sent_at WHERE b.sent_at <= $4
            """;

    private TopicStore() {}

    /** A product that the caller sees. */
    record ProductTopics(String productKey, List<TopicClass> topics) {}

    static ProductTopics get(SqlConnection c, long productId) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(productId)).await()) {
            return new ProductTopics(row.getString("product_key"), read(row));
        }
        throw Rejected.notFound("product " + productId);
    }

    /** Column {@code topics} as text; none when it is NULL. */
    static List<TopicClass> read(Row row) {
        String json = row.getString("topics");
        return json == null
                ? List.of()
                : Json.MAPPER.convertValue(
                        Json.tree(json), new TypeReference<List<TopicClass>>() {});
    }

    /** The product is locked. */
    static void put(SqlConnection c, long productId, List<TopicClass> topics, Instant now) {
        String json = topics.isEmpty() ? null : Json.text(topics);
        c.preparedQuery(PUT)
                .execute(Tuple.of(productId, json, now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    /** Gateways that devices of the product within the scope are assigned to. */
    static List<String> gateways(SqlConnection c, Scope scope, long productId) {
        List<String> gateways = new ArrayList<>();
        for (Row row :
                c.preparedQuery(GATEWAYS).execute(Tuple.of(productId, scope.path())).await()) {
            gateways.add(row.getString("gateway_id"));
        }
        return gateways;
    }

    /** False when the last one was not long enough ago. */
    static boolean broadcast(
            SqlConnection c, String tenant, long productId, Duration every, Instant now) {
        return c.preparedQuery(BROADCAST)
                        .execute(
                                Tuple.of(
                                        tenant,
                                        productId,
                                        now.atOffset(ZoneOffset.UTC),
                                        now.minus(every).atOffset(ZoneOffset.UTC)))
                        .await()
                        .rowCount()
                == 1;
    }
}
