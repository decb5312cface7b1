package io.weir.cloud.dispense;

import io.weir.cloud.dispense.Dispense.Order;
import io.weir.model.fact.CounterRange;

import org.jspecify.annotations.Nullable;

import java.util.OptionalLong;

/**
 * Joins the start of a dispense, told by the gateway that opened it, with its end at another one
 * (DESIGN section 5, ADR 011): within one boot of the device a counter only rises, so what lies
 * between the baseline here and the reading there flowed between them. Pure.
 */
final class TakeoverFlow {
    private TakeoverFlow() {}

    /**
     * What surely flowed, in ml; empty when the two can't be joined: another boot or counter, or
     * the reading may be from before the dispense.
     *
     * @param trail what the opening gateway told of the counter, null while it told nothing
     * @param seen the counter where the device came to rest
     */
    static OptionalLong pouredMl(Order order, @Nullable Trail trail, CounterRange seen) {
        if (trail == null
                || trail.broken()
                || order.mode() != seen.mode()
                || !trail.boot().equals(seen.boot())
                || seen.to() <= trail.base()) {
            return OptionalLong.empty();
        }
        long units = seen.to() - trail.base();
        // of seconds and pulses one less passed for sure than the readings differ by
        return OptionalLong.of(
                switch (order.mode()) {
                    case VOLUME -> units;
                    case TIMER -> (units - 1) * order.mlPerSecond();
                    case FLOW_METER -> (units - 1) * order.mlPer1000Pulses() / 1_000;
                });
    }

    /** The trail of a dispense that poured so much: the counter went at least so far. */
    static @Nullable Trail atLeast(Order order, @Nullable Trail trail, long pouredMl) {
        if (trail == null || pouredMl <= 0) {
            return trail;
        }
        long units =
                switch (order.mode()) {
                    case VOLUME -> pouredMl;
                    case TIMER -> pouredMl / Math.max(1, order.mlPerSecond());
                    case FLOW_METER -> pouredMl * 1_000 / Math.max(1, order.mlPer1000Pulses());
                };
        return trail.seenAt(trail.base() + Math.max(1, units));
    }
}
