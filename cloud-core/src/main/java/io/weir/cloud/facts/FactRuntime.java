package io.weir.cloud.facts;

import io.vertx.core.Vertx;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/**
 * What every consumer of facts needs of the process.
 *
 * @param places who owns a device and which gateway it is assigned to
 * @param kafka bootstrap servers
 * @param node the process's stable name
 */
public record FactRuntime(
        Vertx vertx,
        Bus bus,
        Tx tx,
        Time time,
        Metrics metrics,
        Health health,
        Places places,
        String kafka,
        String node) {}
