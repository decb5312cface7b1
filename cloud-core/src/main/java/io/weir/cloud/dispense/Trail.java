package io.weir.cloud.dispense;

import io.weir.model.fact.MeterMark;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway that opened a dispense told of the device's counter, so that another gateway's
 * reading of it can be the end. Merged, so that order and repetition of the facts do not matter.
 *
 * @param boot the device's boot id at the baseline
 * @param base the counter when the dispense began, in its own unit; a later, higher baseline is the
 *     better one
 * @param high the highest reading of it
 * @param broken the device booted, its counter was reset, or part of the time was counted without
 *     it: nobody else's reading tells what flowed
 */
record Trail(String boot, long base, long high, boolean broken) {
    /** Null as long as the meter has no baseline with a boot id. */
    static @Nullable Trail merged(@Nullable Trail before, @Nullable MeterMark mark) {
        Trail told = of(mark);
        if (before == null || told == null) {
            return told == null ? before : told;
        }
        return new Trail(
                before.boot,
                Math.max(before.base, told.base),
                Math.max(before.high, told.high),
                before.broken || told.broken || !before.boot.equals(told.boot));
    }

    Trail seenAt(long reading) {
        return new Trail(boot, base, Math.max(high, reading), broken);
    }

    private static @Nullable Trail of(@Nullable MeterMark mark) {
        if (mark == null) {
            return null;
        }
        Long base = mark.base();
        String boot = mark.boot();
        if (base == null || boot == null) {
            return null;
        }
        long high = mark.spans().stream().mapToLong(MeterMark.Span::high).max().orElse(base);
        return new Trail(boot, base, high, mark.spans().size() != 1 || mark.tickedMs() > 0);
    }
}
