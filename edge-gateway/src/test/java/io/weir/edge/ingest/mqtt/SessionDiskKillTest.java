package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What the disk of the sessions has answered for is there after kill -9, whatever it was doing. */
class SessionDiskKillTest {
    private static final int ROUNDS = 6;
    private static final int LONGEST_MS = 600;

    /**
     * A process that keeps letters and strikes out every other one, and says so: {@code kept N .},
     * {@code struck N .}; the dot tells that the line is whole. Its arguments: the folder and the
     * first number.
     */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            Vertx vertx = Vertx.vertx();
            var disk = new SessionDisk((VertxInternal) vertx, Path.of(args[0]));
            disk.session("d", "{}").await(10, TimeUnit.SECONDS);
            for (long n = Long.parseLong(args[1]); ; n += 8) {
                List<Future<Void>> kept = new ArrayList<>();
                for (long i = n; i < n + 8; i++) {
                    kept.add(disk.letter("d", letter(i)));
                }
                Future.all(kept).await(10, TimeUnit.SECONDS);
                for (long i = n; i < n + 8; i++) {
                    System.out.println("kept " + i + " .");
                }
                for (long i = n; i < n + 8; i += 2) {
                    System.out.println("struck " + i + " .");
                    disk.strike("d", letter(i));
                }
            }
        }
    }

    private static Letter letter(long seq) {
        byte[] payload = new byte[(int) (seq % 300)];
        new Random(seq).nextBytes(payload);
        return new Letter(seq, "/a/b/" + seq, payload, Long.MAX_VALUE);
    }

    @Test
    void whatWasAnsweredForOutlivesKillNine(@TempDir Path folder) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> kept = new TreeSet<>();
        Set<Long> struck = new TreeSet<>();
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            run(folder, next, random.nextInt(LONGEST_MS), kept, struck);
            Map<Long, Letter> found = read(folder);
            for (long n : kept) {
                if (!struck.contains(n)) {
                    Letter letter = found.get(n);
                    assertThat(letter).as("letter %d, seed %d", n, seed).isNotNull();
                    assertThat(letter.payload()).isEqualTo(letter(n).payload());
                    assertThat(letter.topic()).isEqualTo("/a/b/" + n);
                }
            }
            next = found.keySet().stream().mapToLong(n -> n).max().orElse(next) + 9;
        }
        assertThat(kept).as("seed %d", seed).hasSizeGreaterThan(ROUNDS);
        System.out.printf(
                "kill -9 %d times: %d letters kept, %d struck out, none lost; seed %d%n",
                ROUNDS, kept.size(), struck.size(), seed);
    }

    private static void run(Path folder, long from, int ms, Set<Long> kept, Set<Long> struck)
            throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Writer.class.getName(),
                                folder.toString(),
                                String.valueOf(from))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String first = out.readLine();
            while (first != null && !first.startsWith("kept ")) {
                first = out.readLine(); // what logs say at the start
            }
            assertThat(first).isNotNull();
            Thread killer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            Thread.sleep(ms);
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                        // Process.destroyForcibly would close our end of the pipe
                                        // too, and what was said last would not be heard.
                                        process.toHandle().destroyForcibly();
                                    });
            for (String line = first; line != null; line = next(out)) {
                String[] said = line.split(" ");
                if (said.length == 3 && said[2].equals(".")) {
                    (said[0].equals("kept") ? kept : struck).add(Long.parseLong(said[1]));
                }
            }
            killer.join();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Null when the process is gone. */
    private static @Nullable String next(BufferedReader out) {
        try {
            return out.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    private static Map<Long, Letter> read(Path folder) {
        Map<Long, Letter> found = new HashMap<>();
        Vertx vertx = Vertx.vertx();
        try (var disk = new SessionDisk((VertxInternal) vertx, folder)) {
            disk.load((session, letters) -> found.putAll(letters));
        } finally {
            vertx.close().await();
        }
        return found;
    }
}
