package io.weir.edge.metering;

/**
 * How fast a dispense flows, to stop it in time; never used to bill. Measured between reports at
 * least half a second apart, beginning with the outlet's constant as a guess.
 */
final class FlowRate {
    private static final long APART_MS = 500;
    private static final long NEVER = -1;

    /** Beyond this long without a report, nothing more is assumed to have flowed. */
    private static final long HORIZON_MS = 5_000;

    private long mlPerSecond;
    private boolean measured;
    private long anchorMs = NEVER;
    private long anchorMl;
    private long lastMs = NEVER;
    private long lastMl;

    FlowRate(long guessMlPerSecond) {
        this.mlPerSecond = guessMlPerSecond;
    }

    long mlPerSecond() {
        return mlPerSecond;
    }

    /** A report showed that {@code pouredMl} have been poured, more than before. */
    void flowed(long pouredMl, long now) {
        if (anchorMs == NEVER) {
            anchorMs = now;
            anchorMl = pouredMl;
        } else if (now - anchorMs >= APART_MS) {
            long sample = (pouredMl - anchorMl) * 1_000 / (now - anchorMs);
            mlPerSecond = measured ? (mlPerSecond + sample) / 2 : sample;
            measured = true;
            anchorMs = now;
            anchorMl = pouredMl;
        }
        lastMs = now;
        lastMl = pouredMl;
    }

    /** What has been poured by now, if it flows on as it did. */
    long estimateMl(long pouredMl, long now) {
        if (lastMs == NEVER) {
            return pouredMl;
        }
        long assumed = mlPerSecond * Math.min(now - lastMs, HORIZON_MS) / 1_000;
        return Math.max(pouredMl, lastMl + assumed);
    }

    /** Milliseconds from {@code now} until the estimate reaches {@code ml}; -1: can't tell. */
    long reachesInMs(long ml, long now) {
        if (lastMs == NEVER || mlPerSecond <= 0) {
            return -1;
        }
        long at = lastMs + (ml - lastMl) * 1_000 / mlPerSecond;
        return at - lastMs > HORIZON_MS ? -1 : Math.max(0, at - now);
    }
}
