package io.weir.edge.ingest.mqtt;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket of connects per device and address, so that one client in a loop costs others nothing.
 * The address is part of the key: a stranger who connects in a device's name does not lock the
 * device out. Knows the last 10,000 keys.
 */
final class ConnectLimiter {
    private static final int REMEMBERED = 10_000;
    private static final int MINUTE_MS = 60_000;

    private static final class Bucket {
        long level;
        long atMs;
    }

    private final long capacity;
    private final long perMinute;
    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > REMEMBERED;
                }
            };

    ConnectLimiter(int burst, int perMinute) {
        this.capacity = (long) burst * MINUTE_MS;
        this.perMinute = perMinute;
    }

    /**
     * @param nowMs monotonic
     */
    synchronized boolean allow(String key, long nowMs) {
        Bucket b = buckets.get(key);
        if (b == null) {
            b = new Bucket();
            b.level = capacity;
            buckets.put(key, b);
        } else {
            b.level = Math.min(capacity, b.level + (nowMs - b.atMs) * perMinute);
        }
        b.atMs = nowMs;
        if (b.level < MINUTE_MS) {
            return false;
        }
        b.level -= MINUTE_MS;
        return true;
    }
}
