package io.weir.edge.guard;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the bans on disk, ends those that are over, shows what the guard sees. */
public final class GuardVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(GuardVerticle.class);
    private static final int EVERY_MS = 1_000;

    private final Guard guard;
    private final Time time;
    private final Metrics metrics;

    public GuardVerticle(Guard guard, Time time, Metrics metrics) {
        this.guard = guard;
        this.time = time;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        MeterRegistry registry = metrics.registry();
        registry.gauge("weir.mqtt.bans", guard.bans(), BanList::size);
        registry.gauge("weir.mqtt.waiting", guard.room(), WaitingRoom::size);
        registry.gauge("weir.mqtt.handshakes", guard.room(), WaitingRoom::handshaking);
        registry.gauge("weir.mqtt.draining", guard, g -> g.draining() ? 1 : 0);
        vertx.setPeriodic(EVERY_MS, t -> look());
        return vertx.executeBlocking(
                () -> {
                    guard.load();
                    return null;
                });
    }

    @Override
    public Future<?> stop() {
        return save();
    }

    private void look() {
        for (Ban ban : guard.bans().expire(time.now())) {
            LOG.info("the ban of {} {} is over", ban.kind().word(), ban.value());
        }
        // Bans of the gateway's own; an operator's are saved before he is answered.
        save().onFailure(e -> LOG.error("bans were not saved; trying again", e));
    }

    private Future<?> save() {
        return vertx.executeBlocking(
                () -> {
                    guard.save();
                    return null;
                });
    }
}
