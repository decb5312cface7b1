package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.dispense.DispenseInput.Joined;
import io.weir.model.access.Scope;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Dispenses whose device came to rest at another gateway (ADR 011). Both sides are kept, so it does
 * not matter which comes first, how often, or how late.
 *
 * <p>A device that names the dispense is believed. A counter alone is joined only when nothing else
 * can have moved it: no younger dispense of the device is known, and no slice of it is out.
 */
final class Takeovers {
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

    private final DispenseBook book;

    Takeovers(DispenseBook book) {
        this.book = book;
    }

    /** A gateway tells where a device came to rest; {@link #join} draws the conclusion. */
    void sighted(
            SqlConnection c, Place place, String gateway, DispenseFact.Rested fact, Instant now) {
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

    private record Pair(String dispense, CounterRange seen) {}

    /**
     * Joins what can be joined of these devices, and takes their water out of what nobody ordered.
     *
     * @return the dispenses that changed
     */
    Set<String> join(SqlConnection c, Collection<String> devices) {
        Tuple those = Tuple.of(devices.toArray(String[]::new));
        List<Pair> pairs = new ArrayList<>();
        for (Row r : c.preparedQuery(PAIRS).execute(those).await()) {
            MeasureMode mode = MeasureMode.of(r.getShort(1));
            CounterRange seen = new CounterRange(mode, r.getString(2), r.getLong(3), r.getLong(4));
            pairs.add(new Pair(r.getString(0), seen));
        }
        Set<String> changed = new HashSet<>();
        for (Pair p : pairs) {
            if (book.step(c, Scope.PLATFORM, p.dispense(), new Joined(p.seen())).changed()) {
                changed.add(p.dispense());
            }
        }
        c.preparedQuery(ATTRIBUTE).execute(those).await();
        return changed;
    }
}
