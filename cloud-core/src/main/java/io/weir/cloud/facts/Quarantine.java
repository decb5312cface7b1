package io.weir.cloud.facts;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import java.time.Duration;
import java.util.List;

/**
 * Where entries go that can't be applied: kept with the reason, counted, never in the way of
 * others. An applier puts an entry here itself when it knows what is wrong with it.
 */
public final class Quarantine {
    /** The device isn't the gateway's that sent it. */
    public static final String NOT_ASSIGNED = "NOT_ASSIGNED";

    /** Applying it failed. */
    public static final String NOT_APPLICABLE = "NOT_APPLICABLE";

    /** The Kafka record is no frame. */
    static final String CORRUPT = "CORRUPT";

    /** The frame stands in a partition or topic that is not its own. */
    static final String MISPLACED = "MISPLACED";

    private static final int DETAIL_CHARS = 500;
    private static final String PUT =
            """
            INSERT INTO %s.quarantine (consumer, lane, partition, gateway, journal, frame, kind, device_id,
                                       epoch, at_ms, name, payload, reason, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;
    private static final String FORGET =
            """
            DELETE FROM %s.quarantine
            WHERE consumer = $1 AND quarantined_at < now() - ($2::bigint * interval '1 millisecond')
            """;

    /** One entry to be put away. */
    record Refused(Frame frame, Entry entry, String reason, String detail) {}

    private final String consumer;
    private final String put;
    private final String forget;
    private final MeterRegistry metrics;

    public Quarantine(FactSpec spec, MeterRegistry metrics) {
        this.consumer = spec.name();
        this.put = PUT.formatted(spec.schema());
        this.forget = FORGET.formatted(spec.schema());
        this.metrics = metrics;
    }

    /** Puts one entry away, in the transaction that goes on without it. */
    public void put(SqlConnection tx, Frame frame, Entry entry, String reason, String detail) {
        put(tx, List.of(new Refused(frame, entry, reason, detail)));
    }

    void put(SqlConnection tx, List<Refused> refused) {
        if (refused.isEmpty()) {
            return;
        }
        tx.preparedQuery(put).executeBatch(refused.stream().map(this::tuple).toList()).await();
        refused.forEach(r -> count(r.frame().lane(), r.reason()));
    }

    /** Puts a whole Kafka record away that is no frame of this partition. */
    void putRecord(
            SqlConnection tx,
            Lane lane,
            int partition,
            long offset,
            byte[] bytes,
            String reason,
            String detail) {
        tx.preparedQuery(put)
                .execute(
                        Tuple.tuple()
                                .addValue(consumer)
                                .addValue(lane.name())
                                .addValue(partition)
                                .addValue("")
                                .addValue("")
                                .addValue(offset)
                                .addValue("RECORD")
                                .addValue("")
                                .addValue(0L)
                                .addValue(0L)
                                .addValue("")
                                .addValue(Buffer.buffer(bytes))
                                .addValue(reason)
                                .addValue(text(detail)))
                .await();
        count(lane, reason);
    }

    void forget(SqlConnection tx, Duration keep) {
        tx.preparedQuery(forget).execute(Tuple.of(consumer, keep.toMillis())).await();
    }

    private void count(Lane lane, String reason) {
        metrics.counter(
                        "weir.facts.quarantined",
                        "consumer",
                        consumer,
                        "lane",
                        lane.name(),
                        "reason",
                        reason)
                .increment();
    }

    private Tuple tuple(Refused r) {
        Frame frame = r.frame();
        Entry entry = r.entry();
        return Tuple.tuple()
                .addValue(consumer)
                .addValue(frame.lane().name())
                .addValue(frame.partition())
                .addValue(frame.gateway())
                .addValue(frame.journal())
                .addValue(frame.number())
                .addValue(entry.kind().name())
                .addValue(text(entry.device()))
                .addValue(entry.epoch())
                .addValue(entry.atMs())
                .addValue(text(entry.name()))
                .addValue(Buffer.buffer(entry.payload()))
                .addValue(r.reason())
                .addValue(text(r.detail()));
    }

    /** PostgreSQL has no text with a NUL in it. */
    private static String text(String s) {
        String clean = s.replace('\0', '?');
        return clean.length() <= DETAIL_CHARS ? clean : clean.substring(0, DETAIL_CHARS);
    }
}
