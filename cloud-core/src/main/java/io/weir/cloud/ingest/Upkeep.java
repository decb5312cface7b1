package io.weir.cloud.ingest;

import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.LocalDate;

/**
 * Makes the partitions of the days to come and drops the days that are too old. Any number of nodes
 * may do it.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Tx tx;
    private final Time time;
    private final IngestConfig config;

    Upkeep(Tx tx, Time time, IngestConfig config) {
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    void run() {
        makeDays();
        LocalDate today = Days.day(time.now());
        for (LocalDate dropped = drop(today); dropped != null; dropped = drop(today)) {
            LOG.info("history of {} dropped, {} days are kept", dropped, config.daysKept());
        }
    }

    /** Without them nothing can be stored, so nobody starts without them. */
    void makeDays() {
        LocalDate today = Days.day(time.now());
        int made =
                tx.system(
                        c ->
                                IngestStore.makeDays(
                                        c,
                                        today.minusDays(config.daysLate()),
                                        today.plusDays(config.daysAhead())));
        if (made > 0) {
            LOG.info(
                    "history has {} more days, up to {}", made, today.plusDays(config.daysAhead()));
        }
    }

    private @org.jspecify.annotations.Nullable LocalDate drop(LocalDate today) {
        return tx.system(c -> IngestStore.dropDay(c, today, config.daysKept()));
    }
}
