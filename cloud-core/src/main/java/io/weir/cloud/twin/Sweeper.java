package io.weir.cloud.twin;

import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/**
 * Goes round among the devices that have something to hear, some at a time: the hint that a device
 * came online may be lost. Also removes log lines that are too old.
 */
final class Sweeper {
    private static final int LOG_BATCH = 5_000;

    private final Tx tx;
    private final Time time;
    private final Deliverer deliverer;
    private final TwinConfig config;
    private String last = "";

    Sweeper(Tx tx, Time time, Deliverer deliverer, TwinConfig config) {
        this.tx = tx;
        this.time = time;
        this.deliverer = deliverer;
        this.config = config;
    }

    void pending() {
        List<String> devices = tx.system(c -> PendingStore.next(c, last, config.sweepBatch()));
        last = devices.size() < config.sweepBatch() ? "" : devices.getLast();
        devices.forEach(deliverer::wake);
    }

    void logs() {
        var before = time.now().minus(config.logKeep());
        int gone;
        do {
            gone = tx.system(c -> LogStore.sweep(c, before, LOG_BATCH));
        } while (gone == LOG_BATCH);
    }
}
