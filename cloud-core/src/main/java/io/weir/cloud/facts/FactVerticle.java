package io.weir.cloud.facts;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * A consumer of facts as a verticle of its own, on virtual threads. Several instances share the
 * partitions out like several nodes do.
 */
public final class FactVerticle extends VerticleBase {
    private final FactRuntime runtime;
    private final FactSpec spec;
    private final FactConfig config;
    private final FactApplier applier;
    private @org.jspecify.annotations.Nullable FactConsumer consumer;

    public FactVerticle(
            FactRuntime runtime, FactSpec spec, FactConfig config, FactApplier applier) {
        this.runtime = runtime;
        this.spec = spec;
        this.config = config;
        this.applier = applier;
    }

    @Override
    public Future<?> start() {
        consumer = new FactConsumer(runtime, spec, config, applier);
        consumer.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (consumer != null) {
            consumer.stop();
        }
        return Future.succeededFuture();
    }
}
