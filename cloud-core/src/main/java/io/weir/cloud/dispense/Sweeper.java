package io.weir.cloud.dispense;

import io.weir.cloud.dispense.DispenseInput.Abandoned;
import io.weir.cloud.dispense.DispenseInput.EndOverdue;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Looks after what nobody else will. By the wall clock it gives up only what was never commanded,
 * where giving up is always safe; a commanded dispense is left alone unless its gateway has been
 * silent for so long that it counts as lost (DESIGN section 5.5).
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Tx tx;
    private final Time time;
    private final DispenseBook book;
    private final SettlerConfig config;
    private final Duration countEvery;
    private final DispenseStore dispenses = new DispenseStore();
    private final ClockStore clocks = new ClockStore();

    Sweeper(Tx tx, Time time, DispenseBook book, SettlerConfig config) {
        this.tx = tx;
        this.time = time;
        this.book = book;
        this.config = config;
        this.countEvery = config.sweep().compareTo(MINUTE) < 0 ? MINUTE : config.sweep();
    }

    void sweep() {
        Instant now = time.now();
        List<String> abandoned =
                tx.system(
                        c ->
                                dispenses.abandoned(
                                        c, now.minus(config.abandonAfter()), config.batch()));
        for (String id : abandoned) {
            LOG.info("dispense {} was abandoned before its command", id);
            book.systemStep(id, new Abandoned());
        }
        List<String> silent = tx.system(c -> clocks.sweep(c, now, countEvery, config.silent()));
        for (String id : silent) {
            LOG.warn("dispense {}: its gateway is silent, settled at the last counter", id);
            book.systemStep(id, new EndOverdue());
        }
    }
}
