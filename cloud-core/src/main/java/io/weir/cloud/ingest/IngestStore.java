package io.weir.cloud.ingest;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.ingest.PostBatch.History;
import io.weir.cloud.ingest.PostBatch.Latest;
import io.weir.model.fact.Frame;
import io.weir.model.fact.ShedFact;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Everything that ingest writes. Bulk writes are one statement over arrays (facts/probes.md 6). */
final class IngestStore {
    private static final String POSTS =
            """
            INSERT INTO ingest.property_post (tenant, device_id, at, epoch, gateway_at, params)
            SELECT p.tenant, p.device_id, p.at, p.epoch, p.gateway_at, p.params::jsonb
            FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::text[])
              AS p(tenant, device_id, at, epoch, gateway_at, params)
            """;
    private static final String EVENTS =
            """
            INSERT INTO ingest.event_post (tenant, device_id, at, epoch, gateway_at, identifier, params)
            SELECT p.tenant, p.device_id, p.at, p.epoch, p.gateway_at, p.identifier, p.params::jsonb
            FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::text[],
                        $7::text[])
              AS p(tenant, device_id, at, epoch, gateway_at, params, identifier)
            """;

    /**
     * Frames of one gateway come in order, so they win over what came through it before, and a post
     * of the same properties replaces the state unread. Another gateway's win by epoch, or by time
     * where one had no epoch. A new owner sees nothing of the former one's.
     */
    private static final String LATEST =
            """
            INSERT INTO ingest.latest AS l (device_id, tenant, state, keys, at, epoch, gateway, posts, events)
            SELECT n.device_id, n.tenant, n.state, CASE WHEN n.keys = '' THEN 0 ELSE hashtextextended(n.keys, 0) END, n.at, n.epoch, n.gateway,
                   n.posts, n.events
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::text[],
                        $8::bigint[], $9::bigint[])
              AS n(device_id, tenant, state, keys, at, epoch, gateway, posts, events)
            ON CONFLICT (device_id) DO UPDATE SET
                tenant = excluded.tenant,
                state = CASE
                    WHEN l.tenant <> excluded.tenant THEN excluded.state
                    WHEN excluded.keys = 0 THEN l.state
                    WHEN l.gateway <> excluded.gateway THEN
                        ingest.merge(l.state::jsonb, excluded.state::jsonb)::text
                    WHEN l.keys = excluded.keys THEN excluded.state
                    ELSE (l.state::jsonb || excluded.state::jsonb)::text END,
                keys = CASE
                    WHEN l.tenant <> excluded.tenant THEN excluded.keys
                    WHEN excluded.keys = 0 OR l.keys = excluded.keys THEN l.keys
                    ELSE ingest.keys(l.state::jsonb || excluded.state::jsonb) END,
                at = CASE WHEN l.gateway = excluded.gateway THEN excluded.at ELSE greatest(l.at, excluded.at) END,
                epoch = greatest(l.epoch, excluded.epoch),
                gateway = CASE
                    WHEN l.epoch > 0 AND excluded.epoch > 0 AND l.epoch > excluded.epoch THEN l.gateway
                    ELSE excluded.gateway END,
                posts = CASE WHEN l.tenant <> excluded.tenant THEN 0 ELSE l.posts END + excluded.posts,
                events = CASE WHEN l.tenant <> excluded.tenant THEN 0 ELSE l.events END + excluded.events
            """;

    private static final String SHED =
            """
            INSERT INTO ingest.shed (gateway, journal, lane, partition, frame, at, entries, bytes, reason)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;
    private static final String DAYS = "SELECT day FROM ingest.day";
    // Both functions wait while a backup is being taken, so they are called only when there is
    // work.
    private static final String MAKE_DAYS =
            """
            SELECT CASE WHEN EXISTS (SELECT FROM generate_series($1::date, $2::date, interval '1 day') AS g
                                     WHERE NOT EXISTS (SELECT FROM ingest.day k WHERE k.day = g::date))
                   THEN ingest.make_days($1::date, $2::date) ELSE 0 END
            """;
    private static final String DROP_DAY =
            """
            SELECT CASE WHEN EXISTS (SELECT FROM ingest.day WHERE day < $1::date)
                        AND (SELECT count(*) FROM ingest.day WHERE day <= $2::date) > $3 + 1 THEN ingest.drop_day($1::date) END
            """;

    private static final String[] CLEAR = {
        "DELETE FROM ingest.property_post WHERE device_id = $1",
        "DELETE FROM ingest.event_post WHERE device_id = $1",
        "DELETE FROM ingest.latest WHERE device_id = $1"
    };

    private IngestStore() {}

    static void write(SqlConnection tx, PostBatch batch) {
        List<Future<?>> sent = new ArrayList<>();
        if (batch.posts.size() > 0) {
            sent.add(tx.preparedQuery(POSTS).execute(history(batch.posts)));
        }
        if (batch.events.size() > 0) {
            Tuple columns = history(batch.events);
            columns.addValue(batch.events.identifiers.toArray(String[]::new));
            sent.add(tx.preparedQuery(EVENTS).execute(columns));
        }
        batch.rounds.forEach(
                round -> sent.add(tx.preparedQuery(LATEST).execute(latest(round.values()))));
        sent.forEach(answer -> answer.await());
    }

    static void shed(SqlConnection tx, Frame frame, long atMs, ShedFact shed) {
        OffsetDateTime at = Instant.ofEpochMilli(atMs).atOffset(ZoneOffset.UTC);
        rows(
                tx,
                SHED,
                Tuple.tuple()
                        .addValue(frame.gateway())
                        .addValue(frame.journal())
                        .addValue(frame.lane().name())
                        .addValue(frame.partition())
                        .addValue(frame.number())
                        .addValue(at)
                        .addValue(shed.entries())
                        .addValue(shed.bytes())
                        .addValue(shed.reason()));
    }

    /** All that a device ever said; its rows are found by the history's index. */
    static void clear(SqlConnection tx, String device) {
        for (String sql : CLEAR) {
            rows(tx, sql, Tuple.of(device));
        }
    }

    static Set<LocalDate> days(SqlConnection tx) {
        Set<LocalDate> days = new HashSet<>();
        rows(tx, DAYS, Tuple.tuple()).forEach(row -> days.add(row.getLocalDate(0)));
        return Set.copyOf(days);
    }

    static int makeDays(SqlConnection tx, LocalDate first, LocalDate last) {
        return rows(tx, MAKE_DAYS, Tuple.of(first, last)).iterator().next().getInteger(0);
    }

    /**
     * Drops the oldest day that is not to be kept. As many days as are to be kept are there
     * afterwards, so that a clock that is years ahead can't drop the history.
     *
     * @return the day that was dropped; null when there is none to drop
     */
    static @org.jspecify.annotations.Nullable LocalDate dropDay(
            SqlConnection tx, LocalDate today, int kept) {
        Tuple limits = Tuple.of(today.minusDays(kept), today, (long) kept);
        return rows(tx, DROP_DAY, limits).iterator().next().getLocalDate(0);
    }

    private static Tuple history(History h) {
        return Tuple.of(
                h.tenants.toArray(String[]::new),
                h.devices.toArray(String[]::new),
                h.ats.toArray(OffsetDateTime[]::new),
                h.epochs.toArray(Long[]::new),
                h.gatewayAts.toArray(OffsetDateTime[]::new),
                h.params.toArray(String[]::new));
    }

    private static Tuple latest(Collection<Latest> all) {
        return Tuple.tuple()
                .addValue(texts(all, l -> l.device))
                .addValue(texts(all, l -> l.tenant))
                .addValue(texts(all, Latest::state))
                .addValue(texts(all, Latest::keys))
                .addValue(
                        all.stream()
                                .map(l -> Instant.ofEpochMilli(l.atMs).atOffset(ZoneOffset.UTC))
                                .toArray(OffsetDateTime[]::new))
                .addValue(longs(all, l -> l.epoch))
                .addValue(texts(all, l -> l.gateway))
                .addValue(longs(all, l -> l.posts))
                .addValue(longs(all, l -> l.events));
    }

    private static String[] texts(Collection<Latest> all, Function<Latest, String> column) {
        return all.stream().map(column).toArray(String[]::new);
    }

    private static Long[] longs(Collection<Latest> all, Function<Latest, Long> column) {
        return all.stream().map(column).toArray(Long[]::new);
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql).execute(arguments).await();
    }
}
