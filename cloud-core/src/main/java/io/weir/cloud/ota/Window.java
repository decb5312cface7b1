package io.weir.cloud.ota;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * When devices may be pushed, in times of day: from the first until before the second, over
 * midnight when the first is later.
 */
record Window(LocalTime from, LocalTime to, ZoneId zone) {
    boolean covers(Instant now) {
        LocalTime time = LocalTime.ofInstant(now, zone);
        boolean begun = !time.isBefore(from);
        boolean over = !time.isBefore(to);
        return from.isBefore(to) ? begun && !over : begun || !over;
    }
}
