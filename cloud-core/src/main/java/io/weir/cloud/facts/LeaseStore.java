package io.weir.cloud.facts;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.fact.Lane;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Leases of one consumer's partitions (V0002). */
final class LeaseStore {
    private static final String PREPARE =
            """
            INSERT INTO %s.lease (consumer, lane, partition, node, owner, token, expires_at)
            SELECT $1, $2, p, '', '', 0, '-infinity' FROM generate_series(0, $3::int - 1) AS p
            ON CONFLICT DO NOTHING
            """;
    private static final String SIGN_OF_LIFE =
            """
            INSERT INTO %s.consumer_node (consumer, owner, node, expires_at)
            VALUES ($1, $2, $3, now() + $4::bigint * interval '1 millisecond')
            ON CONFLICT (consumer, owner) DO UPDATE SET expires_at = excluded.expires_at
            """;
    private static final String BURY =
            """
            DELETE FROM %s.consumer_node WHERE consumer = $1 AND expires_at < now() - interval '1 hour'
            """;
    private static final String LIVING =
            """
            SELECT count(*)::int FROM %s.consumer_node WHERE consumer = $1 AND expires_at > now()
            """;
    private static final String RENEW =
            """
            UPDATE %s.lease SET expires_at = now() + $3::bigint * interval '1 millisecond'
            WHERE consumer = $1 AND owner = $2
            RETURNING lane, partition, token
            """;

    /**
     * FOR UPDATE waits for nobody and respects the key-share lock of a transaction that is being
     * applied under the lease.
     */
    private static final String TAKE =
            """
            UPDATE %1$s.lease l
            SET node = $3, owner = $4, token = l.token + 1, expires_at = now() + $5::bigint * interval '1 millisecond'
            FROM (SELECT partition FROM %1$s.lease
                  WHERE consumer = $1 AND lane = $2
                    AND (expires_at <= now() OR ($7::boolean AND node = $3 AND NOT starts_with(owner, $8)))
                  ORDER BY random() LIMIT $6::int FOR UPDATE SKIP LOCKED) AS free
            WHERE l.consumer = $1 AND l.lane = $2 AND l.partition = free.partition
            RETURNING l.lane, l.partition, l.token
            """;

    private static final String GIVE_BACK =
            """
            UPDATE %s.lease SET owner = '', node = '', expires_at = '-infinity'
            WHERE consumer = $1 AND owner = $2 AND lane = $3 AND partition = ANY($4::int[])
            """;
    private static final String GIVE_ALL_BACK =
            """
            UPDATE %s.lease SET owner = '', node = '', expires_at = '-infinity' WHERE consumer = $1 AND owner = $2
            """;
    private static final String LEAVE =
            """
            DELETE FROM %s.consumer_node WHERE consumer = $1 AND owner = $2
            """;

    /**
     * Before the first sign of life of this process: what an earlier life of this node held is
     * nobody's.
     */
    private static final String BURY_FORMER_SELF =
            """
            DELETE FROM %s.consumer_node WHERE consumer = $1 AND node = $2 AND NOT starts_with(owner, $3)
            """;

    /** One instance of the consumer in one life of one node. */
    record Owner(String node, String boot, long instance) {
        String id() {
            return prefix() + instance;
        }

        String prefix() {
            return boot + "#";
        }
    }

    private final String consumer;
    private final String schema;

    LeaseStore(FactSpec spec) {
        this.consumer = spec.name();
        this.schema = spec.schema();
    }

    void prepare(SqlConnection tx, Lane lane, int partitions) {
        rows(tx, PREPARE, Tuple.of(consumer, lane.name(), partitions));
    }

    /** Says that we live and counts who does. */
    int alive(SqlConnection tx, Owner me, Duration ttl) {
        rows(tx, BURY, Tuple.of(consumer));
        rows(tx, SIGN_OF_LIFE, Tuple.of(consumer, me.id(), me.node(), ttl.toMillis()));
        return rows(tx, LIVING, Tuple.of(consumer)).iterator().next().getInteger(0);
    }

    void buryFormerSelf(SqlConnection tx, Owner me) {
        rows(tx, BURY_FORMER_SELF, Tuple.of(consumer, me.node(), me.prefix()));
    }

    Map<Lane, Map<Integer, Long>> renew(SqlConnection tx, Owner me, Duration ttl) {
        return tokens(rows(tx, RENEW, Tuple.of(consumer, me.id(), ttl.toMillis())));
    }

    /**
     * @param first also take what an earlier life of this node still holds
     */
    Map<Integer, Long> take(
            SqlConnection tx, Owner me, Lane lane, int atMost, Duration ttl, boolean first) {
        Tuple arguments =
                Tuple.tuple()
                        .addValue(consumer)
                        .addValue(lane.name())
                        .addValue(me.node())
                        .addValue(me.id())
                        .addValue(ttl.toMillis())
                        .addValue(atMost)
                        .addValue(first)
                        .addValue(me.prefix());
        return tokens(rows(tx, TAKE, arguments)).getOrDefault(lane, Map.of());
    }

    void giveBack(SqlConnection tx, Owner me, Lane lane, Collection<Integer> partitions) {
        rows(
                tx,
                GIVE_BACK,
                Tuple.of(consumer, me.id(), lane.name(), partitions.toArray(Integer[]::new)));
    }

    void leave(SqlConnection tx, Owner me) {
        rows(tx, GIVE_ALL_BACK, Tuple.of(consumer, me.id()));
        rows(tx, LEAVE, Tuple.of(consumer, me.id()));
    }

    private static Map<Lane, Map<Integer, Long>> tokens(RowSet<Row> rows) {
        Map<Lane, Map<Integer, Long>> found = new EnumMap<>(Lane.class);
        for (Row row : rows) {
            found.computeIfAbsent(Lane.valueOf(row.getString(0)), lane -> new HashMap<>())
                    .put(row.getInteger(1), row.getLong(2));
        }
        return found;
    }

    private RowSet<Row> rows(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql.formatted(schema)).execute(arguments).await();
    }
}
