package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/** Settles, asks for lost commands and sweeps. Runs on a virtual thread, on any number of nodes. */
public final class SettlerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SettlerVerticle.class);

    private final Bus bus;
    private final Settler settler;
    private final Resolver resolver;
    private final Sweeper sweeper;
    private final SettlerConfig config;
    private volatile boolean stopped;

    public SettlerVerticle(Bus bus, Tx tx, Time time, Metrics metrics, SettlerConfig config) {
        this.bus = bus;
        this.config = config;
        DispenseBook book = new DispenseBook(tx, time, new DispenseNews(bus));
        this.settler = new Settler(tx, time, new LedgerDesk(bus, tx, time, metrics, book), config);
        this.resolver = new Resolver(bus, tx, time, config);
        this.sweeper = new Sweeper(tx, time, book, config);
    }

    @Override
    public Future<?> start() {
        bus.subscribe(DispenseNews.SETTLEMENT_DUE, due -> attempt(settler::settle));
        every(config.poll(), settler::settle);
        every(config.poll(), resolver::resolve);
        every(config.sweep(), sweeper::sweep);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        return Future.succeededFuture();
    }

    private void every(Duration pause, Runnable work) {
        vertx.setTimer(
                pause.toMillis(),
                fired -> {
                    attempt(work);
                    if (!stopped) {
                        every(pause, work);
                    }
                });
    }

    /** What fails now, PostgreSQL being away for instance, is tried again at the next turn. */
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("settlement, next try follows", e);
        }
    }
}
