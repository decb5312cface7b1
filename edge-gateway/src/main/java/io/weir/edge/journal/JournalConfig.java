package io.weir.edge.journal;

import io.weir.model.fact.Lane;

import java.time.Duration;

/**
 * Limits of the journal; logical name {@code journal} in verticles.json.
 *
 * @param partitions of every lane's topic; can't change while the journal lives (DESIGN section 2)
 * @param segmentBytes a new segment begins when the current one has reached this; at most 64 MB
 * @param moneyBytes share of the disk of the money lane
 * @param alarmBytes share of the disk of the alarm lane
 * @param telemetryBytes share of the disk of the telemetry lane
 * @param freeBytes telemetry is refused when the disk has less than twice this left, alarms when
 *     less than this, new dispenses when less than half of it; what a running dispense has to tell
 *     only when nothing can be written
 * @param queueEntries entries that wait for the writer; telemetry may take half of them, alarms and
 *     telemetry three quarters
 * @param queueBytes bytes that wait for the writer; shared in the same way
 * @param commitBytes one group commit takes at most this many bytes of entries
 * @param frameBytes a frame is closed before it grows beyond this; must fit a Kafka record
 * @param entryBytes the largest entry
 * @param cacheBytes of each lane's newest frames, kept in memory for the forwarder
 * @param commitPause after each commit, so that commits grow under load; an entry that comes after
 *     a pause does not wait
 */
public record JournalConfig(
        int partitions,
        int segmentBytes,
        long moneyBytes,
        long alarmBytes,
        long telemetryBytes,
        long freeBytes,
        int queueEntries,
        long queueBytes,
        int commitBytes,
        int frameBytes,
        int entryBytes,
        long cacheBytes,
        Duration commitPause) {

    public JournalConfig {
        check(partitions >= 1 && partitions <= 1024, "partitions: 1..1024");
        check(segmentBytes >= 4096 && segmentBytes <= 64 << 20, "segmentBytes: 4 KB..64 MB");
        check(moneyBytes >= 4L * segmentBytes, "moneyBytes: at least 4 segments");
        check(alarmBytes >= 2L * segmentBytes, "alarmBytes: at least 2 segments");
        check(telemetryBytes >= 2L * segmentBytes, "telemetryBytes: at least 2 segments");
        check(freeBytes >= 0, "freeBytes: not negative");
        check(queueEntries >= 2 && queueEntries <= 1 << 20, "queueEntries: 2..1048576");
        check(
                entryBytes >= 256 && entryBytes <= frameBytes - 1024,
                "entryBytes: at least 256, at most frameBytes less 1 KB");
        check(frameBytes <= 900_000, "frameBytes: at most 900000, Kafka's default limit is 1 MB");
        check(queueBytes >= entryBytes, "queueBytes: at least entryBytes");
        check(commitBytes >= entryBytes && commitBytes <= 16 << 20, "commitBytes: ..16 MB");
        check(cacheBytes >= 0, "cacheBytes: not negative");
        check(
                !commitPause.isNegative() && commitPause.toMillis() <= 1000,
                "commitPause: PT0S..PT1S");
    }

    /** The lane's share of the disk. */
    public long bytes(Lane lane) {
        return switch (lane) {
            case MONEY -> moneyBytes;
            case ALARM -> alarmBytes;
            case TELEMETRY -> telemetryBytes;
        };
    }

    /** What must stay free on the disk for an entry of this lane to be taken. */
    public long free(Lane lane) {
        return switch (lane) {
            case MONEY -> 0;
            case ALARM -> freeBytes;
            case TELEMETRY -> 2 * freeBytes;
        };
    }

    /** The lane's part of what may wait for the writer: the lesser lanes never take all of it. */
    public long queueShare(Lane lane, long limit) {
        return switch (lane) {
            case MONEY -> limit;
            case ALARM -> limit / 4 * 3;
            case TELEMETRY -> limit / 2;
        };
    }

    private static void check(boolean ok, String rule) {
        if (!ok) {
            throw new IllegalArgumentException(rule);
        }
    }
}
