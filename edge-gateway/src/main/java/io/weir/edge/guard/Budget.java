package io.weir.edge.guard;

/**
 * Messages and bytes that one event loop may still let in for a device, a product or a tenant
 * without looking at a clock or at what other loops do: the hot path is two subtractions. It is
 * drawn in portions from the two buckets behind it, which loops may share. Used on one loop only.
 *
 * <p>A portion that was drawn and not used yet is kept however old it gets: within any time span
 * one portion, and the one message that showed that it was spent, may pass on top of burst and
 * rate.
 */
public final class Budget {
    private final TokenBucket messages;
    private final TokenBucket bytes;
    private final long messagesPortion;
    private final long bytesPortion;
    private long messagesLeft;
    private long bytesLeft;

    /**
     * @param messagesPortion messages drawn at once
     * @param bytesPortion bytes drawn at once
     */
    public Budget(
            TokenBucket messages, TokenBucket bytes, long messagesPortion, long bytesPortion) {
        this.messages = messages;
        this.bytes = bytes;
        this.messagesPortion = messagesPortion;
        this.bytesPortion = bytesPortion;
    }

    /** A budget that never ends. */
    static Budget unlimited() {
        TokenBucket full = new TokenBucket(1, 1, 0);
        Budget budget = new Budget(full, full, 1, 1);
        budget.messagesLeft = Long.MAX_VALUE / 2;
        budget.bytesLeft = Long.MAX_VALUE / 2;
        return budget;
    }

    /** Counts one message; false when it is more than was drawn: then {@link #settle} tells. */
    public boolean spend(int size) {
        messagesLeft--;
        bytesLeft -= size;
        return (messagesLeft | bytesLeft) >= 0;
    }

    /** Takes back the count of a message that was not let in after all. */
    public void refund(int size) {
        messagesLeft++;
        bytesLeft += size;
    }

    /**
     * Draws what is owed and a portion beyond.
     *
     * @param nowMs monotonic
     * @return 0 when all that was let in is paid for; else how long to let in nothing, in ms
     */
    public long settle(long nowMs) {
        if (messagesLeft < 0) {
            messagesLeft += messages.draw(messagesPortion - messagesLeft, nowMs);
        }
        if (bytesLeft < 0) {
            bytesLeft += bytes.draw(bytesPortion - bytesLeft, nowMs);
        }
        long forMessages = messagesLeft < 0 ? messages.waitMs(-messagesLeft, nowMs) : 0;
        long forBytes = bytesLeft < 0 ? bytes.waitMs(-bytesLeft, nowMs) : 0;
        return messagesLeft >= 0 && bytesLeft >= 0
                ? 0
                : Math.max(1, Math.max(forMessages, forBytes));
    }
}
