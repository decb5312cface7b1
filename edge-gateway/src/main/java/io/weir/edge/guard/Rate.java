package io.weir.edge.guard;

/**
 * What one source may send: so many messages and bytes a second, and a burst of so many seconds'
 * worth.
 */
record Rate(int messages, int bytes, int burstSeconds) {
    private static final int PER_MINUTE = 60;

    /** Portions of a shared budget: small enough that no loop sits on what another needs. */
    private static final int PORTIONS = 64;

    TokenBucket messageBucket(long nowMs) {
        return new TokenBucket((long) messages * burstSeconds, (long) messages * PER_MINUTE, nowMs);
    }

    TokenBucket byteBucket(long nowMs) {
        return new TokenBucket((long) bytes * burstSeconds, (long) bytes * PER_MINUTE, nowMs);
    }

    /** A budget that nobody else draws from. */
    Budget alone(long nowMs) {
        return new Budget(messageBucket(nowMs), byteBucket(nowMs), messages, bytes);
    }

    /** One loop's budget on buckets that all loops draw from. */
    Budget shared(TokenBucket messageBucket, TokenBucket byteBucket) {
        return new Budget(
                messageBucket,
                byteBucket,
                Math.max(1, messages / PORTIONS),
                Math.max(1, bytes / PORTIONS));
    }
}
