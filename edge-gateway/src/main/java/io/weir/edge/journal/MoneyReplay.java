package io.weir.edge.journal;

import io.weir.model.fact.Frame;
import io.weir.runtime.fact.FrameCodec;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads the money lane from the newest checkpoint to where this process began. A damaged segment is
 * repaired on the way; what is lost there is lost to the replay too, and reported by its frames.
 */
final class MoneyReplay {
    private final JournalIdentity identity;
    private final Segments segments;
    private final long fromSeq;
    private final long beforeSeq;

    /**
     * @param fromSeq segment of the newest checkpoint; 0 for none
     * @param beforeSeq first segment of this process
     */
    MoneyReplay(JournalIdentity identity, Segments segments, long fromSeq, long beforeSeq) {
        this.identity = identity;
        this.segments = segments;
        this.fromSeq = fromSeq;
        this.beforeSeq = beforeSeq;
    }

    /** Where the last checkpoint record of a segment's bytes stands; -1 when there is none. */
    static int lastCheckpoint(byte[] content) {
        int found = -1;
        int at = 0;
        while (at < content.length) {
            int size = FrameCodec.wholeAt(content, at, content.length);
            if (size > 0 && Records.isCheckpoint(content, at)) {
                found = at;
            }
            at += Math.max(size, 1);
        }
        return found;
    }

    void run(Journal.Replay replay) throws IOException {
        Segment segment = segments.from(fromSeq);
        while (segment != null && segment.seq < beforeSeq) {
            byte[] content = whole(segment);
            int start = segment.seq == fromSeq ? lastCheckpoint(content) : -1;
            if (start >= 0) {
                int size = FrameCodec.wholeAt(content, start, content.length);
                replay.checkpoint(Records.state(content, start, size));
            }
            tell(content, Math.max(start, 0), replay);
            segment = segments.from(segment.seq + 1);
        }
    }

    private byte[] whole(Segment segment) throws IOException {
        byte[] content = segments.read(segment, 0);
        SegmentWalk walk = SegmentWalk.whole(identity, segment);
        long[] last = segment.last();
        boolean whole = walk.run(content) == content.length;
        if (whole && last != null && walk.complete(last)) {
            return content;
        }
        segments.repair(segment);
        return segments.read(segment, 0);
    }

    private static void tell(byte[] content, int from, Journal.Replay replay) {
        int at = from;
        while (at < content.length) {
            int size = FrameCodec.wholeAt(content, at, content.length);
            if (FrameCodec.isFrame(content, at)) {
                Frame frame = FrameCodec.decode(Arrays.copyOfRange(content, at, at + size));
                frame.entries().forEach(e -> replay.entry(frame.boot(), e));
            }
            at += size;
        }
    }
}
