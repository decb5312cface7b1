package io.weir.edge.journal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The files of one lane, oldest first. Written by the writer's thread, read by others. */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

    /** Damaged files kept per lane; a dying disk must not be filled by what it has spoilt. */
    private static final int BAD_KEPT = 8;

    private static final String BAD = ".bad";

    private final Disk disk;
    private final Salvage salvage;
    private final ConcurrentSkipListMap<Long, Segment> bySeq = new ConcurrentSkipListMap<>();
    private final AtomicLong damaged = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();

    Segments(Disk disk, Salvage salvage) {
        this.disk = disk;
        this.salvage = salvage;
    }

    void add(Segment segment) {
        bySeq.put(segment.seq, segment);
    }

    @Nullable Segment first() {
        Map.Entry<Long, Segment> first = bySeq.firstEntry();
        return first == null ? null : first.getValue();
    }

    @Nullable Segment newest() {
        Map.Entry<Long, Segment> last = bySeq.lastEntry();
        return last == null ? null : last.getValue();
    }

    /** The segment of that number or, when it is deleted, the oldest after it. */
    @Nullable Segment from(long seq) {
        Map.Entry<Long, Segment> at = bySeq.ceilingEntry(seq);
        return at == null ? null : at.getValue();
    }

    Iterable<Segment> newestFirst() {
        return bySeq.descendingMap().values();
    }

    long bytes() {
        long bytes = 0;
        for (Segment s : bySeq.values()) {
            bytes += s.end();
        }
        return bytes;
    }

    /** How many segments were found damaged and repaired. */
    long damaged() {
        return damaged.get();
    }

    /** An end that was being written when the process died was cut. */
    void cut(long bytes) {
        torn.addAndGet(bytes);
    }

    /** Bytes cut from a torn end at the start. */
    long tornBytes() {
        return torn.get();
    }

    /** The synced bytes from {@code offset} on. */
    byte[] read(Segment segment, long offset) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(segment.end() - offset)];
        disk.read(segment.name(), offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    void delete(Segment segment) throws IOException {
        synchronized (segment) {
            disk.delete(segment.name());
            disk.syncFolder();
            segment.markDeleted();
            bySeq.remove(segment.seq);
        }
    }

    /**
     * Replaces a damaged segment: what can't be read becomes frames that say so, under the same
     * numbers, and the file as it was is kept beside as {@code .bad}.
     *
     * @return each partition's last frame number
     */
    long[] repair(Segment segment) throws IOException {
        synchronized (segment) {
            if (segment.deleted()) {
                return segment.base;
            }
            byte[] content = disk.readAll(segment.name());
            Salvage.Repaired repaired = salvage.repair(segment, content);
            LOG.error("{} is damaged: {} frames are lost", segment.name(), repaired.lostFrames());
            keepFewBad(Segment.prefix(segment.lane));
            disk.write(segment.name() + BAD, content);
            disk.write(segment.name(), repaired.content());
            segment.end(repaired.content().length);
            damaged.incrementAndGet();
            return repaired.numbers();
        }
    }

    private void keepFewBad(String lane) throws IOException {
        List<String> bad =
                disk.list().stream().filter(f -> f.startsWith(lane) && f.endsWith(BAD)).toList();
        for (int i = 0; i <= bad.size() - BAD_KEPT; i++) {
            disk.delete(bad.get(i));
        }
    }
}
