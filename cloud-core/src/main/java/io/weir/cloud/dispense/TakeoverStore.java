package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where devices were seen to rest, and which dispenses that may end (ADR 011). */
final class TakeoverStore {
    /**
     * A dispense and what was seen of its device elsewhere.
     *
     * @param seen readings of the same counter in the same boot as the dispense's own
     */
    record Pair(String dispense, CounterRange seen) {}

    private static final String SIGHTED =
            """
            INSERT INTO dispense.sighting
              (device_id, tenant, gateway, dispense, measure_mode, boot, from_count, to_count, seen_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
            """;
    private static final String PAIRS =
            """
            SELECT d.id, s.measure_mode, s.boot, s.from_count, s.to_count
            FROM dispense.sighting s
            JOIN dispense.dispense d
              ON d.device_id = s.device_id AND d.trail_boot = s.boot AND d.measure_mode = s.measure_mode
            WHERE s.device_id = ANY($1::text[]) AND NOT d.trail_broken AND d.trail_base < s.to_count
              AND d.state NOT IN ('CREATED', 'HELD')
              AND (d.end_ml IS NULL OR s.to_count < d.trail_high)
              AND (s.dispense = d.id
                   OR s.dispense = ''
                      AND NOT EXISTS (
                        SELECT 1 FROM dispense.dispense n
                        WHERE n.device_id = d.device_id AND n.created_at >= d.created_at AND n.id <> d.id AND n.state <> 'VOIDED')
                      AND NOT EXISTS (
                        SELECT 1 FROM dispense.slice o
                        WHERE o.device_id = d.device_id AND o.state IN ('SERVED', 'TAKEN')))
            ORDER BY d.id, s.to_count
            """;
    private static final String ATTRIBUTE =
            """
            UPDATE dispense.unattributed u SET dispense = d.id
            FROM dispense.dispense d
            WHERE u.device_id = ANY($1::text[]) AND u.boot IS NOT NULL AND u.dispense IS NULL
              AND d.device_id = u.device_id AND d.trail_boot = u.boot AND d.measure_mode = u.measure_mode
              AND d.trail_base < u.to_count AND d.trail_high > u.from_count
              AND d.state NOT IN ('CREATED', 'HELD', 'VOIDED')
            """;

    /** Told again, it stays once. */
    void add(SqlConnection c, Place place, String gateway, DispenseFact.Rested fact, Instant now) {
        CounterRange seen = fact.seen();
        c.preparedQuery(SIGHTED)
                .execute(
                        Tuple.tuple()
                                .addValue(place.deviceId())
                                .addValue(place.tenant())
                                .addValue(gateway)
                                .addValue(fact.dispenseId())
                                .addValue((short) seen.mode().code())
                                .addValue(seen.boot())
                                .addValue(seen.from())
                                .addValue(seen.to())
                                .addValue(now.atOffset(ZoneOffset.UTC)))
                .await();
    }

    /** What can be joined of these devices. */
    List<Pair> pairs(SqlConnection c, Collection<String> devices) {
        List<Pair> pairs = new ArrayList<>();
        for (Row r : c.preparedQuery(PAIRS).execute(those(devices)).await()) {
            MeasureMode mode = MeasureMode.of(r.getShort(1));
            CounterRange seen = new CounterRange(mode, r.getString(2), r.getLong(3), r.getLong(4));
            pairs.add(new Pair(r.getString(0), seen));
        }
        return pairs;
    }

    /** Water of these devices that a dispense has is nobody's no longer. */
    void attribute(SqlConnection c, Collection<String> devices) {
        c.preparedQuery(ATTRIBUTE).execute(those(devices)).await();
    }

    private static Tuple those(Collection<String> devices) {
        return Tuple.of(devices.toArray(String[]::new));
    }
}
