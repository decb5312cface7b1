package io.weir.cloud.devices;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.devices.ScriptOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

/** Serves the scripts of products. Virtual threads. */
public final class ScriptDeskVerticle extends VerticleBase {
    private final ScriptDeskConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private @Nullable ScriptBench bench;

    public ScriptDeskVerticle(ScriptDeskConfig config, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var running = new ScriptBench(vertx, config);
        bench = running;
        var scripts = new ScriptHandlers(tx, running, time);
        bus.serve(ScriptOps.PUT, scripts::put);
        bus.serve(ScriptOps.GET, scripts::get);
        bus.serve(ScriptOps.LIST, scripts::list);
        var announcer = new Announcer(bus);
        bus.serve(
                ScriptOps.PUBLISH, new PublishScriptHandler(tx, running, announcer, time)::handle);
        bus.serve(ScriptOps.TRY, new TryScriptHandler(tx, running)::handle);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (bench != null) {
            bench.close();
        }
        return Future.succeededFuture();
    }
}
