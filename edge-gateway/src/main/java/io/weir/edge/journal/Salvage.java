package io.weir.edge.journal;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.ShedFact;
import io.weir.model.time.Tick;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.fact.FrameWriter;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import java.io.ByteArrayOutputStream;

/**
 * Rebuilds a segment with damage in the middle. Consumers stop at a missing number for ever, so
 * every number whose frame is gone is given to a frame that holds one SHED entry of unknown size.
 * After a power loss the last, never confirmed commit may look like this too, when its pages
 * reached the disk out of order: then the report is a false alarm and nothing worse.
 */
final class Salvage {
    /** Frames of a partition that one hole may swallow; more means the number itself is damage. */
    private static final long WIDEST_HOLE = 1 << 20;

    private final JournalIdentity identity;
    private final Time time;

    /**
     * @param numbers each partition's last frame number
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Repaired(byte[] content, long[] numbers, int lostFrames) {}

    Salvage(JournalIdentity identity, Time time) {
        this.identity = identity;
        this.time = time;
    }

    Repaired repair(Segment segment, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4096);
        out.writeBytes(Records.heads(segment.lane, segment.seq, identity.id(), segment.base));
        long[] numbers = segment.base.clone();
        int lost = 0;
        int at = 0;
        while (at < content.length) {
            int size = FrameCodec.wholeAt(content, at, content.length);
            if (size > 0 && FrameCodec.isFrame(content, at)) {
                int p = FrameCodec.partition(content, at);
                long number = FrameCodec.number(content, at);
                if (plausible(segment, content, at, numbers)) {
                    lost += fill(out, segment.lane, p, numbers, number - 1);
                    out.write(content, at, size);
                    numbers[p] = number;
                }
                at += size;
            } else if (size > 0 && Records.isCheckpoint(content, at)) {
                out.write(content, at, size);
                at += size;
            } else if (size > 0 && Records.isClosed(content, at)) {
                for (int p = 0; p < numbers.length; p++) {
                    long number = Records.closedNumber(content, at, p);
                    lost += fill(out, segment.lane, p, numbers, number);
                }
                at += size;
            } else if (size > 0 && Records.isHead(content, at)) {
                at += size;
            } else {
                at++;
            }
        }
        long[] last = segment.last();
        for (int p = 0; last != null && p < last.length; p++) {
            lost += fill(out, segment.lane, p, numbers, last[p]);
        }
        return new Repaired(out.toByteArray(), numbers, lost);
    }

    private boolean plausible(Segment segment, byte[] content, int at, long[] numbers) {
        int p = FrameCodec.partition(content, at);
        if (FrameCodec.lane(content, at) != segment.lane.ordinal()
                || p >= numbers.length
                || !FrameCodec.hasOrigin(content, at, identity.origin())) {
            return false;
        }
        long number = FrameCodec.number(content, at);
        long[] last = segment.last();
        long limit = last != null ? last[p] : numbers[p] + WIDEST_HOLE;
        return number > numbers[p] && number <= limit;
    }

    private int fill(
            ByteArrayOutputStream out, Lane lane, int partition, long[] numbers, long upTo) {
        int filled = 0;
        while (numbers[partition] < upTo) {
            byte[] frame = lost(lane, partition, ++numbers[partition]);
            out.write(frame, 0, frame.length);
            filled++;
        }
        return filled;
    }

    private byte[] lost(Lane lane, int partition, long number) {
        Tick tick = time.tick();
        FrameWriter writer =
                new FrameWriter(identity.gateway(), identity.id(), tick.boot(), lane, partition);
        byte[] why = Json.bytes(new ShedFact(0, 0, "damaged on disk"));
        writer.add(new Entry(FactKind.SHED, "", 0, time.now().toEpochMilli(), tick.ms(), "", why));
        return writer.finish(number);
    }
}
