package io.weir.cloud.subscription;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Message;
import io.weir.model.access.Scope;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** SQL of the messages of subscriptions. */
final class MessageStore {
    /** OLD and NEW in RETURNING are of PostgreSQL 18. */
    private static final String NUMBER =
            """
            UPDATE subscription.subscription
            SET head = CASE WHEN head - acked < $3 THEN head + $2 ELSE head END,
                skipped = CASE WHEN head - acked < $3 THEN skipped ELSE skipped + $2 END
            WHERE id = $1
            RETURNING old.head AS before, new.head > old.head AS taken
            """;

    private static final String INSERT =
            """
            INSERT INTO subscription.message (slot, day, tenant, subscription_id, seq, stored_at,
                device_id, product_key, kind, name, at_ms, payload)
            SELECT d.day % 8, d.day, $1, $2, $3 + m.n, now(), m.device_id, m.product_key, m.kind,
                m.name, m.at_ms, m.payload
            FROM (SELECT (extract(epoch FROM now())::bigint / 86400)::int AS day) AS d,
                unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])
                    WITH ORDINALITY AS m(device_id, product_key, kind, name, at_ms, payload, n)
            """;
    private static final String PULL =
            """
            SELECT seq, device_id, product_key, kind, name, at_ms, payload
            FROM subscription.message
            WHERE subscription_id = $1 AND starts_with(tenant, $2) AND seq > $3
            ORDER BY seq LIMIT $4
            """;
    private static final String FIRST_AT =
            """
            SELECT min(seq) FROM subscription.message
            WHERE subscription_id = $1 AND starts_with(tenant, $2) AND stored_at >= $3
            """;
    private static final String CUT_OFF = "SELECT subscription.cut_off()";

    private MessageStore() {}

    /** One that is about to be stored. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way to a row, never compared
    record Fresh(
            String device, String productKey, Kind kind, String name, long atMs, byte[] payload) {}

    /**
     * Stores them behind the subscription's last one; nothing when too many wait already or it is
     * gone. Subscriptions must be taken in the order of their ids: their rows are locked.
     */
    static void add(SqlConnection c, String id, String tenant, List<Fresh> fresh, long waitingMax) {
        for (Row row :
                c.preparedQuery(NUMBER)
                        .execute(Tuple.of(id, (long) fresh.size(), waitingMax))
                        .await()) {
            if (row.getBoolean("taken")) {
                insert(c, id, tenant, row.getLong("before"), fresh);
            }
        }
    }

    private static void insert(
            SqlConnection c, String id, String tenant, long before, List<Fresh> fresh) {
        c.preparedQuery(INSERT)
                .execute(
                        Tuple.of(tenant, id, before)
                                .addArrayOfString(texts(fresh, Fresh::device))
                                .addArrayOfString(texts(fresh, Fresh::productKey))
                                .addArrayOfString(texts(fresh, f -> f.kind().name()))
                                .addArrayOfString(texts(fresh, Fresh::name))
                                .addArrayOfLong(
                                        fresh.stream().map(Fresh::atMs).toArray(Long[]::new))
                                .addArrayOfBuffer(
                                        fresh.stream()
                                                .map(f -> Buffer.buffer(f.payload()))
                                                .toArray(Buffer[]::new)))
                .await();
    }

    private static String[] texts(
            List<Fresh> fresh, java.util.function.Function<Fresh, String> part) {
        return fresh.stream().map(part).toArray(String[]::new);
    }

    static List<Message> pull(SqlConnection c, Scope scope, String id, long after, int limit) {
        List<Message> messages = new ArrayList<>();
        c.preparedQuery(PULL)
                .execute(Tuple.of(id, scope.path(), after, limit))
                .await()
                .forEach(row -> messages.add(message(row)));
        return messages;
    }

    /** The first message stored then or later; null when there is none. */
    static @Nullable Long firstAt(SqlConnection c, Scope scope, String id, Instant at) {
        return c.preparedQuery(FIRST_AT)
                .execute(Tuple.of(id, scope.path(), at.atOffset(ZoneOffset.UTC)))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** Days that are too old go; how many. */
    static int cutOff(SqlConnection c) {
        return c.preparedQuery(CUT_OFF).execute().await().iterator().next().getInteger(0);
    }

    private static Message message(Row row) {
        byte[] payload = row.getBuffer("payload").getBytes();
        Object json = json(payload);
        return new Message(
                row.getLong("seq"),
                row.getString("device_id"),
                row.getString("product_key"),
                Kind.valueOf(row.getString("kind")),
                row.getString("name"),
                row.getLong("at_ms"),
                json,
                json == null ? Base64.getEncoder().encodeToString(payload) : null);
    }

    private static @Nullable Object json(byte[] payload) {
        if (payload.length == 0 || (payload[0] != '{' && payload[0] != '[')) {
            return null;
        }
        try {
            return Json.tree(payload);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
