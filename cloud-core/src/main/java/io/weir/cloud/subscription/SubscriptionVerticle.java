package io.weir.cloud.subscription;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves subscriptions, and cuts off the days that are too old. On virtual threads. */
public final class SubscriptionVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionVerticle.class);

    private final SubscriptionConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;

    public SubscriptionVerticle(SubscriptionConfig config, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var waiters = new Waiters(vertx);
        var handlers = new SubscriptionHandlers(tx, time, config, waiters);
        context.runOnContext(v -> cutOff());
        vertx.setPeriodic(config.upkeep().toMillis(), id -> cutOff());
        return Future.all(
                java.util.List.of(
                        bus.subscribe(SubscriptionOps.GREW, g -> waiters.wake(g.subscriptionIds()))
                                .completion(),
                        bus.serve(SubscriptionOps.CREATE, handlers::create).completion(),
                        bus.serve(SubscriptionOps.GET, handlers::get).completion(),
                        bus.serve(SubscriptionOps.LIST, handlers::list).completion(),
                        bus.serve(SubscriptionOps.ROTATE, handlers::rotate).completion(),
                        bus.serve(SubscriptionOps.REMOVE, handlers::remove).completion(),
                        bus.serve(SubscriptionOps.PULL, handlers::pull).completion(),
                        bus.serve(SubscriptionOps.ACKNOWLEDGE, handlers::acknowledge).completion(),
                        bus.serve(SubscriptionOps.SEEK, handlers::seek).completion(),
                        bus.serve(SubscriptionOps.LOGIN, handlers::login).completion()));
    }

    private void cutOff() {
        try {
            int cut = tx.system(MessageStore::cutOff);
            if (cut > 0) {
                LOG.info("{} day(s) of subscribed messages are cut off", cut);
            }
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("upkeep of subscribed messages failed, next time again", e);
        }
    }
}
