package io.weir.cloud.oms;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.oms.AppOps;
import io.weir.cloud.seal.SealingKeys;
import io.weir.cloud.tokens.Sessions;
import io.weir.cloud.tokens.SigningKey;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Wires apps and tokens of OMS; its other operations are other contexts'. On virtual threads. */
public final class OmsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(OmsVerticle.class);
    private static final Duration FORGET = Duration.ofMinutes(10);

    private final OmsConfig config;
    private final Path data;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SigningKey key;

    public OmsVerticle(OmsConfig config, Path data, Bus bus, Tx tx, Time time, SigningKey key) {
        this.config = config;
        this.data = data;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.key = key;
    }

    @Override
    public Future<?> start() {
        var keys = new SealingKeys(data, config.keyFile(), config.oldKeyFile());
        var sessions = new Sessions(vertx, tx, bus, time, key, config.token(), config.token());
        var apps = new AppHandlers(tx, time, bus, keys, sessions, config);
        vertx.setPeriodic(FORGET.toMillis(), t -> forget(apps));
        return Future.all(
                List.of(
                        bus.serve(AppOps.LIST, apps::list).completion(),
                        bus.serve(AppOps.ISSUE, apps::issue).completion(),
                        bus.serve(AppOps.ROTATE, apps::rotate).completion(),
                        bus.serve(AppOps.REVOKE, apps::revoke).completion(),
                        bus.serve(AppOps.TOKEN, apps::token).completion()));
    }

    private static void forget(AppHandlers apps) {
        try {
            apps.forget();
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("used timestamps were not deleted, next time again", e);
        }
    }
}
