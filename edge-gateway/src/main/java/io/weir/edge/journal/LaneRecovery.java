package io.weir.edge.journal;

import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Finds out at start what a lane's files hold. Heads tell the numbers, so that only the newest
 * segment is read whole, and the money lane's back to the last checkpoint. A process never appends
 * to a file of the one before it.
 */
final class LaneRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LaneRecovery.class);

    /**
     * @param numbers each partition's last frame number
     * @param nextSeq number of the next segment
     * @param checkpointSeq the segment of the newest checkpoint, 0 for none
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Recovered(Segments segments, long[] numbers, long nextSeq, long checkpointSeq) {}

    private final Disk disk;
    private final JournalIdentity identity;
    private final Lane lane;
    private final Segments segments;

    LaneRecovery(Disk disk, JournalIdentity identity, Lane lane, Segments segments) {
        this.disk = disk;
        this.identity = identity;
        this.lane = lane;
        this.segments = segments;
    }

    Recovered recover() throws IOException {
        List<Long> seqs =
                disk.list().stream()
                        .map(f -> Segment.seq(lane, f))
                        .filter(s -> s >= 0)
                        .sorted()
                        .toList();
        for (int i = 0; i < seqs.size(); i++) {
            open(seqs.get(i), i == seqs.size() - 1);
        }
        Segment newest = segments.newest();
        long[] numbers = newest == null ? new long[identity.partitions()] : settle(newest);
        long nextSeq = newest == null ? 1 : newest.seq + 1;
        return new Recovered(segments, numbers, nextSeq, lane == Lane.MONEY ? checkpointSeq() : 0);
    }

    private void open(long seq, boolean newest) throws IOException {
        Segment before = segments.newest();
        Segment probe = new Segment(lane, seq, new long[0], 0);
        Records.Head head = head(probe.name());
        if (head == null) {
            if (newest && !holdsFrame(probe.name())) {
                LOG.info("{} was only begun and holds nothing", probe.name());
                disk.delete(probe.name());
                disk.syncFolder();
                return;
            }
            throw new IOException(
                    "the head of " + probe.name() + " is damaged: move the journal away");
        }
        if (head.lane() != lane || head.seq() != seq || !head.journal().equals(identity.id())) {
            throw new IOException(probe.name() + " is of another journal: move it away");
        }
        if (before != null && before.seq + 1 != seq) {
            throw new IOException(
                    "the segment before " + probe.name() + " is missing: move the journal away");
        }
        if (before != null) {
            before.seal(head.base());
        }
        segments.add(new Segment(lane, seq, head.base(), disk.size(probe.name())));
    }

    private Records.@Nullable Head head(String file) throws IOException {
        int most = FrameCodec.HEADER_BYTES + 256 + 16 + 8 * identity.partitions();
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(most, disk.size(file)));
        disk.read(file, 0, start);
        return Records.parseHead(start.array());
    }

    private boolean holdsFrame(String file) throws IOException {
        byte[] content = disk.readAll(file);
        return wholeFrom(content, 0);
    }

    private static boolean wholeFrom(byte[] content, int from) {
        for (int at = from; at < content.length; at++) {
            if (FrameCodec.wholeAt(content, at, content.length) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes the newest segment whole and sure; returns the numbers to go on from. Bytes that can be
     * read after a crash may stand in the page cache only, and when a sync failed before the crash
     * syncing again proves nothing: so they are written anew.
     */
    private long[] settle(Segment segment) throws IOException {
        byte[] content = segments.read(segment, 0);
        long[] numbers = segment.base.clone();
        int whole = walk(segment, content, numbers);
        if (whole < content.length && wholeFrom(content, whole)) {
            numbers = segments.repair(segment);
        } else {
            if (whole < content.length) {
                LOG.info("{}: {} torn bytes cut", segment.name(), content.length - whole);
            }
            disk.settle(segment.name(), Arrays.copyOf(content, whole));
            segment.end(whole);
        }
        segment.seal(numbers);
        return numbers;
    }

    /** Follows whole records with consecutive numbers; returns where they end. */
    private int walk(Segment segment, byte[] content, long[] numbers) throws IOException {
        Records.Head head = Records.parseHead(content);
        if (head == null) {
            throw new IOException("the head of " + segment.name() + " changed while it was read");
        }
        int at = head.size();
        while (true) {
            int size = FrameCodec.wholeAt(content, at, content.length);
            if (size < 0) {
                return at;
            }
            if (FrameCodec.isFrame(content, at)) {
                int p = FrameCodec.partition(content, at);
                if (p >= numbers.length || FrameCodec.number(content, at) != numbers[p] + 1) {
                    return at;
                }
                numbers[p]++;
            }
            at += size;
        }
    }

    private long checkpointSeq() throws IOException {
        for (Segment segment : segments.newestFirst()) {
            if (MoneyReplay.lastCheckpoint(segments.read(segment, 0)) >= 0) {
                return segment.seq;
            }
        }
        return 0;
    }
}
