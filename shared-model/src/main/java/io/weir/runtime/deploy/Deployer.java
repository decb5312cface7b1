package io.weir.runtime.deploy;

import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.weir.runtime.config.Config;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Deploys a role of {@code verticles.json} in order and drains it in reverse. Blocks: call it from
 * a main thread, not from an event loop.
 */
public final class Deployer {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

    private final Vertx vertx;
    private final VerticleRegistry registry;
    private final Map<String, String> env;
    private final Deque<String> deployed = new ArrayDeque<>();

    public Deployer(Vertx vertx, VerticleRegistry registry, Map<String, String> env) {
        this.vertx = vertx;
        this.registry = registry;
        this.env = env;
    }

    /**
     * @param only deploy just these; empty = all of the role. Throws with all wrong settings at
     *     once before anything is deployed.
     */
    public void deploy(List<Descriptor.Entry> role, List<String> only) {
        Config reader = new Config(env);
        Map<Descriptor.Entry, Supplier<Deployable>> ready = new LinkedHashMap<>();
        for (Descriptor.Entry entry : role) {
            if (only.isEmpty() || only.contains(entry.name())) {
                Supplier<Deployable> supplier = registry.prepare(entry, reader);
                if (supplier != null) {
                    ready.put(entry, supplier);
                }
            }
        }
        reader.check();
        ready.forEach(
                (entry, supplier) -> {
                    deployed.push(vertx.deployVerticle(supplier, entry.options()).await());
                    LOG.info("{} x {} is up", entry.name(), entry.options().getInstances());
                });
    }

    /**
     * Undeploys in reverse order; a verticle that fails to stop is logged and does not hold the
     * others.
     */
    public void drain() {
        while (!deployed.isEmpty()) {
            try {
                vertx.undeploy(deployed.pop()).await();
            } catch (Exception e) {
                LOG.warn("a verticle did not stop cleanly", e);
            }
        }
    }
}
