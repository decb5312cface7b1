package io.weir.cloud.dispense;

import io.weir.model.Money;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One dispense: what was agreed and how it went.
 *
 * @param updated label of the last change
 */
record Dispense(Order order, Course course, Instant updated) {
    String id() {
        return order.id();
    }

    Dispense with(Course next) {
        return new Dispense(order, next, updated);
    }

    /** Poured as far as is known: the end's count, else the last counter. */
    long pouredMl() {
        Long end = course.endMl();
        return end != null ? end : course.progressMl();
    }

    /** What is charged for; before the end: what would be. */
    long billedMl() {
        Long settled = course.settledMl();
        return settled != null ? settled : DispensePricing.billedMl(pouredMl(), order.orderedMl());
    }

    /**
     * Frozen at CREATED.
     *
     * @param tenant path of the device's owner
     * @param key the caller's idempotency key
     * @param hold the price of the ordered volume
     * @param ttlMs how long the edge may wait with the command
     * @param endWithinMs stream time from the first fact within which an end must come
     * @param channel of unbilled water that it flows in; null when it is billed
     */
    record Order(
            String id,
            String tenant,
            String member,
            String key,
            String deviceId,
            String gateway,
            Outlet outlet,
            long orderedMl,
            MeasureMode mode,
            long mlPerSecond,
            long mlPer1000Pulses,
            long secondsMax,
            long ttlMs,
            long endWithinMs,
            Terms terms,
            Parties parties,
            Money hold,
            Instant created,
            @Nullable Long channel) {
        OpenDispense command() {
            return new OpenDispense(
                    id,
                    deviceId,
                    outlet,
                    orderedMl,
                    mode,
                    mlPerSecond,
                    mlPer1000Pulses,
                    secondsMax,
                    ttlMs);
        }

        /** The same order as a dispense of its own. */
        Order named(String newId, String newKey, Instant now) {
            return of(newId, newKey, orderedMl, now);
        }

        /** The same for at most so much; the hold stays what it is. */
        Order lowered(long ml) {
            return of(id, key, Math.clamp(ml, 1, orderedMl), created);
        }

        private Order of(String newId, String newKey, long ml, Instant at) {
            return new Order(
                    newId,
                    tenant,
                    member,
                    newKey,
                    deviceId,
                    gateway,
                    outlet,
                    ml,
                    mode,
                    mlPerSecond,
                    mlPer1000Pulses,
                    secondsMax,
                    ttlMs,
                    endWithinMs,
                    terms,
                    parties,
                    hold,
                    at,
                    channel);
        }

        Money tariff(long ml) {
            return DispensePricing.tariff(terms, ml);
        }

        String purpose() {
            return "dispense:" + id;
        }
    }
}
