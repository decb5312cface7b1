package io.weir.edge.journal.choice;

import com.sun.management.OperatingSystemMXBean;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * CPU and rate of durable appends, each store in a JVM of its own: two event loops with 500 entries
 * of 250 bytes in flight each, every entry confirmed after an fsync. The second of two rounds
 * counts.
 */
public final class JournalChoice {
    private static final List<String> ALL = List.of("weir", "rocksdb", "artemis", "chronicle");
    private static final int LOOPS = 2;
    private static final int IN_FLIGHT = 500;
    private static final int ENTRY_BYTES = 250;
    private static final int SECONDS = Integer.getInteger("weir.bench.seconds", 10);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final LongAdder done = new LongAdder();
    private final byte[] entry = new byte[ENTRY_BYTES];
    private volatile boolean running = true;

    private JournalChoice() {
        Arrays.fill(entry, (byte) 'w');
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 1) {
            new JournalChoice().measure(args[0]);
            System.exit(0);
        }
        for (String name : ALL) {
            String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
            List<String> command = new ArrayList<>(List.of(java));
            command.addAll(given);
            command.addAll(
                    List.of(
                            "-cp",
                            System.getProperty("java.class.path"),
                            JournalChoice.class.getName(),
                            name));
            int end = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (end != 0) {
                System.out.printf("%-10s ended with %d%n", name, end);
            }
        }
    }

    private static Candidate open(String name, Path folder) throws Exception {
        long nanos = PAUSE.toNanos();
        return switch (name) {
            case "weir" -> new WeirCandidate(folder, PAUSE);
            case "rocksdb" -> new RocksCandidate(folder, nanos);
            case "artemis" -> new ArtemisCandidate(folder, (int) nanos);
            case "chronicle" -> new ChronicleCandidate(folder, nanos);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private void measure(String name) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "journal-" + name);
        Vertx vertx = Vertx.vertx();
        try (Candidate candidate = open(name, folder)) {
            for (int i = 0; i < LOOPS; i++) {
                Context loop = vertx.getOrCreateContext();
                loop.runOnContext(v -> start(candidate));
            }
            Thread.sleep(SECONDS * 1000L);
            round(name, folder);
            running = false;
            Thread.sleep(500);
        } finally {
            vertx.close().await();
            delete(folder);
        }
    }

    private void start(Candidate candidate) {
        for (int i = 0; i < IN_FLIGHT; i++) {
            again(candidate);
        }
    }

    private void again(Candidate candidate) {
        candidate.append(
                entry,
                () -> {
                    done.increment();
                    if (running) {
                        again(candidate);
                    }
                });
    }

    private void round(String name, Path folder) throws Exception {
        var os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = os.getProcessCpuTime();
        long before = done.sum();
        long from = System.nanoTime();
        Thread.sleep(SECONDS * 1000L);
        double count = done.sum() - before;
        double seconds = (System.nanoTime() - from) / 1e9;
        System.out.printf(
                "%-10s %,10.0f entries/s  %6.2f us CPU/entry  %5.0f bytes on disk/entry%n",
                name,
                count / seconds,
                (os.getProcessCpuTime() - cpu) / 1e3 / count,
                (double) size(folder) / done.sum());
    }

    private static long size(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            return files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum();
        }
    }

    private static void delete(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
