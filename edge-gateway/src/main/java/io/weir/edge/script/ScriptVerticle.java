package io.weir.edge.script;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.metrics.Metrics;

import java.util.concurrent.Callable;

/** Starts the threads that run scripts, and ends them once nothing waits. */
public final class ScriptVerticle extends VerticleBase {
    private final ScriptConfig config;
    private final Scripts scripts;
    private final Metrics metrics;

    public ScriptVerticle(ScriptConfig config, Scripts scripts, Metrics metrics) {
        this.config = config;
        this.scripts = scripts;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        metrics.registry().gauge("weir.script.waiting", scripts, Scripts::waiting);
        return blocking(
                () -> {
                    scripts.start(config);
                    return true;
                });
    }

    @Override
    public Future<?> stop() {
        return blocking(
                () -> {
                    scripts.stop();
                    return true;
                });
    }

    private Future<Boolean> blocking(Callable<Boolean> work) {
        return vertx.executeBlocking(work);
    }
}
