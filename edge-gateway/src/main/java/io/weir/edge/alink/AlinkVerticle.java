package io.weir.edge.alink;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.metrics.Metrics;

/** Opens what devices may ask the cloud. Until then they hear 503. */
public final class AlinkVerticle extends VerticleBase {
    private final AlinkConfig config;
    private final Questions questions;
    private final Metrics metrics;

    public AlinkVerticle(AlinkConfig config, Questions questions, Metrics metrics) {
        this.config = config;
        this.questions = questions;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        questions.start(config);
        metrics.registry().gauge("weir.alink.questions", questions, Questions::waiting);
        return Future.succeededFuture();
    }
}
