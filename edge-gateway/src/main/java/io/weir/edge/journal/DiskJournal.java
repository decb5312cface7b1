package io.weir.edge.journal;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.internal.ContextInternal;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameWriter;
import io.weir.runtime.fact.Partitions;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.Time;

import org.jctools.queues.MpscArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The journal on a {@link Disk}: a bounded queue, one writer, group commit. Whatever waits when a
 * commit begins goes into it: one frame per lane and partition, one sync per lane.
 *
 * <p>It fails closed: after a failed sync nothing is confirmed or taken until the process restarts
 * (a second sync of the same pages may lie, see {@link Disk.Tail#sync}); what was confirmed stays
 * readable and is still forwarded. What it refuses for lack of room is counted and told by a SHED
 * entry in the next frame of that partition that finds room.
 */
public final class DiskJournal implements Journal, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskJournal.class);
    private static final Runnable NOBODY = () -> {};

    /** What the reading side needs of one lane. */
    private record Side(Segments segments, Feed feed, Covered covered, Sheds sheds) {}

    private final Disk disk;
    private final JournalIdentity identity;
    private final JournalConfig config;
    private final JournalMeters meters;
    private final DiskRoom room;
    private final MoneyReplay replay;
    private final LaneLog[] lanes = new LaneLog[Lane.values().length];
    private final Side[] sides = new Side[Lane.values().length];
    private final MpscArrayQueue<Pending> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final List<Pending> batch = new ArrayList<>();
    private final Completions completions = new Completions();
    private final TurnThread writer;
    private volatile @Nullable String failure;
    private volatile Runnable onCommit = NOBODY;
    private volatile Runnable askCheckpoint = NOBODY;

    /**
     * Reads what the folder holds; blocks. Nothing is committed before {@link #start}.
     *
     * @throws IOException when the folder can't be trusted; the message says what to do
     */
    public DiskJournal(
            Disk disk,
            JournalConfig config,
            String gateway,
            Time time,
            MeterRegistry registry,
            Health health)
            throws IOException {
        this.disk = disk;
        this.config = config;
        this.identity = JournalIdentity.of(disk, gateway, config.partitions());
        this.meters = new JournalMeters(registry);
        this.queue = new MpscArrayQueue<>(config.queueEntries());
        this.room = new DiskRoom(disk, config);
        Salvage salvage = new Salvage(identity, time);
        long checkpointSeq = 0;
        long ownMoneySeq = 0;
        for (Lane lane : Lane.values()) {
            Segments segments = new Segments(disk, salvage);
            LaneRecovery.Recovered found =
                    new LaneRecovery(disk, identity, lane, segments).recover();
            Side side =
                    new Side(
                            segments,
                            new Feed(config.cacheBytes(), found.nextSeq()),
                            new Covered(config.partitions()),
                            new Sheds(config.partitions()));
            sides[lane.ordinal()] = side;
            lanes[lane.ordinal()] =
                    new LaneLog(
                            identity,
                            lane,
                            disk,
                            config,
                            room,
                            time,
                            meters.sync,
                            found,
                            side.sheds,
                            side.feed);
            if (lane == Lane.MONEY) {
                checkpointSeq = found.checkpointSeq();
                ownMoneySeq = found.nextSeq();
            }
            meters.gauge("bytes", lane, segments, Segments::bytes);
            meters.gauge("shed", lane, side.sheds, Sheds::total);
            meters.gauge("damaged", lane, segments, Segments::damaged);
            meters.gauge("torn.bytes", lane, segments, Segments::tornBytes);
        }
        this.replay =
                new MoneyReplay(identity, side(Lane.MONEY).segments, checkpointSeq, ownMoneySeq);
        this.writer =
                new TurnThread(
                        "weir-journal", this::turn, () -> !queue.isEmpty(), config.commitPause());
        meters.gauge("disk.usable", room, DiskRoom::usable);
        meters.gauge("identity.repaired", identity, i -> i.repaired() ? 1 : 0);
        meters.gauge("queue.bytes", queuedBytes, AtomicLong::get);
        meters.gauge("queue.entries", queue, MpscArrayQueue::size);
        health.register("journal", this::report);
        health.registerEnd("journal", () -> failure);
    }

    /** From now on commits are made. */
    public DiskJournal start() {
        writer.start();
        return this;
    }

    @Override
    public String id() {
        return identity.id();
    }

    @Override
    public int partitions() {
        return identity.partitions();
    }

    @Override
    public void append(Lane lane, Entry entry, Done done) {
        append(lane, Partitions.of(entry.device(), identity.partitions()), entry, done);
    }

    @Override
    public void append(Lane lane, int partition, Entry entry, Done done) {
        int size = FrameWriter.bound(entry);
        if (size > config.entryBytes()) {
            LOG.warn("an entry of {} bytes is refused", size);
            done.done(false);
            return;
        }
        enqueue(new Pending(lane, partition, entry, null, size, done, caller()));
    }

    @Override
    public void checkpoint(byte[] state, Done done) {
        enqueue(new Pending(Lane.MONEY, 0, null, state, state.length, done, caller()));
    }

    @Override
    public boolean hasRoom(Lane lane) {
        return failure == null
                && queuedBytes.get() < config.queueBytes() / 4 * 3
                && room.begins(lane)
                && !lanes[lane.ordinal()].stuck()
                && side(lane).segments.bytes() < config.bytes(lane) / 4 * 3;
    }

    @Override
    public void onCheckpointDue(Runnable ask) {
        ContextInternal context = caller();
        askCheckpoint = context == null ? ask : () -> context.runOnContext(v -> ask.run());
        writer.look();
    }

    @Override
    public void replayMoney(Replay to) {
        try {
            replay.run(to);
        } catch (IOException e) {
            throw new UncheckedIOException("the money lane can't be read", e);
        }
    }

    /** The lane's synced frames from the oldest retained on; one reader per lane. */
    public LaneReader reader(Lane lane) {
        Side side = side(lane);
        return new LaneReader(identity, side.segments, side.feed, side.covered);
    }

    /** {@code wake} is run on the writer's thread after each commit; must not block. */
    public void onCommit(Runnable wake) {
        onCommit = wake;
    }

    /**
     * All consumers of the lane have applied each partition's frames up to these numbers: segments
     * that hold nothing beyond are deleted soon.
     */
    public void applied(Lane lane, long[] marks) {
        side(lane).covered.set(marks);
        writer.look();
    }

    /** Segments of the lane found damaged since the start. */
    public long damaged(Lane lane) {
        return side(lane).segments.damaged();
    }

    /** Was the file that says whose journal this is damaged, and written anew? */
    boolean identityRepaired() {
        return identity.repaired();
    }

    /** Frames of the lane ever synced, over all partitions. */
    public long frames(Lane lane) {
        return lanes[lane.ordinal()].frames();
    }

    /** Why nothing is taken any more; null while all is well. */
    public @Nullable String failure() {
        return failure;
    }

    /** Commits what waits, refuses all from then on, and closes the disk. */
    @Override
    public void close() throws IOException {
        writer.stop();
        boolean inOrder = failure == null;
        if (inOrder) {
            failure = "closed";
        }
        refuseQueued();
        for (LaneLog lane : lanes) {
            if (inOrder) {
                lane.end();
            } else {
                lane.close();
            }
        }
        disk.close();
    }

    private Side side(Lane lane) {
        return sides[lane.ordinal()];
    }

    private static @Nullable ContextInternal caller() {
        ContextInternal context = ContextInternal.current();
        return context == null ? null : context.unwrap();
    }

    private void enqueue(Pending p) {
        boolean fits =
                queuedBytes.addAndGet(p.size) <= config.queueShare(p.lane, config.queueBytes())
                        && (p.lane == Lane.MONEY
                                || queue.size() < config.queueShare(p.lane, config.queueEntries()));
        if (failure != null || !fits || !queue.offer(p)) {
            queuedBytes.addAndGet(-p.size);
            refuse(p);
            return;
        }
        VarHandle.fullFence();
        writer.wake();
        if (failure != null) {
            refuseQueued();
        }
    }

    private void refuse(Pending p) {
        if (p.entry != null) {
            side(p.lane).sheds.count(p.partition, p.size);
        }
        p.done.done(false);
    }

    /** One turn of the writer; true when there was a commit. */
    boolean turn() {
        if (failure != null) {
            refuseQueued();
            return false;
        }
        try {
            room.look();
            drain();
            boolean some = !batch.isEmpty();
            if (some) {
                commit();
            }
            for (Lane lane : Lane.values()) {
                housekeep(lane);
            }
            return some;
        } catch (IOException | RuntimeException e) {
            fail(e);
            return false;
        }
    }

    private void drain() throws IOException {
        int bytes = 0;
        Pending p;
        while (bytes < config.commitBytes() && (p = queue.poll()) != null) {
            batch.add(p);
            bytes += p.size;
            p.kept = take(lanes[p.lane.ordinal()], p);
        }
        queuedBytes.addAndGet(-bytes);
    }

    private static boolean take(LaneLog lane, Pending p) throws IOException {
        if (p.checkpoint != null) {
            return lane.addCheckpoint(p.checkpoint);
        }
        return p.entry != null && lane.add(p.partition, p.entry);
    }

    /** A lane whose sync fails does not take back what another lane has synced before. */
    private void commit() throws IOException {
        boolean[] written = new boolean[lanes.length];
        IOException broken = null;
        for (int i = 0; i < lanes.length && broken == null; i++) {
            try {
                written[i] = lanes[i].commit();
            } catch (IOException e) {
                broken = e;
            }
        }
        if (broken != null) {
            failure = String.valueOf(broken.getMessage());
        }
        answer(written);
        onCommit.run();
        if (broken != null) {
            throw broken;
        }
    }

    private void answer(boolean[] written) {
        int kept = 0;
        for (Pending p : batch) {
            p.kept &= written[p.lane.ordinal()];
            if (p.kept) {
                kept++;
            } else if (p.entry != null) {
                side(p.lane).sheds.count(p.partition, p.size);
            }
            completions.add(p);
        }
        batch.clear();
        completions.run();
        meters.commits.increment();
        meters.appended.increment(kept);
        meters.commitEntries.record(kept);
    }

    private void housekeep(Lane lane) throws IOException {
        LaneLog log = lanes[lane.ordinal()];
        long[] marks = side(lane).covered.marks();
        for (int p = 0; p < marks.length; p++) {
            if (marks[p] > log.numbers()[p]) {
                throw new IOException(
                        "the cloud has frame %d of %s/%d, this journal ends at %d: it was rolled back; move it away"
                                .formatted(marks[p], lane, p, log.numbers()[p]));
            }
        }
        log.leaveDamaged();
        log.dropCovered(marks);
        Runnable ask = askCheckpoint;
        if (lane == Lane.MONEY && ask != NOBODY && log.takeRolled()) {
            ask.run();
        }
    }

    private void fail(Exception e) {
        LOG.error("the journal takes nothing any more until it is restarted", e);
        failure = String.valueOf(e.getMessage());
        for (LaneLog lane : lanes) {
            lane.abandon();
            lane.cutToSynced();
        }
        batch.forEach(p -> p.kept = false);
        batch.forEach(completions::add);
        batch.clear();
        refuseQueued();
        completions.run();
    }

    /** Also callers come here, when they lost the race with a failure: one at a time. */
    private synchronized void refuseQueued() {
        Pending p;
        while ((p = queue.poll()) != null) {
            queuedBytes.addAndGet(-p.size);
            Completions one = new Completions();
            one.add(p);
            one.run();
        }
    }

    private Health.Report report() {
        Map<String, Object> detail = new TreeMap<>();
        String why = failure;
        boolean ok = why == null;
        if (why != null) {
            detail.put("why", why);
        }
        if (identity.repaired()) {
            detail.put("identity", "journal.id was damaged and is written anew");
        }
        for (Lane lane : Lane.values()) {
            Side side = side(lane);
            long bytes = side.segments.bytes();
            boolean full = bytes >= config.bytes(lane) || !room.takes(lane);
            full |= lanes[lane.ordinal()].stuck();
            ok &= !full;
            detail.put(
                    Segment.prefix(lane),
                    Map.of(
                            "bytes",
                            bytes,
                            "full",
                            full,
                            "shed",
                            side.sheds.total(),
                            "damaged_segments",
                            side.segments.damaged()));
        }
        return new Health.Report(ok, detail);
    }
}
