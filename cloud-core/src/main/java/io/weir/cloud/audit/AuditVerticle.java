package io.weir.cloud.audit;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.audit.AuditOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Links the audit log and answers questions about it. On virtual threads. */
public final class AuditVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(AuditVerticle.class);

    private final AuditConfig config;
    private final Bus bus;
    private final Tx tx;

    public AuditVerticle(AuditConfig config, Bus bus, Tx tx) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
    }

    @Override
    public Future<?> start() {
        var linker = new Linker(tx, config.batch());
        var handlers = new AuditHandlers(tx);
        vertx.setPeriodic(
                config.every().toMillis(),
                id -> {
                    try {
                        linker.run();
                    } catch (Exception e) { // await() throws what a future failed with
                        LOG.warn("the audit log was not linked, next time again", e);
                    }
                });
        return Future.all(
                List.of(
                        bus.serve(AuditOps.LIST, handlers::list).completion(),
                        bus.serve(AuditOps.PROOF, handlers::proof).completion()));
    }
}
