package io.weir.simulator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * When a device's faults happen. Each kind draws from a stream of its own, so the same seed gives
 * the same faults at the same times, whatever rates the others have. Pure: {@code at} is monotonic
 * time in ms.
 */
final class FaultDice {
    private static final long DAY_MS = 86_400_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final FaultRates rates;
    private final Map<FaultKind, SplittableRandom> streams = new EnumMap<>(FaultKind.class);
    private final Map<FaultKind, Long> due = new EnumMap<>(FaultKind.class);
    private final long skewMs;
    private boolean over;

    /**
     * @param seed of this device
     */
    FaultDice(FaultRates rates, long seed, long at) {
        this.rates = rates;
        var seeds = new SplittableRandom(seed);
        for (FaultKind kind : FaultKind.values()) {
            streams.put(kind, seeds.split());
        }
        timed().forEach(kind -> due.put(kind, after(kind, at)));
        long skew = stream(FaultKind.SKEW).nextLong(-DAY_MS, DAY_MS);
        skewMs = stream(FaultKind.SKEW).nextDouble() < rates.of(FaultKind.SKEW) ? skew : 0;
    }

    /** No more from now on: the run is being wound up. */
    void over() {
        over = true;
    }

    /** How wrong its clock is; 0 = right. */
    long skewMs() {
        return skewMs;
    }

    /** Does it hit this post or dispense? */
    boolean hits(FaultKind kind) {
        boolean hit = stream(kind).nextDouble() < rates.of(kind);
        return hit && !over;
    }

    /** How long something lasts or is away, ms. */
    long lasts(FaultKind kind, long fromMs, long toMs) {
        return stream(kind).nextLong(fromMs, toMs);
    }

    /** Those that are due, each drawn anew. */
    List<FaultKind> due(long at) {
        if (nextAt() > at) {
            return List.of();
        }
        List<FaultKind> now = timed().filter(kind -> due.getOrDefault(kind, NEVER) <= at).toList();
        now.forEach(kind -> due.put(kind, after(kind, at)));
        return now;
    }

    long nextAt() {
        long next = NEVER;
        for (long at : due.values()) {
            next = Math.min(next, at);
        }
        return over ? NEVER : next;
    }

    private static Stream<FaultKind> timed() {
        return Stream.of(FaultKind.values()).filter(k -> k.unit == FaultKind.Unit.PER_MINUTE);
    }

    /** Exponential, as things that do not know of one another. */
    private long after(FaultKind kind, long at) {
        double perMinute = rates.of(kind);
        double wait = -Math.log(1 - stream(kind).nextDouble());
        return perMinute == 0 ? NEVER : at + Math.max(1, (long) (wait * 60_000 / perMinute));
    }

    private SplittableRandom stream(FaultKind kind) {
        return Objects.requireNonNull(streams.get(kind));
    }
}
