package io.weir.cloud.outbox;

import java.time.Duration;
import java.util.List;

/**
 * @param schemas of the contexts that have an outbox
 * @param batch rows per round
 * @param poll pause when there is nothing to relay
 * @param retry pause after a failure, and between two looks whether another node still relays
 */
public record OutboxConfig(List<String> schemas, int batch, Duration poll, Duration retry) {
    public OutboxConfig {
        schemas.forEach(
                schema -> {
                    if (!schema.matches("[a-z][a-z0-9_]{0,30}")) {
                        throw new IllegalArgumentException("schemas: " + schema + " is no schema");
                    }
                });
        if (batch < 1 || batch > 10_000) {
            throw new IllegalArgumentException("batch must be between 1 and 10000");
        }
        if (!poll.isPositive() || !retry.isPositive()) {
            throw new IllegalArgumentException("poll and retry must be positive");
        }
    }
}
