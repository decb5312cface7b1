package io.weir.edge.guard;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link TokenBucket} for each key. Bounded memory: it knows the last so many keys, and who was
 * forgotten starts with a full bucket. So the bound must be larger than the number of keys that an
 * attacker can make in the time that a bucket needs to fill; where keys cost nothing (addresses of
 * IPv6) they are cut to what costs something before they come here.
 */
public final class TokenBuckets {
    private final int burst;
    private final int perMinute;
    private final Map<String, TokenBucket> buckets;

    /**
     * @param burst tokens at once
     * @param perMinute tokens a minute in the long run
     * @param remembered keys at most
     */
    public TokenBuckets(int burst, int perMinute, int remembered) {
        this.burst = burst;
        this.perMinute = perMinute;
        this.buckets =
                new LinkedHashMap<>(64, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
                        return size() > remembered;
                    }
                };
    }

    /**
     * Takes one token of the key's bucket; false when there is none.
     *
     * @param nowMs monotonic
     */
    public boolean allow(String key, long nowMs) {
        return of(key, nowMs).take(nowMs);
    }

    synchronized int size() {
        return buckets.size();
    }

    private synchronized TokenBucket of(String key, long nowMs) {
        return buckets.computeIfAbsent(key, k -> new TokenBucket(burst, perMinute, nowMs));
    }
}
