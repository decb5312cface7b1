package io.weir.edge.arrival;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.edge.link.CloudLink;

/** Opens what strangers may ask, and keeps the cloud told where this gateway is. */
public final class ArrivalVerticle extends VerticleBase {
    private static final int AGAIN_MS = 300_000;

    private final ArrivalConfig config;
    private final Arrivals arrivals;
    private final CloudLink link;

    public ArrivalVerticle(ArrivalConfig config, Arrivals arrivals, CloudLink link) {
        this.config = config;
        this.arrivals = arrivals;
        this.link = link;
    }

    @Override
    public Future<?> start() {
        arrivals.start(config);
        link.onChange(up -> context.runOnContext(v -> arrivals.hello()));
        // Also when a question got lost, or the cloud has another database.
        vertx.setPeriodic(AGAIN_MS, t -> arrivals.hello());
        arrivals.hello();
        return Future.succeededFuture();
    }
}
