package io.weir.edge.journal;

/** What all consumers of a lane have applied, per partition. The array is never changed. */
final class Covered {
    private volatile long[] marks;

    Covered(int partitions) {
        marks = new long[partitions];
    }

    long[] marks() {
        return marks;
    }

    void set(long[] newer) {
        marks = newer.clone();
    }
}
