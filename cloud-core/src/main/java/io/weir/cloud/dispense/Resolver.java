package io.weir.cloud.dispense;

import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.ResolveDispense;
import io.weir.cloud.dispense.DispenseStore.Unheard;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * Asks gateways what became of commands of which no fact came. A gateway that never had the command
 * journals that it never will publish it, and that fact voids the dispense; the answer on the bus
 * itself decides nothing.
 */
final class Resolver {
    private static final Logger LOG = LoggerFactory.getLogger(Resolver.class);

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final SettlerConfig config;
    private final DispenseStore dispenses = new DispenseStore();

    Resolver(Bus bus, Tx tx, Time time, SettlerConfig config) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    /** Asks for all that are due and waits for no answer. */
    void resolve() {
        List<Unheard> unheard =
                tx.system(
                        c ->
                                dispenses.unheard(
                                        c,
                                        time.now(),
                                        config.resolveAfter(),
                                        config.resolveMax(),
                                        config.batch()));
        for (Unheard d : unheard) {
            bus.call(
                            EdgeApi.RESOLVE.at(d.gateway()),
                            new ResolveDispense(d.id(), d.deviceId()),
                            Call.system(d.id()))
                    .onComplete(
                            answer ->
                                    LOG.debug(
                                            "dispense {} at {}: {}", d.id(), d.gateway(), answer));
        }
    }
}
