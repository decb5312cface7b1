package io.weir.cloud.ledger;

import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the ledger does by itself: timers and the running proof. A broken invariant is an alarm and
 * not a reason to stop serving: it stands in the metric {@code weir.ledger.invariant1} to 6, in the
 * health detail and in the table of violations until an operator has dealt with it.
 */
public final class LedgerClockVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerClockVerticle.class);
    private static final int INVARIANTS = 6;

    private final ClockConfig config;
    private final Time time;
    private final Metrics metrics;
    private final Health health;
    private final LedgerTimers timers;
    private final LedgerProof proof;
    private volatile Map<Integer, Long> violations = Map.of();
    private volatile boolean proven;

    public LedgerClockVerticle(
            ClockConfig config, Db db, Time time, Metrics metrics, Health health) {
        this.config = config;
        this.time = time;
        this.metrics = metrics;
        this.health = health;
        Tx tx = new Tx(db);
        this.timers = new LedgerTimers(tx, time, config.timerBatch());
        this.proof = new LedgerProof(tx, time, config.foldBatches(), config.checkSlice());
    }

    @Override
    public Future<?> start() {
        for (int i = 1; i <= INVARIANTS; i++) {
            int invariant = i;
            Gauge.builder("weir.ledger.invariant" + i, () -> violations(invariant))
                    .description("rows found that break ledger invariant I" + i)
                    .register(metrics.registry());
        }
        health.register("ledger", this::report);
        again(config.timerEvery(), "timers", timers::run);
        again(config.checkEvery(), "proof", this::prove);
        return Future.succeededFuture();
    }

    /** Each run starts a pause after the last one ended, so slow runs never pile up. */
    private void again(Duration pause, String what, Runnable work) {
        var unused =
                vertx.setTimer(
                        pause.toMillis(),
                        id -> {
                            try {
                                work.run();
                            } catch (Exception e) { // await() throws what a future failed with
                                LOG.warn("{} of the ledger failed, next time again", what, e);
                            } finally {
                                again(pause, what, work);
                            }
                        });
    }

    private void prove() {
        long from = time.tick().ms();
        violations = proof.run();
        proven = true;
        LOG.debug("ledger proven in {} ms: {}", time.tick().ms() - from, violations);
    }

    private long violations(int invariant) {
        return violations.getOrDefault(invariant, 0L);
    }

    private Health.Report report() {
        Map<String, Object> detail = new TreeMap<>();
        detail.put("proven", proven);
        for (int i = 1; i <= INVARIANTS; i++) {
            detail.put("invariant" + i, violations(i));
        }
        return Health.Report.up(detail);
    }
}
