package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.MeterMark;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongBinaryOperator;

/**
 * What is known of a device's counters whether it dispenses or not: the last values of the
 * connection (the baseline of the next dispense), its boots, when a report was sent, and whether
 * something flows that nobody ordered.
 */
final class DeviceCounters {
    private static final int BOOTS_MAX = 8;

    /** Uptime counts whole seconds; what is this late was held up on the way. */
    private static final long LATE_MS = 1_500;

    private static final long LONG_AGO = Long.MIN_VALUE / 4;

    private final Deque<String> boots = new ArrayDeque<>();
    private @Nullable CounterReport last;
    private boolean suspect;
    private long lastSentAt;
    private long lateOn = -1;
    private long bootedAtMs;
    private @Nullable MeasureMode strayMode;
    private @Nullable CounterLine strayLine;
    private @Nullable CounterRange strayRange;
    private long strayOn = -1;

    /**
     * Takes a report in.
     *
     * @return when it was sent, at the latest: with {@code uptime_s} a delay shows against the
     *     fastest report of the same boot, else it is the arrival
     */
    long take(CounterReport r) {
        String boot = r.bootId();
        Long uptime = r.uptimeS();
        long arrived = r.at().ms();
        long sentAt = arrived;
        if (isOver(r)) {
            return LONG_AGO;
        }
        if (boot != null) {
            boolean fresh = boots.isEmpty() || !boot.equals(boots.getLast());
            if (fresh) {
                boots.addLast(boot);
                if (boots.size() > BOOTS_MAX) {
                    boots.removeFirst();
                }
            }
            if (uptime != null) {
                long booted = arrived - uptime * 1_000;
                bootedAtMs = fresh ? booted : Math.min(bootedAtMs, booted);
                sentAt = sentAt(bootedAtMs + uptime * 1_000, arrived, r.connection());
            }
        }
        remember(r, sentAt);
        return sentAt;
    }

    /** On a connection where a report came late, only the device's own clock is believed. */
    private long sentAt(long byUptime, long arrived, long connection) {
        if (arrived - byUptime > LATE_MS) {
            lateOn = connection;
        }
        return lateOn == connection
                ? byUptime - RestWatch.ONE_BREATH_MS
                : Math.min(arrived, byUptime + 1_000);
    }

    /** Is it of a boot that ended before the current one began? */
    private boolean isOver(CounterReport r) {
        String boot = r.bootId();
        if (boot == null || boots.isEmpty() || boot.equals(boots.getLast())) {
            return false;
        }
        if (boots.contains(boot)) {
            return true;
        }
        // A device boots on a new connection; on this one the earlier boot is the stale one.
        Long uptime = r.uptimeS();
        return isOfOlderConnection(r)
                || (uptime != null
                        && last != null
                        && last.connection() == r.connection()
                        && r.at().ms() - uptime * 1_000 < bootedAtMs);
    }

    /** Was its connection taken over already? */
    private boolean isOfOlderConnection(CounterReport r) {
        return last != null && r.connection() < last.connection();
    }

    /** The last counters, when they came on this connection and were sent no earlier than that. */
    @Nullable CounterReport baseline(long connection, long sentFrom) {
        return last != null && last.connection() == connection && lastSentAt >= sentFrom
                ? last
                : null;
    }

    long lastSentAt() {
        return lastSentAt;
    }

    /** Boot id of the connection's device, when it told one. */
    @Nullable String boot(long connection) {
        return last != null && last.connection() == connection ? last.bootId() : null;
    }

    /** Boots that are over. */
    List<String> olderBoots() {
        List<String> older = new ArrayList<>(boots);
        if (!older.isEmpty()) {
            older.removeLast();
        }
        return older;
    }

    /** Units by which the device's counter rose since the last call; 0 the first time. */
    long strayUnits(CounterReport r) {
        MeasureMode mode = modeOf(r);
        if (mode == null) {
            return 0;
        }
        Long value = Meter.reading(mode, r);
        if (strayLine == null || mode != strayMode || isFirst(r, strayLine)) {
            strayOn = r.connection();
            strayLine = new CounterLine(olderBoots(), r.at());
            strayMode = mode;
        }
        if (value == null
                || !strayLine.accept(value, r.bootId(), r.uptimeS(), r.connection(), r.at())) {
            return 0;
        }
        long units = strayLine.count();
        strayRange = range(mode, strayLine.mark(0));
        strayLine = new CounterLine(olderBoots(), r.at());
        strayLine.baseline(value, r.bootId(), r.connection(), r.at());
        return units;
    }

    /**
     * What flowed while the device was away, or since it booted, may have been dispensed at another
     * gateway: water is nobody's from the first report of a connection and a boot on.
     */
    private boolean isFirst(CounterReport r, CounterLine line) {
        String boot = r.bootId();
        if (r.connection() > strayOn) {
            return boot == null || boots.isEmpty() || boot.equals(boots.getLast());
        }
        return boot != null
                && line.boot() != null
                && !boot.equals(line.boot())
                && boot.equals(boots.peekLast());
    }

    /** The readings behind the last {@link #strayUnits}; null when no single boot tells them. */
    @Nullable CounterRange strayRange() {
        return strayRange;
    }

    private static @Nullable CounterRange range(MeasureMode mode, MeterMark line) {
        Long base = line.base();
        String boot = line.boot();
        return base == null || boot == null || line.spans().size() != 1
                ? null
                : new CounterRange(mode, boot, base, line.spans().getFirst().high());
    }

    /** Does the report carry the counter that {@link #strayUnits} reads? */
    boolean tells(CounterReport r) {
        return strayMode != null && Meter.reading(strayMode, r) != null;
    }

    @Nullable MeasureMode strayMode() {
        return strayMode;
    }

    private @Nullable MeasureMode modeOf(CounterReport r) {
        if (strayMode != null && Meter.reading(strayMode, r) != null) {
            return strayMode;
        }
        for (MeasureMode mode :
                List.of(MeasureMode.VOLUME, MeasureMode.FLOW_METER, MeasureMode.TIMER)) {
            if (Meter.reading(mode, r) != null) {
                return strayMode == null ? mode : null;
            }
        }
        return null;
    }

    private void remember(CounterReport r, long sentAt) {
        CounterReport old = last;
        boolean sameBoot = old != null && r.bootId() != null && r.bootId().equals(old.bootId());
        if (!sameBoot && isOfOlderConnection(r)) {
            return; // nothing tells whether it is older than what is known
        }
        if (old != null && sameBoot) {
            last = merged(old, r, Math::max); // within a boot counters never fall
            lastSentAt = Math.max(lastSentAt, sentAt);
        } else if (old != null && old.connection() == r.connection()) {
            boolean low = isLow(old, r) && !suspect; // once is SUSPECT, twice is a reset
            suspect = low;
            last = low ? old : merged(old, r, (before, now) -> now);
            lastSentAt = sentAt;
        } else {
            last = r;
            lastSentAt = sentAt;
        }
    }

    private static boolean isLow(CounterReport old, CounterReport r) {
        for (MeasureMode mode : MeasureMode.values()) {
            Long before = Meter.reading(mode, old);
            Long now = Meter.reading(mode, r);
            if (before != null && now != null && now < before) {
                return true;
            }
        }
        return false;
    }

    /** A post may carry only some counters; the others stand as they were. */
    private static CounterReport merged(
            CounterReport old, CounterReport r, LongBinaryOperator choose) {
        return new CounterReport(
                r.deviceId(),
                Math.max(old.connection(), r.connection()),
                Math.max(old.epoch(), r.epoch()),
                merged(old.totalMl(), r.totalMl(), choose),
                merged(old.pulseTotal(), r.pulseTotal(), choose),
                merged(old.workS(), r.workS(), choose),
                merged(old.uptimeS(), r.uptimeS(), choose),
                r.bootId() == null ? old.bootId() : r.bootId(),
                r.at());
    }

    private static @Nullable Long merged(
            @Nullable Long old, @Nullable Long now, LongBinaryOperator choose) {
        if (old == null || now == null) {
            return now == null ? old : now;
        }
        return choose.applyAsLong(old, now);
    }
}
