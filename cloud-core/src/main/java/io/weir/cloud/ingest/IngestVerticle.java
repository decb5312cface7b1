package io.weir.cloud.ingest;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestOps;
import io.weir.cloud.facts.Places;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves latest values and history, and looks after the history's partitions. On virtual threads.
 * The facts themselves come in through a {@code FactVerticle} with an {@link IngestApplier}, which
 * needs the partitions: deploy this one first.
 */
public final class IngestVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IngestVerticle.class);

    private static final long TRAFFIC_MS = 1_000;

    private final Bus bus;
    private final Upkeep upkeep;
    private final HistoryHandlers handlers;
    private final IngestConfig config;
    private final TrafficCounter traffic;

    public IngestVerticle(
            Bus bus, Tx tx, Time time, Places places, TrafficCounter traffic, IngestConfig config) {
        this.bus = bus;
        this.config = config;
        this.traffic = traffic;
        this.upkeep = new Upkeep(tx, time, config);
        this.handlers = new HistoryHandlers(bus, tx, places);
    }

    @Override
    public Future<?> start() {
        upkeep.makeDays();
        context.runOnContext(v -> keepUp());
        vertx.setPeriodic(config.upkeep().toMillis(), id -> keepUp());
        vertx.setPeriodic(TRAFFIC_MS, id -> traffic.tell(bus));
        return Future.all(
                bus.serve(IngestApi.CLEAR, handlers::clear).completion(),
                bus.serve(IngestOps.PROPERTIES, handlers::properties).completion(),
                bus.serve(IngestOps.PROPERTY_LOGS, handlers::propertyLogs).completion(),
                bus.serve(IngestOps.EVENT_LOGS, handlers::eventLogs).completion());
    }

    private void keepUp() {
        try {
            upkeep.run();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("upkeep of the history failed, next time again", e);
        }
    }
}
