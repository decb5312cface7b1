package io.weir.edge.journal.choice;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import org.jctools.queues.MpscUnboundedXaddArrayQueue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The group commit that Weir's journal has, for stores that sync when told to: one thread writes
 * all that has come, syncs once, and each event loop hears of all its entries in one task.
 */
abstract class GroupCommit implements Candidate {
    private static final int QUEUE_CHUNK = 4096;
    private static final int MOST = 16_384;

    private record Waiting(byte[] entry, Context context, Runnable kept) {}

    private final MpscUnboundedXaddArrayQueue<Waiting> queue =
            new MpscUnboundedXaddArrayQueue<>(QUEUE_CHUNK);
    private final long pauseNanos;
    private final Thread writer = new Thread(this::run, "group-commit");
    private volatile boolean running = true;

    GroupCommit(long pauseNanos) {
        this.pauseNanos = pauseNanos;
    }

    /** Writes all and returns when they are on the disk. */
    abstract void commit(List<byte[]> entries) throws Exception;

    final void begin() {
        writer.start();
    }

    @Override
    public final void append(byte[] entry, Runnable kept) {
        queue.offer(new Waiting(entry, Vertx.currentContext(), kept));
    }

    @Override
    public void close() throws Exception {
        running = false;
        writer.join();
    }

    private void run() {
        List<Waiting> taken = new ArrayList<>();
        List<byte[]> entries = new ArrayList<>();
        while (running) {
            taken.clear();
            entries.clear();
            queue.drain(taken::add, MOST);
            if (!taken.isEmpty()) {
                taken.forEach(w -> entries.add(w.entry()));
                try {
                    commit(entries);
                } catch (Exception e) {
                    throw new IllegalStateException("the commit failed", e);
                }
                confirm(taken);
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    private static void confirm(List<Waiting> kept) {
        Map<Context, List<Runnable>> loops = new HashMap<>();
        kept.forEach(w -> loops.computeIfAbsent(w.context(), c -> new ArrayList<>()).add(w.kept()));
        loops.forEach((loop, all) -> loop.runOnContext(v -> all.forEach(Runnable::run)));
    }
}
