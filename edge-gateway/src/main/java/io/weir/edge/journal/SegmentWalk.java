package io.weir.edge.journal;

import io.weir.runtime.fact.FrameCodec;

import java.util.Arrays;

/**
 * Follows a segment record by record and says where it stops being what was written: a checksum, a
 * frame of another journal or lane (a disk may give back the blocks of a deleted file), a number
 * that is not the next.
 */
final class SegmentWalk {
    private static final long UNKNOWN = -1;

    private final Segment segment;
    private final byte[] origin;
    private final long[] numbers;

    private SegmentWalk(JournalIdentity identity, Segment segment, long[] numbers) {
        this.segment = segment;
        this.origin = identity.origin();
        this.numbers = numbers;
    }

    /** From the segment's first byte on. */
    static SegmentWalk whole(JournalIdentity identity, Segment segment) {
        return new SegmentWalk(identity, segment, segment.base.clone());
    }

    /** From somewhere in the middle: a partition's first frame is believed. */
    static SegmentWalk from(JournalIdentity identity, Segment segment) {
        long[] numbers = new long[identity.partitions()];
        Arrays.fill(numbers, UNKNOWN);
        return new SegmentWalk(identity, segment, numbers);
    }

    /** Size of the record at {@code at}; -1 when no right one begins there. */
    int step(byte[] content, int at) {
        int size = FrameCodec.wholeAt(content, at, content.length);
        if (size < 0 || !FrameCodec.isFrame(content, at)) {
            return size;
        }
        int p = FrameCodec.partition(content, at);
        boolean ours =
                FrameCodec.hasOrigin(content, at, origin)
                        && FrameCodec.lane(content, at) == segment.lane.ordinal()
                        && p < numbers.length;
        long number = FrameCodec.number(content, at);
        if (!ours || numbers[p] != UNKNOWN && number != numbers[p] + 1) {
            return -1;
        }
        numbers[p] = number;
        return size;
    }

    /** Where the right records end. */
    int run(byte[] content) {
        int at = 0;
        int size = step(content, at);
        while (size > 0) {
            at += size;
            size = step(content, at);
        }
        return at;
    }

    /** Number of each partition's last frame so far. */
    long[] numbers() {
        return numbers;
    }

    /** Was the last frame met of every partition of which any was? */
    boolean complete(long[] last) {
        for (int p = 0; p < last.length; p++) {
            if (numbers[p] != UNKNOWN && numbers[p] != last[p]) {
                return false;
            }
        }
        return true;
    }
}
