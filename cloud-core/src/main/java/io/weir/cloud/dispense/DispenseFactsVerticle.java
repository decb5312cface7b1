package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.cloud.facts.FactConfig;
import io.weir.cloud.facts.FactConsumer;
import io.weir.cloud.facts.FactRuntime;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Quarantine;
import io.weir.model.fact.Lane;

import java.util.List;

/** Reads the money lane for this context. Runs on virtual threads. */
public final class DispenseFactsVerticle extends VerticleBase {
    /** The name under which gateways ask for this consumer's marks. */
    public static final String CONSUMER = "dispense";

    /** Unchecked: whose fact it is, is judged by {@link DispenseFacts} itself. */
    private static final FactSpec SPEC =
            new FactSpec(CONSUMER, "dispense", List.of(Lane.MONEY), false);

    private final FactConsumer consumer;

    public DispenseFactsVerticle(FactRuntime runtime, FactConfig config) {
        DispenseNews news = new DispenseNews(runtime.bus());
        this.consumer =
                new FactConsumer(
                        runtime,
                        SPEC,
                        config,
                        new DispenseFacts(
                                runtime.tx(),
                                runtime.time(),
                                new DispenseBook(runtime.tx(), runtime.time(), news),
                                news,
                                runtime.places(),
                                new Quarantine(SPEC, runtime.metrics().registry())));
    }

    @Override
    public Future<?> start() {
        consumer.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        consumer.stop();
        return Future.succeededFuture();
    }
}
