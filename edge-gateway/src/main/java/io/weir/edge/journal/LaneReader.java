package io.weir.edge.journal;

import static java.util.Objects.requireNonNull;

import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the synced frames of one lane in order, from the oldest retained: from memory when they are
 * fresh, from disk when not. Frames that all consumers have applied are left out. One thread, one
 * reader per lane.
 */
public final class LaneReader {
    private final JournalIdentity identity;
    private final Segments segments;
    private final Feed feed;
    private final Covered covered;
    private final long[] base;
    private long seq;
    private long offset;
    private @Nullable Segment loaded;
    private @Nullable SegmentWalk walk;
    private byte[] chunk = new byte[0];
    private int cursor;

    LaneReader(JournalIdentity identity, Segments segments, Feed feed, Covered covered) {
        this.identity = identity;
        this.segments = segments;
        this.feed = feed;
        this.covered = covered;
        Segment first = segments.first();
        this.base = first == null ? new long[identity.partitions()] : first.base;
    }

    /** Number of each partition's last frame before the first that this reader gives. */
    public long[] base() {
        return base.clone();
    }

    /** What all consumers have applied, per partition; not to be changed. */
    public long[] applied() {
        return covered.marks();
    }

    /** The next frames, about {@code most} bytes; empty when there is none yet. */
    public List<StoredFrame> next(int most) throws IOException {
        List<StoredFrame> frames = feed.take(seq, offset, most);
        if (frames == null) {
            return fromDisk(most);
        }
        if (!frames.isEmpty()) {
            StoredFrame last = frames.getLast();
            seq = last.segment();
            offset = last.offset() + last.bytes().length;
            unload();
        }
        return frames;
    }

    /** Goes back: {@code frame} comes next, once more. */
    public void rewind(StoredFrame frame) {
        seq = frame.segment();
        offset = frame.offset();
        unload();
    }

    private List<StoredFrame> fromDisk(int most) throws IOException {
        List<StoredFrame> frames = new ArrayList<>();
        int bytes = 0;
        while (bytes < most) {
            Segment segment = load();
            if (segment == null) {
                break;
            }
            int size = requireNonNull(walk).step(chunk, cursor);
            if (size < 0) {
                if (!repaired(segment)) {
                    break;
                }
                continue;
            }
            if (FrameCodec.isFrame(chunk, cursor)) {
                int partition = FrameCodec.partition(chunk, cursor);
                long number = FrameCodec.number(chunk, cursor);
                if (number > covered.marks()[partition]) {
                    byte[] frame = Arrays.copyOfRange(chunk, cursor, cursor + size);
                    frames.add(
                            new StoredFrame(segment.lane, partition, number, seq, offset, frame));
                    bytes += size;
                }
            }
            cursor += size;
            offset += size;
        }
        return frames;
    }

    /** The segment whose bytes are at the cursor; null when all that is synced was read. */
    private @Nullable Segment load() throws IOException {
        while (loaded == null || cursor >= chunk.length) {
            Segment segment = segments.from(seq);
            if (segment == null) {
                return null;
            }
            if (segment.seq != seq) {
                seq = segment.seq;
                offset = 0;
                unload();
            }
            long[] last = segment.last();
            if (offset >= segment.end()) {
                if (last != null && walk != null && !walk.complete(last)) {
                    repaired(segment);
                    continue;
                }
                if (last == null || segments.from(seq + 1) == null) {
                    return null;
                }
                seq++;
                offset = 0;
                unload();
            } else {
                read(segment);
            }
        }
        return loaded;
    }

    private void read(Segment segment) throws IOException {
        try {
            chunk = segments.read(segment, offset);
            cursor = 0;
            loaded = segment;
            if (offset == 0) {
                walk = SegmentWalk.whole(identity, segment);
            } else if (walk == null) {
                walk = SegmentWalk.from(identity, segment);
            }
        } catch (IOException e) {
            loaded = null;
            if (!segment.deleted()) {
                throw e;
            }
        }
    }

    /** False while the writer still holds it: it is asked to go on in another segment first. */
    private boolean repaired(Segment segment) throws IOException {
        if (!segment.sealed()) {
            segment.wantSeal();
            return false;
        }
        segments.repair(segment);
        offset = 0;
        unload();
        return true;
    }

    private void unload() {
        loaded = null;
        walk = null;
    }
}
