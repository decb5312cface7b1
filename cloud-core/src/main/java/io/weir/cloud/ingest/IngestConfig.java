package io.weir.cloud.ingest;

import java.time.Duration;

/**
 * @param daysKept of history; older days are dropped while so many are left
 * @param daysLate how far back a late fact still finds its own day when the history begins
 * @param daysAhead partitions made before they are needed
 * @param upkeep how often partitions are looked after
 */
public record IngestConfig(int daysKept, int daysLate, int daysAhead, Duration upkeep) {
    public IngestConfig {
        if (daysLate < 1 || daysKept <= daysLate) {
            throw new IllegalArgumentException(
                    "daysLate must be at least 1 and less than daysKept");
        }
        if (daysAhead < 2) {
            throw new IllegalArgumentException("daysAhead must be at least 2");
        }
        if (upkeep.compareTo(Duration.ofMinutes(1)) < 0
                || upkeep.compareTo(Duration.ofHours(12)) > 0) {
            throw new IllegalArgumentException("upkeep must be between PT1M and PT12H");
        }
    }
}
