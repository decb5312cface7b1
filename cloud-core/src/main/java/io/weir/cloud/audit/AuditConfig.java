package io.weir.cloud.audit;

import java.time.Duration;

/**
 * @param every how often fresh entries are linked
 * @param batch entries that are linked in one transaction
 */
public record AuditConfig(Duration every, int batch) {
    public AuditConfig {
        if (every.toMillis() < 100 || every.toMinutes() > 10) {
            throw new IllegalArgumentException("every must be from 0.1 s to 10 min");
        }
        if (batch < 1 || batch > 10_000) {
            throw new IllegalArgumentException("batch must be 1..10000");
        }
    }
}
