package io.weir.model.time;

/**
 * A moment on the monotonic clock of one process. Ticks of different boots can't be compared.
 *
 * @param ms milliseconds since some fixed moment of the boot
 * @param boot the process's boot id
 */
public record Tick(long ms, String boot) {
    /**
     * Milliseconds from {@code earlier} to this tick; throws when the two are of different boots.
     */
    public long since(Tick earlier) {
        if (!boot.equals(earlier.boot)) {
            throw new IllegalArgumentException(
                    "ticks of two boots: " + boot + " and " + earlier.boot);
        }
        return ms - earlier.ms;
    }

    public boolean sameBoot(Tick other) {
        return boot.equals(other.boot);
    }
}
