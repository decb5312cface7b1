package io.weir.edge.quota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.dispense.SliceApi;
import io.weir.api.dispense.SliceApi.PullSlices;
import io.weir.edge.journal.Journal;
import io.weir.edge.link.CloudLink;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pulls slices: every {@code poll}, on the cloud's signal, when the link is back, on low water. */
public final class QuotaVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaVerticle.class);

    private final QuotaConfig config;
    private final SliceGate gate;
    private final Journal journal;
    private final CloudLink link;
    private final Time time;
    private final String gateway;
    private String statementKey = "";
    private boolean asking;
    private boolean askAgain;

    public QuotaVerticle(
            QuotaConfig config,
            SliceGate gate,
            Journal journal,
            CloudLink link,
            Time time,
            String gateway) {
        this.config = config;
        this.gate = gate;
        this.journal = journal;
        this.link = link;
        this.time = time;
        this.gateway = gateway;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(() -> gate.statements(journal.id()).publicKey())
                .onSuccess(
                        key -> {
                            statementKey = key;
                            gate.onLowWater(() -> context.runOnContext(v -> pull()));
                            link.subscribe(SliceApi.CHANGED, this::changed);
                            link.onChange(up -> context.runOnContext(v -> pull()));
                            vertx.setPeriodic(config.poll().toMillis(), t -> pull());
                            pull();
                        });
    }

    @Override
    public Future<?> stop() {
        gate.onLowWater(() -> {});
        return Future.succeededFuture();
    }

    private void changed(SliceApi.SlicesChanged changed) {
        if (changed.gateway().equals(gateway)) {
            pull();
        }
    }

    private void pull() {
        if (asking) {
            askAgain = true;
            return;
        }
        if (!link.up()) {
            return;
        }
        asking = true;
        askAgain = false;
        link.call(SliceApi.PULL, new PullSlices(gateway, journal.id(), statementKey))
                .onComplete(
                        done -> {
                            asking = false;
                            if (done.failed()) {
                                LOG.info("no slices: {}", done.cause().getMessage());
                            } else {
                                gate.pulled(done.result(), time.tick());
                            }
                            if (askAgain) {
                                pull();
                            }
                        });
    }
}
