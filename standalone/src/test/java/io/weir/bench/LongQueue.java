package io.weir.bench;

/** First in, first out, without a box around each number. For one thread. */
final class LongQueue {
    private long[] ring = new long[16];
    private int from;
    private int size;

    int size() {
        return size;
    }

    void add(long value) {
        if (size == ring.length) {
            long[] larger = new long[size * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = ring[from + i & size - 1];
            }
            ring = larger;
            from = 0;
        }
        ring[from + size & ring.length - 1] = value;
        size++;
    }

    /** The oldest; there must be one. */
    long poll() {
        long value = ring[from];
        from = from + 1 & ring.length - 1;
        size--;
        return value;
    }

    void clear() {
        size = 0;
    }
}
