package io.weir.cloud.facts;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ingest.IngestApi;
import io.weir.model.fact.Lane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Marks and positions of one consumer, in its context's own schema (V0002). */
final class FactStore {
    private static final String LEASES_HELD =
            """
            SELECT l.partition, set_config('idle_in_transaction_session_timeout', $5, true)
            FROM %s.lease l JOIN unnest($3::int[], $4::bigint[]) AS h(partition, token)
              ON l.partition = h.partition AND l.token = h.token
            WHERE l.consumer = $1 AND l.lane = $2
            FOR KEY SHARE OF l
            """;
    private static final String MARKS =
            """
            SELECT m.partition, m.gateway, m.journal, m.frame, m.kafka_offset, coalesce(m.stopped_frame, 0),
                   coalesce(m.stopped_offset, 0)
            FROM %s.mark m JOIN unnest($3::int[], $4::text[], $5::text[]) AS k(partition, gateway, journal)
              ON m.partition = k.partition AND m.gateway = k.gateway AND m.journal = k.journal
            WHERE m.consumer = $1 AND m.lane = $2
            FOR UPDATE OF m
            """;
    private static final String SAVE_MARKS =
            """
            INSERT INTO %s.mark AS m (consumer, lane, partition, gateway, journal, frame, kafka_offset, stopped_frame,
                                      stopped_offset, stopped_at)
            SELECT $1, $2, k.partition, k.gateway, k.journal, k.frame, k.kafka_offset, nullif(k.stopped_frame, 0),
                   CASE WHEN k.stopped_frame > 0 THEN k.stopped_offset END,
                   CASE WHEN k.stopped_frame > 0 THEN now() END
            FROM unnest($3::int[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
              AS k(partition, gateway, journal, frame, kafka_offset, stopped_frame, stopped_offset)
            ON CONFLICT (consumer, lane, partition, gateway, journal) DO UPDATE
            SET frame = excluded.frame, kafka_offset = excluded.kafka_offset, stopped_frame = excluded.stopped_frame,
                stopped_offset = excluded.stopped_offset,
                stopped_at = CASE WHEN excluded.stopped_frame IS NOT NULL THEN coalesce(m.stopped_at, now()) END,
                updated_at = now()
            """;
    private static final String SAVE_POSITIONS =
            """
            INSERT INTO %s.position (consumer, lane, partition, next_offset)
            SELECT $1, $2, k.partition, k.next_offset FROM unnest($3::int[], $4::bigint[]) AS k(partition, next_offset)
            ON CONFLICT (consumer, lane, partition) DO UPDATE
            SET next_offset = excluded.next_offset, updated_at = now()
            """;
    private static final String POSITIONS =
            """
            SELECT partition, next_offset FROM %s.position WHERE consumer = $1 AND lane = $2 AND partition = ANY($3::int[])
            """;
    private static final String STOPPED =
            """
            SELECT partition, gateway, journal, frame, kafka_offset, stopped_frame, stopped_offset
            FROM %s.mark
            WHERE consumer = $1 AND lane = $2 AND partition = ANY($3::int[]) AND stopped_frame IS NOT NULL
            """;
    private static final String MARKS_OF_JOURNAL =
            """
            SELECT lane, partition, frame FROM %s.mark WHERE consumer = $1 AND gateway = $2 AND journal = $3
            """;

    private final String consumer;
    private final String leasesHeld;
    private final String marks;
    private final String saveMarks;
    private final String savePositions;
    private final String positions;
    private final String stopped;
    private final String marksOfJournal;

    FactStore(FactSpec spec) {
        this.consumer = spec.name();
        this.leasesHeld = LEASES_HELD.formatted(spec.schema());
        this.marks = MARKS.formatted(spec.schema());
        this.saveMarks = SAVE_MARKS.formatted(spec.schema());
        this.savePositions = SAVE_POSITIONS.formatted(spec.schema());
        this.positions = POSITIONS.formatted(spec.schema());
        this.stopped = STOPPED.formatted(spec.schema());
        this.marksOfJournal = MARKS_OF_JOURNAL.formatted(spec.schema());
    }

    /**
     * Which of these leases are still ours; locked against a change of owner until the transaction
     * ends. A connection that dies silently gives the lock back after {@code idle}.
     */
    List<Integer> leasesHeld(
            SqlConnection tx, Lane lane, Map<Integer, Long> tokens, Duration idle) {
        Tuple arguments =
                Tuple.of(
                        consumer,
                        lane.name(),
                        tokens.keySet().toArray(Integer[]::new),
                        tokens.values().toArray(Long[]::new),
                        idle.toMillis() + "ms");
        List<Integer> held = new ArrayList<>();
        rows(tx, leasesHeld, arguments).forEach(row -> held.add(row.getInteger(0)));
        return held;
    }

    /** Locks and reads the marks of these journals; those that have none yet are left out. */
    Map<Mark.Key, Mark> marks(SqlConnection tx, Lane lane, Collection<Mark.Key> keys) {
        Tuple arguments =
                Tuple.of(
                        consumer,
                        lane.name(),
                        keys.stream().map(Mark.Key::partition).toArray(Integer[]::new),
                        keys.stream().map(Mark.Key::gateway).toArray(String[]::new),
                        keys.stream().map(Mark.Key::journal).toArray(String[]::new));
        return marks(rows(tx, marks, arguments));
    }

    void saveMarks(SqlConnection tx, Lane lane, Map<Mark.Key, Mark> changed) {
        var keys = changed.keySet();
        var values = changed.values();
        rows(
                tx,
                saveMarks,
                Tuple.tuple()
                        .addValue(consumer)
                        .addValue(lane.name())
                        .addValue(keys.stream().map(Mark.Key::partition).toArray(Integer[]::new))
                        .addValue(keys.stream().map(Mark.Key::gateway).toArray(String[]::new))
                        .addValue(keys.stream().map(Mark.Key::journal).toArray(String[]::new))
                        .addValue(values.stream().map(Mark::frame).toArray(Long[]::new))
                        .addValue(values.stream().map(Mark::offset).toArray(Long[]::new))
                        .addValue(values.stream().map(Mark::stoppedFrame).toArray(Long[]::new))
                        .addValue(values.stream().map(Mark::stoppedOffset).toArray(Long[]::new)));
    }

    void savePositions(SqlConnection tx, Lane lane, Map<Integer, Long> next) {
        rows(
                tx,
                savePositions,
                Tuple.of(
                        consumer,
                        lane.name(),
                        next.keySet().toArray(Integer[]::new),
                        next.values().toArray(Long[]::new)));
    }

    Map<Integer, Long> positions(SqlConnection tx, Lane lane, Collection<Integer> partitions) {
        Map<Integer, Long> found = new HashMap<>();
        rows(tx, positions, Tuple.of(consumer, lane.name(), partitions.toArray(Integer[]::new)))
                .forEach(row -> found.put(row.getInteger(0), row.getLong(1)));
        return found;
    }

    /** Journals that wait behind a gap. */
    Map<Mark.Key, Mark> stopped(SqlConnection tx, Lane lane, Collection<Integer> partitions) {
        return marks(
                rows(
                        tx,
                        stopped,
                        Tuple.of(consumer, lane.name(), partitions.toArray(Integer[]::new))));
    }

    List<IngestApi.Mark> marksOf(SqlConnection tx, String gateway, String journal) {
        List<IngestApi.Mark> found = new ArrayList<>();
        rows(tx, marksOfJournal, Tuple.of(consumer, gateway, journal))
                .forEach(
                        row ->
                                found.add(
                                        new IngestApi.Mark(
                                                Lane.valueOf(row.getString(0)),
                                                row.getInteger(1),
                                                row.getLong(2))));
        return found;
    }

    private static Map<Mark.Key, Mark> marks(RowSet<Row> rows) {
        Map<Mark.Key, Mark> found = new HashMap<>();
        for (Row row : rows) {
            found.put(
                    new Mark.Key(row.getInteger(0), row.getString(1), row.getString(2)),
                    new Mark(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6)));
        }
        return found;
    }

    private static RowSet<Row> rows(SqlConnection tx, String sql, Tuple arguments) {
        return tx.preparedQuery(sql).execute(arguments).await();
    }
}
