package io.weir.cloud.debug;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.debug.DebugOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/** Serves debug sessions. On virtual threads. */
public final class DebugVerticle extends VerticleBase {
    private final DebugConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Metrics metrics;

    public DebugVerticle(DebugConfig config, Bus bus, Tx tx, Time time, Metrics metrics) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        var watched = new Watched(bus, time);
        var sessions = new SessionHandlers(tx, bus, time, watched, config);
        var traffic = new TrafficHandlers(sessions, watched, metrics);
        var latency = new LatencyHandlers(sessions, watched, bus, time);
        return Future.all(
                List.of(
                        bus.serve(DebugOps.OPEN, sessions::open).completion(),
                        bus.serve(DebugOps.LIST, sessions::list).completion(),
                        bus.serve(DebugOps.GET, sessions::get).completion(),
                        bus.serve(DebugOps.CLOSE, sessions::close).completion(),
                        bus.serve(DebugOps.TRAFFIC, traffic::read).completion(),
                        bus.serve(DebugOps.LATENCY, latency::measure).completion()));
    }
}
