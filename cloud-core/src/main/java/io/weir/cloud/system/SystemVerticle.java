package io.weir.cloud.system;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.system.SystemOps;
import io.weir.api.system.SystemOps.Service;
import io.weir.api.system.SystemOps.Settings;
import io.weir.cloud.system.NodeStore.Said;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says every few seconds what this node runs, and answers for all nodes. PostgreSQL is where they
 * meet: a node that is cut off from the others but not from it is still told of.
 */
public final class SystemVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SystemVerticle.class);

    private final SystemConfig config;
    private final Node node;
    private final Bus bus;
    private final Tx tx;
    private final Time time;

    public SystemVerticle(SystemConfig config, Node node, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.node = node;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        beat();
        vertx.setPeriodic(config.beat().toMillis(), t -> beat());
        return Future.all(
                bus.serve(
                                SystemOps.SETTINGS,
                                (call, q) ->
                                        new Settings(node.name(), node.role(), node.settings()))
                        .completion(),
                bus.serve(SystemOps.SERVICES, (call, q) -> services()).completion());
    }

    private void beat() {
        try {
            Instant now = time.now();
            tx.system(
                    c -> {
                        NodeStore.put(c, node, node.services(node.health().reports()), now);
                        NodeStore.forget(c, now.minus(config.forgotten()));
                        return now;
                    });
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("what this node runs was not told, next time again", e);
        }
    }

    private List<Service> services() {
        Instant now = time.now();
        List<Service> all = new ArrayList<>();
        for (Said said : tx.system(c -> NodeStore.list(c, now.minus(config.forgotten())))) {
            boolean lost = said.seenAt().isBefore(now.minus(config.lost()));
            for (Map.Entry<String, String> service : said.services().entrySet()) {
                boolean down = !service.getValue().isEmpty();
                all.add(
                        new Service(
                                said.node(),
                                said.role(),
                                service.getKey(),
                                lost ? "LOST" : down ? "DOWN" : "UP",
                                lost ? "nothing heard of its node" : service.getValue(),
                                said.seenAt()));
            }
        }
        return all;
    }
}
