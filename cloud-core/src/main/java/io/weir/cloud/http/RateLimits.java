package io.weir.cloud.http;

import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import java.util.concurrent.ConcurrentHashMap;

/** Token buckets by caller or address, shared by all API verticles of a process. */
public final class RateLimits {
    private static final long TOKEN = 1000;
    private static final long IDLE_MS = 120_000;

    private static final class Bucket {
        private long milliTokens;
        private long atMs;

        Bucket(long milliTokens, long atMs) {
            this.milliTokens = milliTokens;
            this.atMs = atMs;
        }

        synchronized int take(int perSecond, int burst, long nowMs) {
            long refill = (nowMs - atMs) * perSecond;
            milliTokens = Math.min(burst * TOKEN, milliTokens + refill);
            atMs = nowMs;
            if (milliTokens >= TOKEN) {
                milliTokens -= TOKEN;
                return 0;
            }
            return (int) Math.max(1, (TOKEN - milliTokens) / TOKEN / perSecond);
        }

        synchronized boolean idleSince(long ms) {
            return atMs < ms;
        }
    }

    private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Time time;

    public RateLimits(Time time) {
        this.time = time;
    }

    /** Takes one token, or refuses with the seconds to wait. */
    void demand(String who, int perSecond, int burst) {
        int wait = take(who, perSecond, burst);
        if (wait > 0) {
            throw new Rejected(
                    CommonError.TOO_MANY_REQUESTS, "too many requests, wait " + wait + " s");
        }
    }

    /** Takes one token; answers the seconds to wait when there is none, else 0. */
    int take(String who, int perSecond, int burst) {
        long now = time.tick().ms();
        return buckets.computeIfAbsent(who, w -> new Bucket(burst * TOKEN, now))
                .take(perSecond, burst, now);
    }

    /** Forgets who has not been seen for two minutes. */
    void sweep() {
        long before = time.tick().ms() - IDLE_MS;
        buckets.values().removeIf(bucket -> bucket.idleSince(before));
    }

    int size() {
        return buckets.size();
    }
}
