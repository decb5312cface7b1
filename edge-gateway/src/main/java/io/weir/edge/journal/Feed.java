package io.weir.edge.journal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The newest frames of a lane in memory, so that the forwarder reads the disk only to catch up. One
 * writer, one reader. When it is full the oldest go: they are on disk.
 */
final class Feed {
    private final long maxBytes;
    private final Deque<StoredFrame> frames = new ArrayDeque<>();
    private long bytes;
    private long fromSeq;
    private long fromOffset;

    /**
     * @param fromSeq all frames from the begin of this segment on will come by here
     */
    Feed(long maxBytes, long fromSeq) {
        this.maxBytes = maxBytes;
        this.fromSeq = fromSeq;
    }

    synchronized void offer(List<StoredFrame> committed) {
        for (StoredFrame frame : committed) {
            frames.add(frame);
            bytes += frame.bytes().length;
        }
        while (bytes > maxBytes) {
            drop();
        }
    }

    /**
     * Frames at and after the position, up to about {@code most} bytes and at least one if there is
     * any; null when some of them have left the memory.
     */
    synchronized @Nullable List<StoredFrame> take(long seq, long offset, int most) {
        if (seq < fromSeq || seq == fromSeq && offset < fromOffset) {
            return null;
        }
        List<StoredFrame> taken = new ArrayList<>();
        int size = 0;
        while (!frames.isEmpty() && size < most) {
            StoredFrame frame = drop();
            if (frame.segment() > seq || frame.segment() == seq && frame.offset() >= offset) {
                taken.add(frame);
                size += frame.bytes().length;
            }
        }
        return taken;
    }

    private StoredFrame drop() {
        StoredFrame frame = frames.remove();
        bytes -= frame.bytes().length;
        fromSeq = frame.segment();
        fromOffset = frame.offset() + frame.bytes().length;
        return frame;
    }
}
