package io.weir.edge.subs;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.runtime.metrics.Metrics;

/** Opens the login of sub-devices. Until then gateways hear 503. */
public final class SubDevicesVerticle extends VerticleBase {
    private final SubDevicesConfig config;
    private final SubLogins logins;
    private final Metrics metrics;

    public SubDevicesVerticle(SubDevicesConfig config, SubLogins logins, Metrics metrics) {
        this.config = config;
        this.logins = logins;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        logins.start(config);
        metrics.registry().gauge("weir.subdevices.online", logins, SubLogins::online);
        return Future.succeededFuture();
    }
}
