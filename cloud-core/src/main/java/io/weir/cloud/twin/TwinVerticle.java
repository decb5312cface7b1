package io.weir.cloud.twin;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.alink.AlinkApi;
import io.weir.api.devices.DevicesApi;
import io.weir.api.twin.TwinApi;
import io.weir.api.twin.TwinOps;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the twin context. Virtual threads. */
public final class TwinVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(TwinVerticle.class);

    private final TwinConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Places places;

    public TwinVerticle(TwinConfig config, Bus bus, Tx tx, Time time, Places places) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.places = places;
    }

    @Override
    public Future<?> start() {
        var targets = new Targets(bus);
        var deliverer = new Deliverer(vertx, tx, bus, time, targets);
        bus.serve(AlinkApi.TWIN, new DeviceDesk(tx, time, places, config)::answer);

        var desired = new DesiredHandlers(tx, time, targets, deliverer);
        bus.serve(TwinOps.GET_DESIRED, desired::get);
        bus.serve(TwinOps.SET_DESIRED, desired::set);
        bus.serve(TwinOps.DROP_DESIRED, desired::drop);

        var shadows = new ShadowHandlers(tx, time, targets, deliverer, config.shadow());
        bus.serve(TwinOps.GET_SHADOW, shadows::get);
        bus.serve(TwinOps.WANT_SHADOW, shadows::want);
        bus.serve(TwinOps.CLEAR_SHADOW, shadows::clear);

        var tags = new TagHandlers(tx, time, targets, config.tags());
        bus.serve(TwinOps.GET_TAGS, tags::get);
        bus.serve(TwinOps.PUT_TAGS, tags::put);
        bus.serve(TwinOps.DROP_TAG, tags::drop);
        bus.serve(TwinOps.FIND_TAGGED, tags::find);

        var logs = new LogHandlers(tx, bus, time, targets);
        bus.serve(TwinOps.SWITCH_LOG, logs::set);
        bus.serve(TwinOps.LIST_LOGS, logs::list);

        bus.serve(TwinApi.CLEAR, new ClearHandler(tx)::clear);

        bus.subscribe(
                DevicesApi.PRESENCE_CHANGED,
                changed -> {
                    if (changed.online()) {
                        deliverer.wake(changed.deviceId());
                    }
                });
        var sweeper = new Sweeper(tx, time, deliverer, config);
        every(
                config.sweep().toMillis(),
                "looking for what devices have yet to hear",
                sweeper::pending);
        every(config.logUpkeep().toMillis(), "removing old log lines", sweeper::logs);
        return Future.succeededFuture();
    }

    private void every(long ms, String what, Runnable work) {
        vertx.setPeriodic(
                ms,
                id -> {
                    try {
                        work.run();
                    } catch (Exception e) { // await() throws what a future failed with
                        LOG.warn("{} failed, next time again", what, e);
                    }
                });
    }
}
