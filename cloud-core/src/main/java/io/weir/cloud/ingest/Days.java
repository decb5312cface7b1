package io.weir.cloud.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * The days that have partitions, and where a fact goes whose gateway's clock is wrong or who comes
 * very late.
 *
 * @param now the cloud's time when the batch began
 */
record Days(Set<LocalDate> kept, Instant now) {
    private static final long AHEAD_MS = 3_600_000;

    Days {
        if (!kept.contains(day(now))) {
            // not the fault of any fact: it must wait, not go to the quarantine
            throw new IllegalStateException("the history has no partition for " + day(now));
        }
    }

    /** The gateway's time when it is believable and its day is kept, else the cloud's. */
    long place(long gatewayMs) {
        if (gatewayMs > now.toEpochMilli() + AHEAD_MS || gatewayMs < 0) {
            return now.toEpochMilli();
        }
        return kept.contains(day(Instant.ofEpochMilli(gatewayMs))) ? gatewayMs : now.toEpochMilli();
    }

    static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
