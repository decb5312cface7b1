package io.weir.edge.forward;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalConfig;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.SystemTime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Catching up after an outage while devices go on: a backlog of telemetry is journaled without a
 * way up; then the way is there, and telemetry goes on at the live rate. Prints how fast the
 * backlog went up, its ratio to the live rate, and how long live entries waited for their fsync
 * meanwhile. Arguments: entries of backlog, live entries per second, Kafka's bootstrap servers or
 * {@code none} for an uplink that says yes at once.
 */
public final class CatchUpBench {
    private static final int WAITING = 20_000;
    private static final int PAYLOAD = 160;

    private final SystemTime time = new SystemTime();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Semaphore waiting = new Semaphore(WAITING);
    private final ConcurrentLinkedQueue<Long> latencies = new ConcurrentLinkedQueue<>();

    private CatchUpBench() {}

    public static void main(String[] args) throws Exception {
        int backlog = Integer.parseInt(args[0]);
        int live = Integer.parseInt(args[1]);
        Path folder = Files.createTempDirectory(Path.of("target"), "catch-up-bench");
        try {
            new CatchUpBench().run(folder, backlog, live, args[2]);
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private void run(Path folder, int backlog, int live, String kafka) throws Exception {
        JournalConfig config =
                new JournalConfig(
                        4,
                        16 << 20,
                        256L << 20,
                        64L << 20,
                        8192L << 20,
                        64L << 20,
                        65536,
                        64L << 20,
                        1 << 20,
                        768 << 10,
                        64 << 10,
                        16L << 20,
                        Duration.ofMillis(2));
        try (FileDisk disk = new FileDisk(folder);
                DiskJournal journal =
                        new DiskJournal(
                                disk,
                                config,
                                "bench",
                                time,
                                new SimpleMeterRegistry(),
                                new Health())) {
            journal.start();
            for (int i = 0; i < backlog; i++) {
                append(journal, i, false);
            }
            waiting.acquire(WAITING);
            waiting.release(WAITING);
            catchUp(journal, backlog, live, kafka);
        }
    }

    private void catchUp(DiskJournal journal, int backlog, int live, String kafka)
            throws InterruptedException {
        long frames = journal.frames(Lane.TELEMETRY);
        Forwarder forwarder =
                new Forwarder(
                        journal,
                        lane ->
                                kafka.equals("none")
                                        ? new JournalBench.Yes()
                                        : new KafkaUplink(
                                                kafka,
                                                "bench",
                                                journal.id(),
                                                lane,
                                                JournalBench.settings("lz4")),
                        JournalBench.settings("lz4"),
                        time);
        long start = System.nanoTime();
        forwarder.start();
        int sent = 0;
        while (forwarder.lane(Lane.TELEMETRY).acknowledgedFrames() < frames) {
            double elapsed = (System.nanoTime() - start) / 1e9;
            for (; sent < live * elapsed; sent++) {
                append(journal, sent, true);
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        double took = (System.nanoTime() - start) / 1e9;
        forwarder.stop();
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "backlog %,d in %.2f s: %,.0f msg/s up, %.1f times the live rate of %,d msg/s;"
                        + " live entries: %,d, fsync p50 %.1f ms, p99 %.1f ms%n",
                backlog,
                took,
                backlog / took,
                backlog / took / live,
                live,
                sent,
                at(sorted, 0.5),
                at(sorted, 0.99));
    }

    private static double at(long[] sorted, double share) {
        int i = Math.min(sorted.length - 1, (int) (sorted.length * share));
        return sorted.length == 0 ? 0 : sorted[i] / 1e6;
    }

    private void append(DiskJournal journal, int i, boolean live) {
        byte[] payload = new byte[PAYLOAD];
        random.nextBytes(payload);
        Arrays.fill(payload, 0, PAYLOAD / 2, (byte) 'x'); // about as compressible as property posts
        long now = time.now().toEpochMilli();
        Entry entry =
                new Entry(
                        FactKind.PROPERTY_POST,
                        "dev" + i % 200,
                        7,
                        now,
                        time.tick().ms(),
                        "",
                        payload);
        waiting.acquireUninterruptibly();
        long start = System.nanoTime();
        journal.append(
                Lane.TELEMETRY,
                entry,
                kept -> {
                    if (live) {
                        latencies.add(System.nanoTime() - start);
                    }
                    waiting.release();
                });
    }
}
