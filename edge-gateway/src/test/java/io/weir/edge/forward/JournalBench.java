package io.weir.edge.forward;

import com.sun.management.OperatingSystemMXBean;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalConfig;
import io.weir.edge.journal.StoredFrame;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.SystemTime;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What journaling and forwarding cost per message, without MQTT: two event loops with 500 entries
 * of about 250 bytes each in flight, real files and fsync. Arguments: seconds, partitions,
 * commitPause in ms, and Kafka's bootstrap servers or {@code none} for an uplink that says yes at
 * once.
 */
public final class JournalBench {
    private static final int LOOPS = 2;
    private static final int IN_FLIGHT = 500;
    private static final byte[] PAYLOAD =
            ("{\"total_ml\":1234567,\"pulse_total\":7654321,\"power_on_s\":1234,\"work_s\":567,"
                            + "\"uptime_s\":8910,\"boot_id\":\"b-7c1f0a\",\"flow_ml_s\":35,"
                            + "\"temperature\":45,\"valve\":\"open\"}")
                    .getBytes(StandardCharsets.UTF_8);

    private final AtomicLong[] done = {new AtomicLong(), new AtomicLong()};
    private final SystemTime time = new SystemTime();
    private volatile boolean running = true;

    private JournalBench() {}

    public static void main(String[] args) throws Exception {
        new JournalBench()
                .run(
                        Integer.parseInt(args[0]),
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]),
                        args[3],
                        args.length > 4 ? args[4] : "none");
    }

    private void run(int seconds, int partitions, int everyMs, String kafka, String compression)
            throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "journal-bench");
        JournalConfig config =
                new JournalConfig(
                        partitions,
                        16 << 20,
                        256L << 20,
                        64L << 20,
                        8192L << 20,
                        64L << 20,
                        65536,
                        16L << 20,
                        4 << 20,
                        512 << 10,
                        64 << 10,
                        8L << 20,
                        Duration.ofMillis(everyMs));
        Vertx vertx = Vertx.vertx();
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
            Forwarder forwarder =
                    new Forwarder(
                            journal,
                            lane ->
                                    kafka.equals("none")
                                            ? new Yes()
                                            : new KafkaUplink(
                                                    kafka,
                                                    "bench",
                                                    journal.id(),
                                                    lane,
                                                    settings(compression)),
                            settings(compression),
                            time);
            forwarder.start();
            for (int i = 0; i < LOOPS; i++) {
                load(vertx.getOrCreateContext(), journal, i);
            }
            for (int round = 0; round < 3; round++) {
                measure(seconds, journal, forwarder);
            }
            running = false;
            forwarder.stop();
        }
        vertx.close().await();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    static ForwarderConfig settings(String compression) {
        List<String> nobody = List.of("nobody");
        return new ForwarderConfig(
                nobody,
                nobody,
                nobody,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                16 << 20,
                256 << 10,
                Duration.ofMillis(5),
                compression,
                Duration.ofSeconds(1));
    }

    private void load(Context context, DiskJournal journal, int loop) {
        context.runOnContext(
                v -> {
                    for (int i = 0; i < IN_FLIGHT; i++) {
                        append(journal, loop, "dev" + loop + "x" + (i % 25));
                    }
                });
    }

    private void append(DiskJournal journal, int loop, String device) {
        Entry entry =
                new Entry(
                        FactKind.PROPERTY_POST,
                        device,
                        7,
                        time.now().toEpochMilli(),
                        time.tick().ms(),
                        "",
                        PAYLOAD.clone());
        journal.append(
                Lane.TELEMETRY,
                entry,
                kept -> {
                    done[loop].setPlain(done[loop].getPlain() + 1);
                    if (running) {
                        append(journal, loop, device);
                    }
                });
    }

    private void measure(int seconds, DiskJournal journal, Forwarder forwarder)
            throws InterruptedException {
        OperatingSystemMXBean os =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<String, Long> before = threads();
        long cpu = os.getProcessCpuTime();
        long n = total();
        long frames = journal.frames(Lane.TELEMETRY);
        long at = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double count = total() - n;
        double took = (System.nanoTime() - at) / 1e9;
        System.out.printf(
                "%,.0f msg/s, %.2f CPU us/msg, %.0f frames/s, %.0f msg/frame, lag %d frames%n",
                count / took,
                (os.getProcessCpuTime() - cpu) / 1e3 / count,
                (journal.frames(Lane.TELEMETRY) - frames) / took,
                count / (journal.frames(Lane.TELEMETRY) - frames),
                forwarder.lag(Lane.TELEMETRY));
        threads()
                .forEach(
                        (name, ns) -> {
                            double us = (ns - before.getOrDefault(name, 0L)) / 1e3 / count;
                            if (us > 0.02) {
                                System.out.printf("   %-40s %.2f us/msg%n", name, us);
                            }
                        });
    }

    private long total() {
        return done[0].get() + done[1].get();
    }

    private static Map<String, Long> threads() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<String, Long> times = new TreeMap<>();
        for (ThreadInfo info : bean.getThreadInfo(bean.getAllThreadIds())) {
            if (info != null) {
                times.merge(
                        info.getThreadName(), bean.getThreadCpuTime(info.getThreadId()), Long::sum);
            }
        }
        return times;
    }

    /** Takes every frame at once. */
    static final class Yes implements Uplink {
        @Override
        public void send(StoredFrame frame, Sent sent) {
            if (FrameCodec.HEADER_BYTES < frame.bytes().length) {
                sent.done(null);
            }
        }

        @Override
        public void close() {}
    }
}
