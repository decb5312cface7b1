package io.weir.edge.script;

/**
 * Switches a script off that had to be stopped again and again. Only stopped runs count: a script
 * that throws costs little, and a device that sends rubbish must not silence its whole product.
 * Pure.
 */
final class Fuse {
    private final int failures;
    private final long offMs;
    private int inARow;
    private long offUntilMs = Long.MIN_VALUE;

    Fuse(int failures, long offMs) {
        this.failures = failures;
        this.offMs = offMs;
    }

    /**
     * @param nowMs of any clock that never goes back
     */
    boolean off(long nowMs) {
        return nowMs < offUntilMs;
    }

    /** True when this one switched it off. After its time off, one more failure does. */
    boolean stopped(long nowMs) {
        inARow = Math.min(inARow + 1, failures);
        if (inARow < failures) {
            return false;
        }
        offUntilMs = nowMs + offMs;
        return true;
    }

    void worked() {
        inARow = 0;
    }
}
