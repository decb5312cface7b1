package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.GatewayClock.Key;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stream clocks of gateways and their silence. Only {@code weir_system} comes here. */
final class ClockStore {
    private static final String LOAD =
            """
            SELECT c.gateway, c.journal, c.partition, c.boot, c.tick_ms, c.stream_ms
            FROM dispense.gateway_clock c
            JOIN unnest($1::text[], $2::text[], $3::int[]) AS k(gateway, journal, partition)
              ON c.gateway = k.gateway AND c.journal = k.journal AND c.partition = k.partition
            """;
    private static final String SAVE =
            """
            INSERT INTO dispense.gateway_clock (gateway, journal, partition, boot, tick_ms, stream_ms)
            SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[])
            ON CONFLICT (gateway, journal, partition) DO UPDATE
            SET boot = excluded.boot, tick_ms = excluded.tick_ms, stream_ms = excluded.stream_ms, silent_ms = 0
            """;
    private static final String LAST_SWEEP =
            "SELECT swept_at FROM dispense.sweep FOR UPDATE SKIP LOCKED";
    private static final String SWEPT = "UPDATE dispense.sweep SET swept_at = $1";
    private static final String COUNT_SILENCE =
            "UPDATE dispense.gateway_clock SET silent_ms = silent_ms + $1";
    private static final String COUNT_WAITING =
            """
            UPDATE dispense.dispense SET waited_ms = waited_ms + $1 WHERE state IN ('COMMANDED', 'RUNNING')
            """;
    private static final String SILENT =
            """
            SELECT d.id
            FROM dispense.dispense d
            WHERE d.state IN ('COMMANDED', 'RUNNING') AND d.waited_ms >= $1
              AND NOT EXISTS (
                SELECT 1 FROM dispense.gateway_clock c
                WHERE c.gateway = d.gateway AND c.silent_ms < $1
                  AND (d.journal IS NULL OR c.journal = d.journal AND c.partition = d.partition))
            """;

    Map<Key, GatewayClock> load(SqlConnection tx, Collection<Key> keys) {
        Tuple values =
                Tuple.of(
                        keys.stream().map(Key::gateway).toArray(String[]::new),
                        keys.stream().map(Key::journal).toArray(String[]::new),
                        keys.stream().map(Key::partition).toArray(Integer[]::new));
        Map<Key, GatewayClock> found = new HashMap<>();
        keys.forEach(
                k ->
                        found.put(
                                k,
                                new GatewayClock(
                                        k.gateway(),
                                        k.journal(),
                                        k.partition(),
                                        StreamClock.UNSEEN)));
        for (Row r : tx.preparedQuery(LOAD).execute(values).await()) {
            GatewayClock clock =
                    new GatewayClock(
                            r.getString(0),
                            r.getString(1),
                            r.getInteger(2),
                            new StreamClock(r.getString(3), r.getLong(4), r.getLong(5)));
            found.put(clock.key(), clock);
        }
        return found;
    }

    void save(SqlConnection tx, Collection<GatewayClock> clocks) {
        Tuple values =
                Tuple.of(
                        clocks.stream().map(GatewayClock::gateway).toArray(String[]::new),
                        clocks.stream().map(GatewayClock::journal).toArray(String[]::new),
                        clocks.stream().map(GatewayClock::partition).toArray(Integer[]::new),
                        clocks.stream().map(c -> c.clock().boot()).toArray(String[]::new),
                        clocks.stream().map(c -> c.clock().tickMs()).toArray(Long[]::new),
                        clocks.stream().map(c -> c.clock().streamMs()).toArray(Long[]::new));
        tx.preparedQuery(SAVE).execute(values).await();
    }

    /**
     * Counts the time since the last sweep as silence and names the dispenses whose gateway has
     * been silent for {@code limit}. Time in which nobody swept counts as one sweep only: who was
     * deaf himself has heard no silence. Empty when another node sweeps or has just done so.
     */
    List<String> sweep(SqlConnection tx, Instant now, Duration every, Duration limit) {
        var last = tx.query(LAST_SWEEP).execute().await();
        if (last.size() == 0) {
            return List.of();
        }
        Instant before = last.iterator().next().getOffsetDateTime(0).toInstant();
        long passedMs = Duration.between(before, now).toMillis();
        if (passedMs >= 0 && passedMs < every.toMillis()) {
            return List.of();
        }
        long countedMs = Math.clamp(passedMs, 0, 2 * every.toMillis());
        tx.preparedQuery(SWEPT).execute(Tuple.of(now.atOffset(ZoneOffset.UTC))).await();
        tx.preparedQuery(COUNT_SILENCE).execute(Tuple.of(countedMs)).await();
        tx.preparedQuery(COUNT_WAITING).execute(Tuple.of(countedMs)).await();
        List<String> silent = new ArrayList<>();
        tx.preparedQuery(SILENT)
                .execute(Tuple.of(limit.toMillis()))
                .await()
                .forEach(r -> silent.add(r.getString(0)));
        return silent;
    }
}
