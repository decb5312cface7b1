package io.weir.edge.journal;

import io.weir.model.fact.Lane;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * One file of a lane. The writer's thread changes it, the forwarder's reads it.
 *
 * <p>{@code base[p]} is the number of partition p's last frame before this segment.
 */
@SuppressWarnings("ArrayRecordComponent")
final class Segment {
    private static final String SUFFIX = ".seg";

    final Lane lane;
    final long seq;
    final long[] base;
    private volatile long end;
    private volatile long @Nullable [] last;
    private volatile boolean deleted;
    private volatile boolean sealWanted;

    Segment(Lane lane, long seq, long[] base, long end) {
        this.lane = lane;
        this.seq = seq;
        this.base = base;
        this.end = end;
    }

    String name() {
        return String.format(Locale.ROOT, "%s-%016d%s", prefix(lane), seq, SUFFIX);
    }

    static String prefix(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    /** The segment's number in its file name; -1 when the file is not one of this lane. */
    static long seq(Lane lane, String file) {
        String prefix = prefix(lane) + "-";
        if (!file.startsWith(prefix) || !file.endsWith(SUFFIX)) {
            return -1;
        }
        return Long.parseLong(file.substring(prefix.length(), file.length() - SUFFIX.length()));
    }

    /** Bytes that are synced; nobody reads beyond. */
    long end() {
        return end;
    }

    void end(long synced) {
        end = synced;
    }

    /** No frame will be added any more. */
    void seal(long[] numbers) {
        last = numbers.clone();
    }

    /** The reader found damage in it and can repair it only when nobody writes to it. */
    void wantSeal() {
        sealWanted = true;
    }

    boolean sealWanted() {
        return sealWanted;
    }

    boolean sealed() {
        return last != null;
    }

    /** Number of each partition's last frame up to the segment's end; null while it grows. */
    long @Nullable [] last() {
        return last;
    }

    boolean deleted() {
        return deleted;
    }

    void markDeleted() {
        deleted = true;
    }

    /** Have all consumers applied everything up to the end of this segment? */
    boolean coveredBy(long[] marks) {
        long[] numbers = last;
        if (numbers == null) {
            return false;
        }
        for (int p = 0; p < numbers.length; p++) {
            if (marks[p] < numbers[p]) {
                return false;
            }
        }
        return true;
    }
}
