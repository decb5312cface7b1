package io.weir.edge.registry;

import java.time.Duration;

/**
 * @param poll how often the cloud is asked for changes; a signal makes it ask at once
 * @param page devices per answer
 * @param keyFile key of the cache, outside the data folder; a leading {@code ~/} is the user's home
 * @param trustDays how long the cache is believed without the cloud
 * @param save how often at most an unchanged cache is written, for its date
 * @param unknownFor how long an answer "unknown device" is believed
 * @param lookups questions for unknown devices in flight at most
 */
public record RegistryConfig(
        Duration poll,
        int page,
        String keyFile,
        int trustDays,
        Duration save,
        Duration unknownFor,
        int lookups) {
    public RegistryConfig {
        if (poll.toMillis() < 100
                || page < 1
                || page > 10_000
                || trustDays < 1
                || save.toMillis() < 100
                || unknownFor.isNegative()
                || lookups < 1) {
            throw new IllegalArgumentException("poll, page, trustDays, save, unknownFor, lookups");
        }
        if (keyFile.isBlank()) {
            throw new IllegalArgumentException("keyFile must name a file");
        }
    }
}
