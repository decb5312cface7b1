package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;

/** A dispense as columns and back. */
final class DispenseRows {
    static final String COLUMNS =
            """
            id, tenant, member, idempotency_key, device_id, gateway, outlet, ordered_ml, measure_mode, ml_per_second,
            ml_per_1000_pulses, seconds_max, ttl_ms, end_within_ms, terms::text AS terms, parties::text AS parties, hold_fen, created_at,
            state, hold, progress_ml, seconds_run, end_ml, settled_ml, reason, charged_fen, corrected_fen, refunded_fen,
            bad_debt_fen, journal, partition, orphan_at_ms, updated_at,
            trail_boot, trail_base, trail_high, trail_broken, channel
            """;

    private DispenseRows() {}

    static Dispense dispense(Row r) {
        return new Dispense(order(r), course(r), r.getOffsetDateTime("updated_at").toInstant());
    }

    private static Order order(Row r) {
        return new Order(
                r.getString("id"),
                r.getString("tenant"),
                r.getString("member"),
                r.getString("idempotency_key"),
                r.getString("device_id"),
                r.getString("gateway"),
                Outlet.of(r.getString("outlet")),
                r.getLong("ordered_ml"),
                MeasureMode.of(r.getInteger("measure_mode")),
                r.getLong("ml_per_second"),
                r.getLong("ml_per_1000_pulses"),
                r.getLong("seconds_max"),
                r.getLong("ttl_ms"),
                r.getLong("end_within_ms"),
                Json.read(r.getString("terms"), Terms.class),
                Json.read(r.getString("parties"), Parties.class),
                Money.ofFen(r.getLong("hold_fen")),
                r.getOffsetDateTime("created_at").toInstant(),
                r.getLong("channel"));
    }

    private static Course course(Row r) {
        String reason = r.getString("reason");
        return new Course(
                DispenseState.valueOf(r.getString("state")),
                r.getString("hold"),
                r.getLong("progress_ml"),
                r.getLong("seconds_run"),
                r.getLong("end_ml"),
                r.getLong("settled_ml"),
                reason == null ? null : EndReason.valueOf(reason),
                Money.ofFen(r.getLong("charged_fen")),
                Money.ofFen(r.getLong("corrected_fen")),
                Money.ofFen(r.getLong("refunded_fen")),
                Money.ofFen(r.getLong("bad_debt_fen")),
                r.getString("journal"),
                r.getInteger("partition"),
                r.getLong("orphan_at_ms"),
                trail(r));
    }

    private static @Nullable Trail trail(Row r) {
        String boot = r.getString("trail_boot");
        return boot == null
                ? null
                : new Trail(
                        boot,
                        r.getLong("trail_base"),
                        r.getLong("trail_high"),
                        r.getBoolean("trail_broken"));
    }

    static Tuple tuple(Order o) {
        return Tuple.tuple()
                .addValue(o.id())
                .addValue(o.tenant())
                .addValue(o.member())
                .addValue(o.key())
                .addValue(o.deviceId())
                .addValue(o.gateway())
                .addValue(o.outlet().wire())
                .addValue(o.orderedMl())
                .addValue((short) o.mode().code())
                .addValue(o.mlPerSecond())
                .addValue(o.mlPer1000Pulses())
                .addValue(o.secondsMax())
                .addValue(o.ttlMs())
                .addValue(o.endWithinMs())
                .addValue(Json.text(o.terms()))
                .addValue(Json.text(o.parties()))
                .addValue(o.hold().fen())
                .addValue(o.created().atOffset(ZoneOffset.UTC))
                .addValue(o.channel());
    }

    static Tuple course(Dispense d, Instant now) {
        Course c = d.course();
        EndReason reason = c.reason();
        Trail trail = c.trail();
        return Tuple.tuple()
                .addValue(d.id())
                .addValue(c.state().name())
                .addValue(c.hold())
                .addValue(c.progressMl())
                .addValue(c.secondsRun())
                .addValue(c.endMl())
                .addValue(c.settledMl())
                .addValue(reason == null ? null : reason.name())
                .addValue(c.charged().fen())
                .addValue(c.corrected().fen())
                .addValue(c.refunded().fen())
                .addValue(c.badDebt().fen())
                .addValue(c.journal())
                .addValue(c.partition())
                .addValue(c.orphanAtMs())
                .addValue(now.atOffset(ZoneOffset.UTC))
                .addValue(trail == null ? null : trail.boot())
                .addValue(trail == null ? null : trail.base())
                .addValue(trail == null ? null : trail.high())
                .addValue(trail != null && trail.broken());
    }
}
