package io.weir.edge.journal;

import io.micrometer.core.instrument.Timer;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.ShedFact;
import io.weir.model.time.Tick;
import io.weir.runtime.fact.FrameWriter;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The writing end of one lane: entries of a commit become one frame per partition, appended to the
 * current segment and synced once. Only the writer's thread comes here.
 *
 * <p>An {@link IOException} from any method means that nobody knows what is on disk: the journal
 * must stop confirming. A refused write is not that: it is taken back and answered with false.
 */
final class LaneLog {
    private static final Logger LOG = LoggerFactory.getLogger(LaneLog.class);

    private record Told(int partition, ShedFact fact) {}

    private final JournalIdentity identity;
    private final Lane lane;
    private final Disk disk;
    private final JournalConfig config;
    private final DiskRoom disksRoom;
    private final Time time;
    private final Timer syncTimer;
    private final Segments segments;
    private final Sheds sheds;
    private final Feed feed;
    private final FrameWriter[] writers;
    private final List<StoredFrame> frames = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    private ByteBuffer out = ByteBuffer.allocateDirect(1 << 18);
    private Disk.@Nullable Tail tail;
    private @Nullable Segment current;
    private long[] numbers;
    private long[] next;
    private long nextSeq;
    private long checkpointSeq;
    private boolean begun;
    private boolean room;
    private boolean checkpointing;
    private boolean rolled;
    private volatile boolean stuck;
    private volatile long frameCount;

    LaneLog(
            JournalIdentity identity,
            Lane lane,
            Disk disk,
            JournalConfig config,
            DiskRoom disksRoom,
            Time time,
            Timer syncTimer,
            LaneRecovery.Recovered recovered,
            Sheds sheds,
            Feed feed) {
        this.identity = identity;
        this.lane = lane;
        this.disk = disk;
        this.config = config;
        this.disksRoom = disksRoom;
        this.time = time;
        this.syncTimer = syncTimer;
        this.segments = recovered.segments();
        this.sheds = sheds;
        this.feed = feed;
        this.numbers = recovered.numbers();
        this.next = numbers.clone();
        this.frameCount = LongStream.of(numbers).sum();
        this.nextSeq = recovered.nextSeq();
        this.checkpointSeq = recovered.checkpointSeq();
        this.writers = new FrameWriter[identity.partitions()];
        String boot = time.tick().boot();
        for (int p = 0; p < writers.length; p++) {
            writers[p] = new FrameWriter(identity.gateway(), identity.id(), boot, lane, p);
        }
    }

    /** Takes an entry into the commit being made; false when there is no room for it. */
    boolean add(int partition, Entry entry) throws IOException {
        if (!begin() || !room) {
            return false;
        }
        try {
            put(partition, entry);
            return true;
        } catch (IllegalArgumentException malformed) {
            LOG.warn("an entry can't be journaled: {}", malformed.getMessage());
            return false;
        }
    }

    /** Takes a checkpoint, behind all entries so far. It may go beyond the lane's share. */
    boolean addCheckpoint(byte[] state) throws IOException {
        if (!begin()) {
            return false;
        }
        finishAll();
        append(Records.checkpoint(state));
        checkpointing = true;
        return true;
    }

    /** Writes and syncs what was taken; false when it could not be written and was taken back. */
    boolean commit() throws IOException {
        try {
            finishAll();
            Segment segment = current;
            Disk.Tail file = tail;
            if (out.position() == 0 || segment == null || file == null) {
                return out.position() == 0;
            }
            return write(segment, file);
        } finally {
            clear();
        }
    }

    /** Gives up what was taken since the last commit. */
    void abandon() {
        for (FrameWriter writer : writers) {
            writer.clear();
        }
        takeBack();
        clear();
    }

    /** Deletes the oldest segments that {@code marks} cover and no restart needs any more. */
    void dropCovered(long[] marks) throws IOException {
        Segment oldest = segments.first();
        while (oldest != null && oldest != current && oldest.coveredBy(marks)) {
            boolean needed = lane == Lane.MONEY && checkpointSeq <= oldest.seq;
            boolean keepsNumbers = segments.newest() == oldest;
            if (needed || keepsNumbers) {
                return;
            }
            segments.delete(oldest);
            oldest = segments.first();
        }
    }

    /** Leaves a segment that was found damaged, so that it can be repaired. */
    void leaveDamaged() throws IOException {
        if (current != null && current.sealWanted()) {
            roll();
        }
    }

    /** True once after a new segment was begun. */
    boolean takeRolled() {
        boolean was = rolled;
        rolled = false;
        return was;
    }

    /** Frames ever synced, over all partitions; any thread may ask. */
    long frames() {
        return frameCount;
    }

    /** Was the last write refused by the disk? Any thread may ask. */
    boolean stuck() {
        return stuck;
    }

    /** Each partition's last synced frame. */
    long[] numbers() {
        return numbers;
    }

    /** Says what is there and that nothing comes after it: an end missing then is damage. */
    void end() throws IOException {
        if (tail != null && current != null) {
            try {
                tail.append(ByteBuffer.wrap(Records.closed(numbers)));
                tail.sync();
            } catch (IOException notSaid) {
                LOG.info("{} is closed without saying so", current.name(), notSaid);
            }
        }
        close();
    }

    void close() throws IOException {
        if (tail != null) {
            tail.close();
        }
    }

    /** After a failed sync: what nobody knows the state of shall not come back at a restart. */
    void cutToSynced() {
        try {
            if (tail != null && current != null) {
                tail.cut(current.end());
            }
        } catch (IOException e) {
            LOG.error("{}: the unsynced end stays", lane, e);
        }
    }

    private boolean begin() throws IOException {
        if (!begun) {
            begun = true;
            room = segments.bytes() < config.bytes(lane) && disksRoom.takes(lane);
            if (current == null || current.end() >= config.segmentBytes() || current.sealWanted()) {
                roll();
            }
            if (current != null && room && sheds.any()) {
                tellSheds();
            }
        }
        return current != null;
    }

    private void put(int partition, Entry entry) {
        FrameWriter writer = writers[partition];
        if (!writer.isEmpty() && writer.size() + FrameWriter.bound(entry) > config.frameBytes()) {
            finish(partition);
        }
        writer.add(entry);
    }

    private void tellSheds() {
        Tick tick = time.tick();
        long now = time.now().toEpochMilli();
        for (int p = 0; p < writers.length; p++) {
            ShedFact fact = sheds.take(p);
            if (fact != null) {
                told.add(new Told(p, fact));
                byte[] payload = Json.bytes(fact);
                put(p, new Entry(FactKind.SHED, "", 0, now, tick.ms(), "", payload));
            }
        }
    }

    /**
     * Begins a new segment. When the disk has no room for it the current one just grows on; at the
     * start, without a current one, nothing is taken.
     */
    private void roll() throws IOException {
        Segment fresh = new Segment(lane, nextSeq, numbers.clone(), 0);
        byte[] head = Records.heads(lane, nextSeq, identity.id(), fresh.base);
        Disk.Tail file;
        try {
            file = disk.create(fresh.name());
        } catch (IOException noRoom) {
            complain(fresh, noRoom);
            return;
        }
        try {
            file.append(ByteBuffer.wrap(head));
        } catch (IOException noRoom) {
            complain(fresh, noRoom);
            file.close();
            disk.delete(fresh.name());
            return;
        }
        settle(fresh, file);
        close();
        if (current != null) {
            current.seal(numbers);
        }
        fresh.end(head.length);
        segments.add(fresh);
        current = fresh;
        tail = file;
        nextSeq++;
        rolled = true;
    }

    /** A segment whose first sync failed must not be found at the restart. */
    private void settle(Segment fresh, Disk.Tail file) throws IOException {
        try {
            file.sync();
            disk.syncFolder();
        } catch (IOException e) {
            file.close();
            disk.delete(fresh.name());
            throw e;
        }
    }

    private void finishAll() {
        for (int p = 0; p < writers.length; p++) {
            if (!writers[p].isEmpty()) {
                finish(p);
            }
        }
    }

    private void finish(int partition) {
        Segment segment = java.util.Objects.requireNonNull(current);
        byte[] bytes = writers[partition].finish(++next[partition]);
        long offset = segment.end() + out.position();
        frames.add(new StoredFrame(lane, partition, next[partition], segment.seq, offset, bytes));
        append(bytes);
    }

    private void append(byte[] bytes) {
        if (out.remaining() < bytes.length) {
            int needed = out.position() + bytes.length;
            out = ByteBuffer.allocateDirect(Math.max(needed, 2 * out.capacity())).put(out.flip());
        }
        out.put(bytes);
    }

    private boolean write(Segment segment, Disk.Tail file) throws IOException {
        int size = out.flip().remaining();
        try {
            file.append(out);
        } catch (IOException refused) {
            complain(segment, refused);
            file.cut(segment.end());
            takeBack();
            return false;
        }
        Timer.Sample sample = Timer.start();
        file.sync();
        sample.stop(syncTimer);
        segment.end(segment.end() + size);
        System.arraycopy(next, 0, numbers, 0, next.length);
        if (checkpointing) {
            checkpointSeq = segment.seq;
        }
        frameCount += frames.size();
        feed.offer(frames);
        stuck = false;
        return true;
    }

    /** Once, not at every commit while the disk is full. */
    private void complain(Segment segment, IOException refused) {
        if (!stuck) {
            LOG.warn("{} can't be written to", segment.name(), refused);
            stuck = true;
        }
    }

    private void takeBack() {
        System.arraycopy(numbers, 0, next, 0, next.length);
        told.forEach(t -> sheds.giveBack(t.partition, t.fact));
    }

    private void clear() {
        out.clear();
        frames.clear();
        told.clear();
        begun = false;
        checkpointing = false;
    }
}
