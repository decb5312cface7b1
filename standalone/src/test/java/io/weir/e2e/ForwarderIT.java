package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.api.ingest.IngestApi.Mark;
import io.weir.api.ingest.IngestApi.Marks;
import io.weir.cloud.Topics;
import io.weir.cloud.Topics.TopicsConfig;
import io.weir.edge.forward.ForwarderConfig;
import io.weir.edge.forward.ForwarderVerticle;
import io.weir.edge.forward.Uplinks;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalConfig;
import io.weir.edge.link.CloudLink;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.AsyncHandler;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;
import io.weir.standalone.KafkaServer;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Journal, forwarder and a real broker that goes away; the test's own list is the oracle. */
class ForwarderIT {
    private static final int PARTITIONS = 2;
    private static final int ENTRIES = 6000;
    private static final JournalConfig JOURNAL =
            new JournalConfig(
                    PARTITIONS,
                    65_536,
                    16 << 20,
                    16 << 20,
                    64 << 20,
                    0,
                    65_536,
                    64 << 20,
                    65_536,
                    16_384,
                    4096,
                    32_768,
                    Duration.ofMillis(1));
    private static final ForwarderConfig FORWARDER =
            new ForwarderConfig(
                    List.of("test"),
                    List.of("test"),
                    List.of("test"),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(2),
                    1 << 20,
                    65_536,
                    Duration.ofMillis(1),
                    "lz4",
                    Duration.ofMillis(500));

    private final AtomicLongArray marks = new AtomicLongArray(PARTITIONS);
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();
    private final Vertx vertx = Vertx.vertx();
    private volatile boolean answering;
    private int repeated;

    @TempDir Path folder;

    @Test
    void everythingConfirmedArrivesOnceThroughAnOutageOfKafkaAndARestartOfTheGateway()
            throws Exception {
        KafkaServer kafka = KafkaServer.start(folder.resolve("kafka"), 0);
        String bootstrap = kafka.bootstrap();
        int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        Topics.ensure(bootstrap, new TopicsConfig(PARTITIONS, 1, 1, 24));

        DiskJournal journal = open();
        String forwarder = forward(journal, bootstrap);
        append(journal, 0, ENTRIES / 3);
        Wait.until("some arrived", Duration.ofSeconds(60), () -> poll(bootstrap) > 1000);

        kafka.close();
        append(journal, ENTRIES / 3, 2 * ENTRIES / 3);
        vertx.undeploy(forwarder).await();
        journal.close();
        journal = open();
        forwarder = forward(journal, bootstrap);
        append(journal, 2 * ENTRIES / 3, ENTRIES);
        kafka = KafkaServer.start(folder.resolve("kafka"), port);

        Wait.until(
                "all arrived",
                Duration.ofSeconds(90),
                () -> poll(bootstrap) == ENTRIES && kept.size() == ENTRIES);
        assertThat(arrived).isEqualTo(kept);
        assertThat(repeated).as("the restart sent frames again").isPositive();
        answering = true;
        Wait.until("segments are let go", Duration.ofSeconds(20), () -> segments() == 1);

        vertx.undeploy(forwarder).await();
        journal.close();
        kafka.close();
        vertx.close().await();
    }

    private DiskJournal open() throws IOException {
        return new DiskJournal(
                        new FileDisk(folder.resolve("journal")),
                        JOURNAL,
                        "gw",
                        new SystemTime(),
                        new Metrics().registry(),
                        new Health())
                .start();
    }

    private String forward(DiskJournal journal, String bootstrap) {
        return vertx.deployVerticle(
                        new ForwarderVerticle(
                                journal,
                                new Cloud(),
                                new SystemTime(),
                                new Metrics(),
                                new Health(),
                                "gw",
                                Uplinks.kafka(bootstrap),
                                FORWARDER))
                .await();
    }

    private void append(DiskJournal journal, int from, int to) {
        for (int i = from; i < to; i++) {
            String text = "%06d %s".formatted(i, "x".repeat(200));
            Entry entry =
                    new Entry(
                            FactKind.PROPERTY_POST,
                            "d" + i % 7,
                            0,
                            0,
                            0,
                            "",
                            text.getBytes(StandardCharsets.UTF_8));
            journal.append(
                    Lane.TELEMETRY,
                    entry,
                    ok -> {
                        if (ok) {
                            kept.add(text);
                        }
                    });
        }
    }

    /**
     * Reads the topic from its begin, as a consumer with marks does; how many entries are there?
     */
    private int poll(String bootstrap) {
        List<TopicPartition> partitions =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(p -> new TopicPartition(Lane.TELEMETRY.topic(), p))
                        .toList();
        long[] seen = new long[PARTITIONS];
        repeated = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> take(r, seen));
            }
        }
        return arrived.size();
    }

    private void take(ConsumerRecord<byte[], byte[]> record, long[] seen) {
        Frame frame = FrameCodec.decode(record.value());
        int p = record.partition();
        assertThat(frame.partition()).isEqualTo(p);
        assertThat(frame.number()).as("no hole").isLessThanOrEqualTo(seen[p] + 1);
        if (frame.number() <= seen[p]) {
            repeated++;
            return;
        }
        seen[p] = frame.number();
        boolean news = frame.number() > marks.get(p);
        for (Entry entry : frame.entries()) {
            boolean added = arrived.add(new String(entry.payload(), StandardCharsets.UTF_8));
            assertThat(added).as("once").isEqualTo(news);
        }
        marks.set(p, Math.max(marks.get(p), frame.number()));
    }

    private long segments() {
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("telemetry")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The cloud, as far as it has applied what arrived. */
    private final class Cloud implements CloudLink {
        @Override
        @SuppressWarnings("unchecked")
        public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
            if (!answering) {
                return Future.failedFuture("the cloud is busy");
            }
            List<Mark> all =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(p -> new Mark(Lane.TELEMETRY, p, marks.get(p)))
                            .toList();
            return Future.succeededFuture((R) new Marks(all));
        }

        @Override
        public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {}

        @Override
        public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {}

        @Override
        public boolean up() {
            return true;
        }

        @Override
        public void onChange(Consumer<Boolean> listener) {}
    }
}
