package io.weir.cloud.ingest;

import com.sun.management.OperatingSystemMXBean;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.TestKafka;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.FactConfig;
import io.weir.cloud.facts.FactRuntime;
import io.weir.cloud.facts.FactVerticle;
import io.weir.cloud.facts.Places;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.fact.Partitions;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * From Kafka to queryable rows: how many posts per second, and what one costs in CPU of this JVM
 * (with the broker in it) and of PostgreSQL, of few and of many devices in turn. Arguments: posts,
 * many devices, few devices, posts per frame, instances.
 */
public final class IngestBench {
    private static final int PARTITIONS = 12;
    private static final int CLOCK_TICKS_PER_SECOND = 100;

    /** Rounds of few and of many devices in turn, so both even. */
    private static final int WARM_UP = 4;

    private static final int MEASURED = 6;

    private IngestBench() {}

    public static void main(String[] args) throws Exception {
        int posts = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int many = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
        int few = args.length > 2 ? Integer.parseInt(args[2]) : 200;
        int perFrame = args.length > 3 ? Integer.parseInt(args[3]) : 40;
        int instances = args.length > 4 ? Integer.parseInt(args[4]) : 1;
        PrintStream out = System.out;

        String kafka = TestKafka.fresh(PARTITIONS);
        Vertx vertx = Vertx.vertx();
        Db db = TestPostgres.connect(vertx, TestPostgres.fresh());
        Tx tx = new Tx(db);
        var time = new SystemTime();
        var metrics = new Metrics();
        Places places =
                new Places() {
                    @Override
                    public void load(Set<String> ids) {}

                    @Override
                    public Place get(String id) {
                        return new Place(id, "/DEMO/A001/D001/", "pk", "edge-1", List.of());
                    }
                };
        var runtime =
                new FactRuntime(
                        vertx,
                        new Bus(vertx),
                        tx,
                        time,
                        metrics,
                        new Health(),
                        places,
                        kafka,
                        "n1");
        var virtual = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
        vertx.deployVerticle(
                        new IngestVerticle(
                                runtime.bus(),
                                tx,
                                time,
                                places,
                                new TrafficCounter(),
                                new IngestConfig(30, 7, 2, Duration.ofHours(1))),
                        virtual)
                .await();
        var config =
                new FactConfig(
                        Duration.ofMillis(200),
                        500,
                        3000,
                        2 << 20,
                        4 << 20,
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(5),
                        100_000,
                        Duration.ofDays(30));
        for (int i = 0; i < instances; i++) {
            vertx.deployVerticle(
                            new FactVerticle(
                                    runtime,
                                    IngestApplier.SPEC,
                                    config,
                                    new IngestApplier(
                                            tx,
                                            time,
                                            places,
                                            metrics.registry(),
                                            new TrafficCounter())),
                            virtual)
                    .await();
        }
        Thread.sleep(5000);
        long[] numbers = new long[PARTITIONS];
        try (var producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka,
                                "acks",
                                "all",
                                "compression.type",
                                "lz4",
                                "linger.ms",
                                "20"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            double[] micros = new double[2];
            for (int round = 1; round <= WARM_UP + MEASURED; round++) {
                int devices = round % 2 == 0 ? many : few;
                var frames = frames(posts, devices, perFrame, numbers);
                long rows = rows(db);
                long jvm = jvmCpu();
                long pg = postgresCpuMs(db);
                long started = System.nanoTime();
                for (var frame : frames) {
                    producer.send(
                            new ProducerRecord<>(
                                    Lane.TELEMETRY.topic(),
                                    frame.partition(),
                                    null,
                                    frame.bytes()));
                }
                producer.flush();
                while (rows(db) < rows + posts) {
                    Thread.sleep(20);
                }
                double seconds = (System.nanoTime() - started) / 1e9;
                double jvmMicros = (jvmCpu() - jvm) / 1e3 / posts;
                double pgMicros = (postgresCpuMs(db) - pg) * 1e3 / posts;
                out.printf(
                        Locale.ROOT,
                        "round %d: %d posts of %d devices in %.1f s = %.0f posts/s; CPU per post:"
                                + " JVM with broker and producer %.0f us, PostgreSQL %.0f us = %.0f"
                                + " posts/s per core%n",
                        round,
                        posts,
                        devices,
                        seconds,
                        posts / seconds,
                        jvmMicros,
                        pgMicros,
                        1e6 / (jvmMicros + pgMicros));
                if (round > WARM_UP) {
                    micros[round % 2] += (jvmMicros + pgMicros) / (MEASURED / 2);
                }
            }
            out.printf(
                    Locale.ROOT,
                    "%d devices %.1f us a post, %d devices %.1f us a post: %.2f x%n",
                    few,
                    micros[1],
                    many,
                    micros[0],
                    micros[0] / micros[1]);
        }
        System.exit(0);
    }

    private record Ready(int partition, byte[] bytes) {}

    private static List<Ready> frames(int posts, int devices, int perFrame, long[] numbers) {
        List<List<Entry>> open = new ArrayList<>();
        for (int p = 0; p < PARTITIONS; p++) {
            open.add(new ArrayList<>());
        }
        List<Ready> frames = new ArrayList<>();
        for (int i = 0; i < posts; i++) {
            String device = "DEMO%08d".formatted(i % devices);
            int partition = Partitions.of(device, PARTITIONS);
            List<Entry> entries = open.get(partition);
            entries.add(post(device, i));
            if (entries.size() == perFrame || i >= posts - devices) {
                frames.add(frame(partition, ++numbers[partition], entries));
                open.set(partition, new ArrayList<>());
            }
        }
        for (int p = 0; p < PARTITIONS; p++) {
            if (!open.get(p).isEmpty()) {
                frames.add(frame(p, ++numbers[p], open.get(p)));
            }
        }
        return frames;
    }

    private static Ready frame(int partition, long number, List<Entry> entries) {
        return new Ready(
                partition,
                FrameCodec.encode(
                        new Frame(
                                "edge-1",
                                "journal-1",
                                Lane.TELEMETRY,
                                partition,
                                number,
                                "boot",
                                entries)));
    }

    /** About 250 bytes with nine properties, like the demo product's. */
    private static Entry post(String device, int i) {
        String params =
                ("{\"total_ml\":%d,\"pulse_total\":%d,\"power_on_s\":%d,\"work_s\":%d,\"uptime_s\":%d,\"boot_id\":\"b-7f3a9c"
                     + "12d4e8\",\"flow_ml_s\":31,\"temperature\":%d.5,\"valve\":1,\"filter\":{\"hours\":123,\"left\":"
                     + "{\"percent\":87}},\"net\":{\"rssi\":-67,\"type\":\"4g\"}}")
                        .formatted(i, i * 3, i, i, i, i % 90);
        return new Entry(
                FactKind.PROPERTY_POST,
                device,
                7,
                System.currentTimeMillis(),
                i,
                "",
                params.getBytes(StandardCharsets.UTF_8));
    }

    private static long rows(Db db) {
        var rows =
                db.system()
                        .query("SELECT coalesce(sum(posts), 0)::bigint FROM ingest.latest")
                        .execute()
                        .await();
        return rows.iterator().next().getLong(0);
    }

    private static long jvmCpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** User and system time of the postmaster, its children, and those of them that are gone. */
    private static long postgresCpuMs(Db db) throws IOException {
        var own = db.system().query("SELECT pg_backend_pid()").execute().await();
        String backend = String.valueOf(own.iterator().next().getInteger(0));
        String postmaster = stat(Path.of("/proc", backend))[1];
        long ticks = sum(stat(Path.of("/proc", postmaster)), 11, 14);
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String[] fields = stat(process);
                if (fields.length > 1 && fields[1].equals(postmaster)) {
                    ticks += sum(fields, 11, 12);
                }
            }
        }
        return ticks * 1000 / CLOCK_TICKS_PER_SECOND;
    }

    private static long sum(String[] fields, int from, int to) {
        long sum = 0;
        for (int i = from; i <= to; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }

    /** Fields of {@code /proc/<pid>/stat} from the state on; empty when the process is gone. */
    private static String[] stat(Path process) {
        try {
            String text = Files.readString(process.resolve("stat"));
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
