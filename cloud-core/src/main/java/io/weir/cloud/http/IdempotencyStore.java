package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.UUID;

/** SQL of the remembered answers, for the event loop: futures, no transaction of its own. */
final class IdempotencyStore {
    private static final String CLAIM =
            """
            INSERT INTO http.idempotency AS i (caller, operation, key, hash, owner, lease_until)
            VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond')
            ON CONFLICT (caller, operation, key) DO UPDATE
            SET owner = excluded.owner, lease_until = excluded.lease_until
            WHERE i.status IS NULL AND i.hash = excluded.hash AND i.lease_until < now()
            RETURNING owner
            """;
    private static final String LOOK =
            """
            SELECT hash, status, body FROM http.idempotency
            WHERE caller = $1 AND operation = $2 AND key = $3
            """;
    private static final String FINISH =
            """
            UPDATE http.idempotency SET status = $5, body = $6
            WHERE caller = $1 AND operation = $2 AND key = $3 AND owner = $4
            """;
    private static final String GIVE_UP =
            """
            DELETE FROM http.idempotency
            WHERE caller = $1 AND operation = $2 AND key = $3 AND owner = $4 AND status IS NULL
            """;
    private static final String FORGET =
            """
            DELETE FROM http.idempotency WHERE (caller, operation, key) IN (
                SELECT caller, operation, key FROM http.idempotency
                WHERE created_at < now() - $1 * interval '1 millisecond' LIMIT 10000)
            """;

    record Key(String caller, String operation, String key) {}

    /**
     * @param status null while somebody works on it
     */
    record Seen(Buffer hash, @Nullable Integer status, @Nullable Buffer body) {}

    private final Pool pool;

    IdempotencyStore(Pool pool) {
        this.pool = pool;
    }

    /** True when the work is ours to do. */
    Future<Boolean> claim(Key key, Buffer hash, UUID owner, Duration lease) {
        return pool.preparedQuery(CLAIM)
                .execute(
                        Tuple.of(
                                key.caller(),
                                key.operation(),
                                key.key(),
                                hash,
                                owner,
                                (double) lease.toMillis()))
                .map(rows -> rows.size() == 1);
    }

    /** What is known of a key; null when it was given up meanwhile. */
    Future<@Nullable Seen> look(Key key) {
        return pool.preparedQuery(LOOK)
                .execute(Tuple.of(key.caller(), key.operation(), key.key()))
                .map(IdempotencyStore::seen);
    }

    Future<Void> finish(Key key, UUID owner, int status, Buffer body) {
        return pool.preparedQuery(FINISH)
                .execute(Tuple.of(key.caller(), key.operation(), key.key(), owner, status, body))
                .mapEmpty();
    }

    /** The outcome is unknown: whoever asks next with the same key runs it again. */
    Future<Void> giveUp(Key key, UUID owner) {
        return pool.preparedQuery(GIVE_UP)
                .execute(Tuple.of(key.caller(), key.operation(), key.key(), owner))
                .mapEmpty();
    }

    Future<Void> forget(Duration olderThan) {
        return pool.preparedQuery(FORGET)
                .execute(Tuple.of((double) olderThan.toMillis()))
                .mapEmpty();
    }

    private static @Nullable Seen seen(RowSet<Row> rows) {
        RowIterator<Row> iterator = rows.iterator();
        if (!iterator.hasNext()) {
            return null;
        }
        Row row = iterator.next();
        return new Seen(row.getBuffer("hash"), row.getInteger("status"), row.getBuffer("body"));
    }
}
