package io.weir.e2e;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.Op;
import io.weir.api.Signal;
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
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.AsyncHandler;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;
import io.weir.standalone.KafkaServer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;

/** A real journal, forwarder and broker; no devices, no database, a cloud that never answers. */
final class LaneRig implements AutoCloseable {
    static final int PARTITIONS = 2;
    private static final int WAITING = 20_000;
    private static final List<String> NOBODY = List.of("nobody");
    private static final JournalConfig JOURNAL =
            new JournalConfig(
                    PARTITIONS,
                    16 << 20,
                    256 << 20,
                    64 << 20,
                    2048L << 20,
                    0,
                    65_536,
                    64 << 20,
                    1 << 20,
                    512 << 10,
                    4096,
                    4 << 20,
                    Duration.ofMillis(2));

    final Metrics metrics = new Metrics();
    final Health health = new Health();
    final Map<Lane, BitSet> confirmed = new EnumMap<>(Lane.class);
    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final DiskJournal journal;
    private final Semaphore waiting = new Semaphore(WAITING);
    private KafkaServer kafka;
    private final int port;
    private final SplittableRandom random = new SplittableRandom(1);
    private int next;

    LaneRig(Path folder) throws IOException {
        this.folder = folder;
        kafka = KafkaServer.start(folder.resolve("kafka"), 0);
        String bootstrap = kafka.bootstrap();
        port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        ensureTopics();
        for (Lane lane : Lane.values()) {
            confirmed.put(lane, new BitSet());
        }
        journal =
                new DiskJournal(
                                new FileDisk(folder.resolve("journal")),
                                JOURNAL,
                                "gw",
                                new SystemTime(),
                                metrics.registry(),
                                health)
                        .start();
    }

    private static ForwarderConfig forwarder(int batchBytes) {
        return new ForwarderConfig(
                NOBODY,
                NOBODY,
                NOBODY,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                16 << 20,
                batchBytes,
                Duration.ofMillis(5),
                "lz4",
                Duration.ofMillis(500));
    }

    void forward(int batchBytes) {
        vertx.deployVerticle(
                        new ForwarderVerticle(
                                journal,
                                new NoCloud(),
                                new SystemTime(),
                                metrics,
                                health,
                                "gw",
                                Uplinks.kafka(bootstrap()),
                                forwarder(batchBytes)))
                .await();
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    void ensureTopics() {
        Topics.ensure(bootstrap(), new TopicsConfig(PARTITIONS, 1, 1, 24));
    }

    void deleteTopic(Lane lane) {
        admin(admin -> admin.deleteTopics(List.of(lane.topic())).all());
    }

    void stopKafka() {
        kafka.close();
    }

    void startKafka() {
        kafka = KafkaServer.start(folder.resolve("kafka"), port);
    }

    LaneTap tap(Lane lane) {
        return new LaneTap(bootstrap(), lane, PARTITIONS);
    }

    /** Journals {@code n} entries of {@code size} bytes; waits when too many wait for the disk. */
    void append(Lane lane, int n, int size) {
        for (int i = 0; i < n; i++) {
            int id = next++;
            byte[] payload = new byte[size];
            random.nextBytes(payload); // else it would all but vanish when Kafka compresses it
            ByteBuffer.wrap(payload).putInt(id);
            Entry entry = new Entry(FactKind.PROPERTY_POST, "d" + id % 50, 0, 0, 0, "", payload);
            waiting.acquireUninterruptibly();
            journal.append(lane, entry, kept -> answered(lane, id, kept));
        }
    }

    /** On the journal's one thread. */
    private void answered(Lane lane, int id, boolean kept) {
        if (kept) {
            synchronized (confirmed) {
                confirmed.get(lane).set(id);
            }
        }
        waiting.release();
    }

    /** All that was appended is answered. */
    void quiet() {
        waiting.acquireUninterruptibly(WAITING);
        waiting.release(WAITING);
    }

    double lag(Lane lane) {
        return metrics.registry()
                .get("weir.forward.lag.frames")
                .tag("lane", lane.name().toLowerCase(Locale.ROOT))
                .gauge()
                .value();
    }

    String trouble(Lane lane) {
        Object said =
                health.reports()
                        .get("forward")
                        .detail()
                        .get(lane.name().toLowerCase(Locale.ROOT) + "_trouble");
        return String.valueOf(said);
    }

    /** Changes a setting of the lane's topic. */
    void set(Lane lane, String setting, String value) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, lane.topic());
        AlterConfigOp change =
                new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
        admin(admin -> admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all());
    }

    private void admin(Function<Admin, KafkaFuture<Void>> what) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            what.apply(admin).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        vertx.close().await();
        journal.close();
        kafka.close();
    }

    private static final class NoCloud implements CloudLink {
        @Override
        public <Q, R> Future<R> call(Op<Q, R> op, Q request) {
            return Future.failedFuture("no cloud");
        }

        @Override
        public <Q, R> void serve(Op<Q, R> op, AsyncHandler<Q, R> handler) {}

        @Override
        public <T> void subscribe(Signal<T> signal, Consumer<T> listener) {}

        @Override
        public boolean up() {
            return false;
        }

        @Override
        public void onChange(Consumer<Boolean> listener) {}
    }
}
