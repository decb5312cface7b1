package io.weir.edge.metering;

import java.time.Duration;

/**
 * @param noFlow a dispense without flow ends after this (DESIGN section 5.3: 30 s)
 * @param stopRepeat {@code stop} is sent again after this until the counter rests (2 s)
 * @param faultAfter a device that pours on for this long after {@code stop} is FAULTED (10 s)
 * @param rest a counter that shows no more for this long rests
 * @param wordGrace a device that said it closed but reports no counter is believed after this
 * @param noReply a command without reply or flow is taken back after this
 * @param firstLead guess of a device's stop delay before it was measured
 * @param remember how long dispense ids are known (7 days)
 * @param rememberMax how many at most; the oldest go first
 * @param dispensesMax how many may be open at once on this gateway
 * @param devicesMax how many devices are watched; idle ones that are away go first
 * @param asksMax how many askers may wait for an answer
 */
public record MeteringConfig(
        Duration noFlow,
        Duration stopRepeat,
        Duration faultAfter,
        Duration rest,
        Duration wordGrace,
        Duration noReply,
        Duration firstLead,
        Duration remember,
        int rememberMax,
        int dispensesMax,
        int devicesMax,
        int asksMax) {
    public MeteringConfig {
        check(noFlow, "noFlow", 1, 3_600);
        check(stopRepeat, "stopRepeat", 1, 60);
        check(faultAfter, "faultAfter", 2, 600);
        check(rest, "rest", 1, 60);
        check(wordGrace, "wordGrace", 1, 60);
        check(noReply, "noReply", 1, 60);
        check(firstLead, "firstLead", 0, 5);
        check(remember, "remember", 3_600, 31_536_000);
        check(rememberMax, "rememberMax", 10_000_000);
        check(dispensesMax, "dispensesMax", 1_000_000);
        check(devicesMax, "devicesMax", 10_000_000);
        check(asksMax, "asksMax", 1_000_000);
    }

    private static void check(Duration value, String name, long minS, long maxS) {
        if (value.toSeconds() < minS || value.toSeconds() > maxS) {
            throw new IllegalArgumentException(
                    name + ": " + value + " is not between " + minS + " s and " + maxS + " s");
        }
    }

    private static void check(int value, String name, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " is not in 1.." + max);
        }
    }
}
