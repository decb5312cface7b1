package io.weir.edge.metering;

import io.weir.model.dispense.MeasureMode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What is known of a device's counters whether it dispenses or not: the last values of the
 * connection (the baseline of the next dispense), its boots, when a report was sent, and whether
 * something flows that nobody ordered.
 */
final class DeviceCounters {
    private static final int BOOTS_MAX = 8;

    private final Deque<String> boots = new ArrayDeque<>();
    private @Nullable CounterReport last;
    private long lastSentAt;
    private long bootedAtMs;
    private @Nullable MeasureMode strayMode;
    private @Nullable CounterLine strayLine;

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
        boolean stale = boot != null && boots.contains(boot) && !boot.equals(boots.getLast());
        if (boot != null && !stale) {
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
                sentAt = Math.min(arrived, bootedAtMs + uptime * 1_000 + 1_000);
            }
        }
        if (!stale
                && (last == null || sentAt >= lastSentAt || last.connection() != r.connection())) {
            last = merged(last, r);
            lastSentAt = sentAt;
        }
        return stale ? Long.MIN_VALUE / 4 : sentAt;
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
        if (strayLine == null || mode != strayMode) {
            strayLine = new CounterLine(olderBoots(), r.at());
            strayMode = mode;
        }
        if (value == null
                || !strayLine.accept(value, r.bootId(), r.uptimeS(), r.connection(), r.at())) {
            return 0;
        }
        long units = strayLine.count();
        strayLine = new CounterLine(olderBoots(), r.at());
        strayLine.baseline(value, r.bootId(), r.connection(), r.at());
        return units;
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

    /** A post may carry only some counters; the others stand as they were on this connection. */
    private static CounterReport merged(@Nullable CounterReport old, CounterReport r) {
        if (old == null || old.connection() != r.connection()) {
            return r;
        }
        return new CounterReport(
                r.deviceId(),
                r.connection(),
                r.epoch(),
                r.totalMl() == null ? old.totalMl() : r.totalMl(),
                r.pulseTotal() == null ? old.pulseTotal() : r.pulseTotal(),
                r.workS() == null ? old.workS() : r.workS(),
                r.uptimeS() == null ? old.uptimeS() : r.uptimeS(),
                r.bootId() == null ? old.bootId() : r.bootId(),
                r.at());
    }
}
