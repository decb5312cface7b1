package io.weir.cloud.subscription;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.model.Page;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** SQL of the subscriptions themselves; their messages are {@link MessageStore}'s. */
final class SubscriptionStore {
    private static final String COLUMNS =
            "id, tenant, name, product_keys, kinds, head, acked, skipped, created_at";
    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtext('subscription'), hashtext($1))";
    private static final String COUNT =
            "SELECT count(*) FROM subscription.subscription WHERE tenant = $1";
    private static final String INSERT =
            """
            INSERT INTO subscription.subscription
                (id, tenant, name, product_keys, kinds, secret_hash, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, name) DO NOTHING
            """;
    private static final String FIND =
            "SELECT "
                    + COLUMNS
                    + " FROM subscription.subscription WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String PAGE =
            "SELECT "
                    + COLUMNS
                    + ", count(*) OVER () AS total FROM subscription.subscription"
                    + " WHERE starts_with(tenant, $1) ORDER BY created_at DESC, id LIMIT $2"
                    + " OFFSET $3";
    private static final String ALL = "SELECT " + COLUMNS + " FROM subscription.subscription";
    private static final String SECRET =
            "UPDATE subscription.subscription SET secret_hash = $3 WHERE id = $1 AND"
                    + " starts_with(tenant, $2)";
    private static final String HASH =
            "SELECT secret_hash FROM subscription.subscription WHERE id = $1";
    private static final String REMOVE =
            "DELETE FROM subscription.subscription WHERE id = $1 AND starts_with(tenant, $2)";
    private static final String ACKNOWLEDGE =
            """
            UPDATE subscription.subscription SET acked = greatest(acked, least($3, head))
            WHERE id = $1 AND starts_with(tenant, $2)
            """;
    private static final String SEEK =
            """
            UPDATE subscription.subscription SET acked = greatest(0, least($3, head))
            WHERE id = $1 AND starts_with(tenant, $2)
            """;

    private SubscriptionStore() {}

    /** Two that are made at once wait for each other, so that the limit holds. */
    static long countLocked(SqlConnection c, String tenant) {
        c.preparedQuery(LOCK).execute(Tuple.of(tenant)).await();
        return c.preparedQuery(COUNT)
                .execute(Tuple.of(tenant))
                .await()
                .iterator()
                .next()
                .getLong(0);
    }

    /** False when the tenant has one of this name already. */
    static boolean insert(SqlConnection c, Subscription s, byte[] secretHash) {
        return c.preparedQuery(INSERT)
                        .execute(
                                Tuple.of(
                                        s.subscriptionId(),
                                        s.tenant(),
                                        s.name(),
                                        s.productKeys().toArray(String[]::new),
                                        s.kinds().stream().map(Kind::name).toArray(String[]::new),
                                        io.vertx.core.buffer.Buffer.buffer(secretHash),
                                        s.createTms().atOffset(ZoneOffset.UTC)))
                        .await()
                        .rowCount()
                == 1;
    }

    static @Nullable Subscription find(SqlConnection c, Scope scope, String id) {
        for (Row row : c.preparedQuery(FIND).execute(Tuple.of(id, scope.path())).await()) {
            return subscription(row);
        }
        return null;
    }

    static Page<Subscription> page(SqlConnection c, Scope scope, int limit, int offset) {
        List<Subscription> items = new ArrayList<>();
        long total = 0;
        for (Row row :
                c.preparedQuery(PAGE).execute(Tuple.of(scope.path(), limit, offset)).await()) {
            items.add(subscription(row));
            total = row.getLong("total");
        }
        return new Page<>(total, items);
    }

    static List<Subscription> all(SqlConnection c) {
        List<Subscription> all = new ArrayList<>();
        c.preparedQuery(ALL).execute().await().forEach(row -> all.add(subscription(row)));
        return all;
    }

    static boolean setSecret(SqlConnection c, Scope scope, String id, byte[] hash) {
        return changed(
                c.preparedQuery(SECRET)
                        .execute(
                                Tuple.of(
                                        id, scope.path(), io.vertx.core.buffer.Buffer.buffer(hash)))
                        .await());
    }

    static byte @Nullable [] secretHash(SqlConnection c, String id) {
        for (Row row : c.preparedQuery(HASH).execute(Tuple.of(id)).await()) {
            return row.getBuffer(0).getBytes();
        }
        return null;
    }

    static boolean remove(SqlConnection c, Scope scope, String id) {
        return changed(c.preparedQuery(REMOVE).execute(Tuple.of(id, scope.path())).await());
    }

    static void acknowledge(SqlConnection c, Scope scope, String id, long seq) {
        c.preparedQuery(ACKNOWLEDGE).execute(Tuple.of(id, scope.path(), seq)).await();
    }

    /**
     * @param acked the message before the next one
     */
    static void seek(SqlConnection c, Scope scope, String id, long acked) {
        c.preparedQuery(SEEK).execute(Tuple.of(id, scope.path(), acked)).await();
    }

    private static boolean changed(RowSet<Row> rows) {
        return rows.rowCount() > 0;
    }

    private static Subscription subscription(Row row) {
        return new Subscription(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("name"),
                List.of(row.getArrayOfStrings("product_keys")),
                Stream.of(row.getArrayOfStrings("kinds")).map(Kind::valueOf).toList(),
                null,
                row.getLong("head"),
                row.getLong("acked"),
                row.getLong("skipped"),
                instant(row));
    }

    private static Instant instant(Row row) {
        return row.getOffsetDateTime("created_at").toInstant();
    }
}
