package io.weir.edge.guard;

/**
 * So many tokens at once, so many a minute in the long run. Safe for any thread: buckets of an
 * address, a product or a tenant are shared by all event loops. Starts full.
 */
public final class TokenBucket {
    /** Level and capacity count 1/60,000 tokens, so that one a minute is a whole number a ms. */
    private static final long UNIT = 60_000;

    private final long capacity;
    private final long perMinute;
    private long level;
    private long atMs;

    /**
     * @param burst tokens at once, 1 to 10^9
     * @param perMinute tokens a minute, 1 to 6 * 10^10
     * @param nowMs monotonic
     */
    public TokenBucket(long burst, long perMinute, long nowMs) {
        this.capacity = burst * UNIT;
        this.perMinute = perMinute;
        this.level = capacity;
        this.atMs = nowMs;
    }

    /** Takes one token; false when there is none. */
    public synchronized boolean take(long nowMs) {
        return draw(1, nowMs) == 1;
    }

    /** Takes as many whole tokens as there are, up to {@code most}; answers how many. */
    public synchronized long draw(long most, long nowMs) {
        fill(nowMs);
        long drawn = Math.min(most, level / UNIT);
        level -= drawn * UNIT;
        return drawn;
    }

    /** How long until there are so many tokens, or until it is full when it never holds them. */
    public synchronized long waitMs(long tokens, long nowMs) {
        fill(nowMs);
        long lacking = Math.min(tokens * UNIT, capacity) - level;
        return lacking <= 0 ? 0 : (lacking + perMinute - 1) / perMinute;
    }

    private void fill(long nowMs) {
        // Another thread may have read its clock a little earlier; time never goes back here.
        long passed = nowMs - atMs;
        if (passed <= 0) {
            return;
        }
        atMs = nowMs;
        // Compared before multiplying: a bucket left alone for years must not overflow.
        boolean brimming = passed > (capacity - level) / perMinute;
        level = brimming ? capacity : level + passed * perMinute;
    }
}
