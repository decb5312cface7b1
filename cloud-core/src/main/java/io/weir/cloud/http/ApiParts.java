package io.weir.cloud.http;

import io.weir.cloud.tokens.SigningKey;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.time.Time;

/**
 * What all API verticles of a process share.
 *
 * @param limits made once per process, so that instances don't multiply them
 */
public record ApiParts(
        Bus bus,
        Db db,
        SigningKey key,
        RateLimits limits,
        Metrics metrics,
        Health health,
        Time time) {}
