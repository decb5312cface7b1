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
        if (head == null && newest && !holdsRecord(probe.name())) {
            LOG.info("{} was only begun and holds nothing", probe.name());
            disk.delete(probe.name());
            disk.syncFolder();
            return;
        }
        if (before != null && before.seq + 1 != seq) {
            throw new IOException(
                    "the segment before " + probe.name() + " is missing: move the journal away");
        }
        long[] base = head == null ? endOf(before, probe.name()) : checked(head, probe);
        if (before != null) {
            before.seal(base);
        }
        segments.add(new Segment(lane, seq, base, disk.size(probe.name())));
    }

    private long[] checked(Records.Head head, Segment probe) throws IOException {
        boolean ours = head.lane() == lane && head.seq() == probe.seq;
        if (!ours
                || !head.journal().equals(identity.id())
                || head.base().length != identity.partitions()) {
            throw new IOException(probe.name() + " is of another journal: move it away");
        }
        return head.base();
    }

    /** Both copies of a segment's head are gone: its numbers go on from the segment before. */
    private long[] endOf(@Nullable Segment before, String headless) throws IOException {
        if (before == null) {
            throw new IOException(
                    "both heads of %s are damaged and no segment is before it: move the journal away"
                            .formatted(headless));
        }
        LOG.error("both heads of {} are damaged", headless);
        byte[] content = segments.read(before, 0);
        SegmentWalk walk = SegmentWalk.whole(identity, before);
        return walk.run(content) == content.length ? walk.numbers() : segments.repair(before);
    }

    private Records.@Nullable Head head(String file) throws IOException {
        int most = Records.headsSize(identity.partitions());
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(most, disk.size(file)));
        disk.read(file, 0, start);
        return Records.parseHead(start.array(), identity.partitions());
    }

    private boolean holdsRecord(String file) throws IOException {
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
        SegmentWalk walk = SegmentWalk.whole(identity, segment);
        int whole = walk.run(content);
        long[] numbers = walk.numbers();
        if (whole < content.length && wholeFrom(content, whole)) {
            numbers = segments.repair(segment);
        } else {
            if (whole < content.length) {
                LOG.info("{}: {} torn bytes cut", segment.name(), content.length - whole);
                segments.cut(content.length - whole);
            }
            disk.settle(segment.name(), Arrays.copyOf(content, whole));
            segment.end(whole);
        }
        segment.seal(numbers);
        return numbers;
    }

    private long checkpointSeq() throws IOException {
        for (Segment segment : segments.newestFirst()) {
            if (MoneyReplay.lastCheckpoint(segments.read(segment, 0)) >= 0) {
                return segment.seq;
            }
        }
        Segment oldest = segments.first();
        if (oldest != null && oldest.seq > 1) {
            LOG.error("no checkpoint of the dispense engine can be read");
        }
        return 0;
    }
}
