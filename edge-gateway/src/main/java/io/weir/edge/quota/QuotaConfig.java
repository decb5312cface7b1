package io.weir.edge.quota;

import java.time.Duration;

/**
 * @param poll how often the cloud is asked for slices; a signal or low water makes it ask at once
 * @param clockTolerance how far the wall clock may be from the cloud's for a slice to be spent
 * @param slicesMax slices kept at once; more are refused
 * @param lowWater when so many slices of a button's grant are left, the cloud is asked at once
 * @param wrongCodes after so many wrong codes a device's codes are not looked at ...
 * @param blockFor ... for so long, and for twice as long each time after that, at most a day
 */
public record QuotaConfig(
        Duration poll,
        Duration clockTolerance,
        int slicesMax,
        int lowWater,
        int wrongCodes,
        Duration blockFor) {
    public QuotaConfig {
        if (poll.toMillis() < 100 || clockTolerance.toMillis() < 100) {
            throw new IllegalArgumentException("poll and clockTolerance must be >= 100 ms");
        }
        if (slicesMax < 1 || slicesMax > 1_000_000 || lowWater < 0 || lowWater > 1_000) {
            throw new IllegalArgumentException("slicesMax 1..1000000, lowWater 0..1000");
        }
        if (wrongCodes < 1 || wrongCodes > 100 || blockFor.toSeconds() < 1) {
            throw new IllegalArgumentException("wrongCodes 1..100, blockFor at least 1 s");
        }
    }
}
