package io.weir.edge.guard;

/**
 * How late an event loop is, and what to do about it: first no more connects, then, when that does
 * not help, reading less. Late once is a hiccup (a garbage collection, classes being loaded); late
 * again before it was in time for a while is overload. Pure; used on that loop only.
 */
public final class LagWatch {
    /** What the loop does. */
    public enum Level {
        CALM,
        REFUSE,
        SHED
    }

    private static final int CALM_AFTER = 10;

    private final long everyMs;
    private final long maxMs;
    private long lastMs;
    private long lateMs;
    private long calmAtMs;
    private int lates;
    private Level level = Level.CALM;

    /**
     * @param everyMs the loop means to call {@link #looked} that often
     * @param maxMs more than so late is too late
     * @param nowMs monotonic
     */
    public LagWatch(long everyMs, long maxMs, long nowMs) {
        this.everyMs = everyMs;
        this.maxMs = maxMs;
        this.lastMs = nowMs;
    }

    /** Called by the loop's timer. It is calm again when it was in time for ten periods. */
    public Level looked(long nowMs) {
        lateMs = Math.max(0, nowMs - lastMs - everyMs);
        lastMs = nowMs;
        if (lateMs > maxMs) {
            lates++;
            calmAtMs = nowMs + CALM_AFTER * everyMs;
            level = lates == 1 ? Level.CALM : lates == 2 ? Level.REFUSE : Level.SHED;
        } else if (nowMs >= calmAtMs) {
            lates = 0;
            level = Level.CALM;
        } else if (level == Level.SHED) {
            level = Level.REFUSE;
        }
        return level;
    }

    /** How late it was when it looked last. */
    public long lateMs() {
        return lateMs;
    }

    public Level level() {
        return level;
    }
}
