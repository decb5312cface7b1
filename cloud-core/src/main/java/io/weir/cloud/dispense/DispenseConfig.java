package io.weir.cloud.dispense;

import java.time.Duration;

/**
 * Limits of a dispense.
 *
 * @param maxVolumeMl the most that one may order
 * @param secondsBase a run's time limit is this ...
 * @param secondsFactor ... plus this many times what the volume takes at the outlet's flow
 * @param slowestMlPerSecond the flow that is reckoned with when the product names less
 * @param openWithin how long the edge may wait with the command, on its own clock
 * @param orphanGrace stream time after the deadline that an end is waited for (DESIGN section 5.5)
 * @param resolveAfter a command of which the edge says nothing is asked for after this
 * @param platformBasisPoints the platform's share where it has set none yet
 * @param overrunToleranceMl an operator is shown what was poured beyond the order by more than this
 * @param maxPage rows of one page
 */
public record DispenseConfig(
        int maxVolumeMl,
        int secondsBase,
        int secondsFactor,
        int slowestMlPerSecond,
        Duration openWithin,
        Duration orphanGrace,
        Duration resolveAfter,
        int platformBasisPoints,
        int overrunToleranceMl,
        int maxPage) {
    public DispenseConfig {
        if (maxVolumeMl < 1 || maxVolumeMl > 20_000) {
            throw new IllegalArgumentException("maxVolumeMl must be 1..20000");
        }
        if (secondsBase < 1 || secondsFactor < 1 || slowestMlPerSecond < 1) {
            throw new IllegalArgumentException(
                    "secondsBase, secondsFactor and slowestMlPerSecond must be at least 1");
        }
        if (openWithin.toMillis() < 100
                || resolveAfter.toMillis() < 100
                || orphanGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "openWithin and resolveAfter must be >= 100 ms, orphanGrace not negative");
        }
        if (platformBasisPoints < 0 || platformBasisPoints > Terms.WHOLE) {
            throw new IllegalArgumentException("platformBasisPoints must be 0..10000");
        }
        if (overrunToleranceMl < 0 || maxPage < 1 || maxPage > 200) {
            throw new IllegalArgumentException(
                    "overrunToleranceMl must not be negative, maxPage 1..200");
        }
    }

    /** Stream time within which an end must come. */
    long endWithinMs(long secondsMax) {
        return openWithin.plusSeconds(secondsMax).plus(orphanGrace).toMillis();
    }

    /** The time limit of a run. */
    long secondsMax(long orderedMl, long mlPerSecond) {
        long flow = Math.max(mlPerSecond, slowestMlPerSecond);
        return secondsBase + secondsFactor * Math.ceilDiv(orderedMl, flow);
    }
}
