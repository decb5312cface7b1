package io.weir.edge.debug;

import java.time.Duration;

/**
 * @param devices watched at the same time at most; the next is refused
 * @param entries kept of one device; the oldest go first
 * @param ringChars characters kept of one device at most
 * @param payloadChars shown of one payload; the rest is cut off
 * @param keep how long a watch lasts at most without a question
 */
public record DebugConfig(
        int devices, int entries, int ringChars, int payloadChars, Duration keep) {
    /** What one answer holds: with its quotes escaped it must pass the door. */
    private static final int ANSWER_CHARS = 24_576;

    public DebugConfig {
        if (devices < 1 || devices > 1000) {
            throw new IllegalArgumentException("devices must be 1..1000");
        }
        if (entries < 16 || entries > 10_000) {
            throw new IllegalArgumentException("entries must be 16..10000");
        }
        if (payloadChars < 256 || payloadChars > 8192) {
            throw new IllegalArgumentException("payloadChars must be 256..8192");
        }
        if (ringChars < 4 * payloadChars) {
            throw new IllegalArgumentException("ringChars must hold 4 payloads at least");
        }
        if (keep.toSeconds() < 10 || keep.toHours() > 24) {
            throw new IllegalArgumentException("keep must be from 10 s to a day");
        }
    }

    int answerChars() {
        return ANSWER_CHARS;
    }
}
