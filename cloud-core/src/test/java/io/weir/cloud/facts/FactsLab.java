package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.TestKafka;
import io.weir.cloud.TestPostgres;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * A real PostgreSQL with a context {@code probe} whose effect table has no unique key, so that
 * whatever happens twice is seen twice; a real Kafka; consumers of any number of nodes.
 */
final class FactsLab implements AutoCloseable {
    static final FactConfig CONFIG =
            new FactConfig(
                    Duration.ofMillis(50),
                    500,
                    100,
                    1 << 20,
                    1 << 20,
                    Duration.ofMillis(1500),
                    Duration.ofMillis(300),
                    Duration.ofMillis(20),
                    Duration.ofMillis(200),
                    10_000,
                    Duration.ofDays(30));
    static final FactSpec SPEC = new FactSpec("probe", "probe", List.of(Lane.MONEY), true);

    final Vertx vertx = Vertx.vertx();
    final Bus bus = new Bus(vertx);
    final Metrics metrics = new Metrics();
    final Health health = new Health();
    final String kafka;
    final String uri;
    final Db db;
    final Tx tx;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<String> deployments = new ArrayList<>();

    FactsLab(int partitions) {
        kafka = TestKafka.fresh(partitions);
        uri = TestPostgres.fresh();
        asOwner("CREATE SCHEMA probe");
        asOwner("SELECT weir.open_schema('probe')");
        asOwner("SELECT weir.create_fact_tables('probe')");
        asOwner(
                "CREATE TABLE probe.effect (id bigserial, gateway text, journal text, partition"
                        + " int, frame bigint, device text, value int, node text)");
        db = TestPostgres.connect(vertx, uri);
        tx = new Tx(db);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka, "acks", "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /**
     * Devices are called {@code <gateway>-...}; those that begin with "foreign" are somebody
     * else's.
     */
    static final Places PLACES =
            new Places() {
                @Override
                public void load(Set<String> devices) {}

                @Override
                public @Nullable Place get(String device) {
                    return device.startsWith("unknown")
                            ? null
                            : new Place(device, "/DEMO/", "pk", device.split("-", 2)[0], List.of());
                }
            };

    FactRuntime runtime(String node, Tx ownTx) {
        return new FactRuntime(
                vertx, bus, ownTx, new SystemTime(), metrics, health, PLACES, kafka, node);
    }

    void asOwner(String sql) {
        URIParts parts = URIParts.of(uri);
        try (var owner = DriverManager.getConnection(parts.jdbc(), parts.user(), parts.password());
                var statement = owner.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String consume(String node, FactApplier applier) {
        return consume(runtime(node, tx), CONFIG, applier);
    }

    String consume(FactRuntime runtime, FactConfig config, FactApplier applier) {
        return consume(runtime, SPEC, config, applier);
    }

    String consume(FactRuntime runtime, FactSpec spec, FactConfig config, FactApplier applier) {
        Deployable verticle = new FactVerticle(runtime, spec, config, applier);
        String deployment =
                vertx.deployVerticle(
                                verticle,
                                new DeploymentOptions()
                                        .setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                        .await();
        deployments.add(deployment);
        return deployment;
    }

    void stop(String deployment) {
        deployments.remove(deployment);
        vertx.undeploy(deployment).await();
    }

    /** The effect of a frame: one row per entry, payload as number; text that is none is poison. */
    static void effect(SqlConnection tx, List<Frame> frames, String node) {
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                tx.preparedQuery(
                                "INSERT INTO probe.effect (gateway, journal, partition, frame,"
                                        + " device, value, node) VALUES ($1, $2, $3, $4, $5,"
                                        + " $6::text::int, $7)")
                        .execute(
                                Tuple.of(
                                        frame.gateway(),
                                        frame.journal(),
                                        frame.partition(),
                                        frame.number(),
                                        entry.device(),
                                        new String(entry.payload(), StandardCharsets.UTF_8),
                                        node))
                        .await();
            }
        }
    }

    static FactApplier applier(String node) {
        return (tx, frames) -> effect(tx, frames, node);
    }

    static Entry entry(String device, String payload) {
        return new Entry(
                FactKind.PROPERTY_POST,
                device,
                1,
                1_700_000_000_000L,
                5,
                "",
                payload.getBytes(StandardCharsets.UTF_8));
    }

    static Frame frame(String gateway, int partition, long number, Entry... entries) {
        return new Frame(
                gateway,
                gateway + "-journal",
                Lane.MONEY,
                partition,
                number,
                "boot",
                List.of(entries));
    }

    /** A frame of one good entry whose value is the frame's number. */
    void send(String gateway, int partition, long... numbers) {
        for (long number : numbers) {
            send(frame(gateway, partition, number, entry(gateway + "-d", String.valueOf(number))));
        }
        producer.flush();
    }

    void send(Frame frame) {
        producer.send(
                new ProducerRecord<>(
                        frame.lane().topic(), frame.partition(), null, FrameCodec.encode(frame)));
    }

    void sendBytes(int partition, byte[] bytes) {
        producer.send(new ProducerRecord<>(Lane.MONEY.topic(), partition, null, bytes));
    }

    static long[] range(long from, long to) {
        return LongStream.rangeClosed(from, to).toArray();
    }

    /** Frames that took effect, in the order in which they did. */
    List<Long> effects(String gateway, int partition) {
        List<Long> frames = new ArrayList<>();
        rows(
                        "SELECT frame FROM probe.effect WHERE gateway = $1 AND partition = $2"
                                + " ORDER BY id",
                        gateway,
                        partition)
                .forEach(row -> frames.add(row.getLong(0)));
        return frames;
    }

    void awaitEffects(String gateway, int partition, long upTo) {
        List<Long> all = LongStream.rangeClosed(1, upTo).boxed().toList();
        await(
                () -> effects(gateway, partition).size() >= upTo,
                () -> gateway + "/" + partition + " has " + effects(gateway, partition));
        assertThat(effects(gateway, partition)).isEqualTo(all);
    }

    RowSet<Row> rows(String sql, Object... arguments) {
        return db.system().preparedQuery(sql).execute(Tuple.from(arguments)).await();
    }

    long count(String sql, Object... arguments) {
        return rows(sql, arguments).iterator().next().getLong(0);
    }

    double metric(String name) {
        return metrics.registry().find(name).counters().stream().mapToDouble(c -> c.count()).sum()
                + metrics.registry().find(name).gauges().stream().mapToDouble(g -> g.value()).sum();
    }

    static void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(otherwise).isLessThan(until);
            pause(20);
        }
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        List.copyOf(deployments).forEach(this::stop);
        vertx.close().await();
        producer.close();
    }

    private record URIParts(String jdbc, String user, String password) {
        static URIParts of(String uri) {
            java.net.URI u = java.net.URI.create(uri);
            String[] user = u.getUserInfo().split(":", 2);
            return new URIParts(
                    "jdbc:postgresql://" + u.getHost() + ":" + u.getPort() + u.getPath(),
                    user[0],
                    user[1]);
        }
    }
}
