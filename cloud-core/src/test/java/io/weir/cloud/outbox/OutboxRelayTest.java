package io.weir.cloud.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.cloud.TestKafka;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.Topics;
import io.weir.model.access.Scope;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

class OutboxRelayTest {
    private static final int PARTITIONS = 3;
    private static final OutboxConfig CONFIG =
            new OutboxConfig(List.of("probe"), 50, Duration.ofMillis(30), Duration.ofMillis(100));

    record Happened(int number) {}

    private final Vertx vertx = Vertx.vertx();
    private final Outbox outbox = new Outbox("probe");
    private String kafka;
    private String uri;
    private Db db;
    private Tx tx;
    private final List<String> relays = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        kafka = TestKafka.fresh(PARTITIONS);
        uri = TestPostgres.fresh();
        asOwner("CREATE SCHEMA probe");
        asOwner("SELECT weir.open_schema('probe')");
        asOwner("SELECT weir.create_outbox('probe')");
        db = TestPostgres.connect(vertx, uri);
        tx = new Tx(db);
    }

    @AfterEach
    void close() {
        relays.forEach(relay -> vertx.undeploy(relay).await());
        vertx.close().await();
    }

    @Test
    void whatWasCommittedLeavesOnceAndInOrderPerKey() {
        relay();
        for (int i = 1; i <= 300; i++) {
            put("k" + i % 7, i);
        }
        assertThatThrownBy(
                        () ->
                                tx.system(
                                        c -> {
                                            outbox.put(c, "k1", "t.v1", "/", new Happened(999));
                                            throw new IllegalStateException("rolled back");
                                        }))
                .hasMessage("rolled back");
        List<JsonNode> events = read(300);
        assertThat(events).hasSize(300);
        assertOrdered(events, 300);
        JsonNode event = events.getFirst();
        assertThat(event.get("type").asText()).isEqualTo("t.v1");
        assertThat(event.get("tenant").asText()).isEqualTo("/DEMO/");
        assertThat(event.get("payload").get("number").isInt()).isTrue();
        awaitEmpty();
    }

    @Test
    void aContextsOwnRoleMayOnlyPutIn() {
        tx.run(
                Scope.tenant("/DEMO/"),
                c -> {
                    outbox.put(c, "k", "t.v1", "/DEMO/", new Happened(1));
                    return true;
                });
        assertThatThrownBy(() -> db.app().query("SELECT * FROM probe.outbox").execute().await())
                .hasMessageContaining("permission denied");
        relay();
        assertThat(read(1)).hasSize(1);
    }

    @Test
    void twoRelaysAndKilledConnectionsLoseAndReorderNothing() {
        relay();
        relay();
        for (int i = 1; i <= 400; i++) {
            put("k" + i % 5, i);
            if (i % 60 == 0) {
                asOwner(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            + " current_database() AND application_name = 'weir_system' AND query"
                            + " LIKE '%probe.outbox ORDER BY%'");
            }
        }
        List<JsonNode> events = read(400);
        assertOrdered(events, 400);
        awaitEmpty();
    }

    @Test
    void theOtherRelayGoesOnWhenOneStops() {
        String first = relay();
        put("k", 1);
        read(1);
        relay();
        relays.remove(first);
        vertx.undeploy(first).await();
        put("k", 2);
        assertOrdered(read(2), 2);
    }

    private void put(String key, int number) {
        for (int attempt = 1; ; attempt++) {
            try {
                tx.system(
                        c -> {
                            outbox.put(c, key, "t.v1", "/DEMO/", new Happened(number));
                            return true;
                        });
                return;
            } catch (RuntimeException e) {
                assertThat(attempt).isLessThan(10);
            }
        }
    }

    /** Ignoring repeats, each key's numbers rise and none is missing. */
    private static void assertOrdered(List<JsonNode> events, int upTo) {
        Set<String> seen = new HashSet<>();
        Map<String, Integer> last = new java.util.HashMap<>();
        Set<Integer> numbers = new HashSet<>();
        for (JsonNode event : events) {
            if (seen.add(event.get("event_id").asText())) {
                int number = event.get("payload").get("number").asInt();
                assertThat(number).isGreaterThan(last.getOrDefault(event.get("key").asText(), 0));
                last.put(event.get("key").asText(), number);
                numbers.add(number);
            }
        }
        assertThat(numbers).containsAll(IntStream.rangeClosed(1, upTo).boxed().toList());
    }

    /** All events of the topic, as soon as so many different ones are there. */
    private List<JsonNode> read(int atLeast) {
        List<JsonNode> events = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            var partitions =
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(p -> new TopicPartition(Topics.EVENTS, p))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (ids.size() < atLeast && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(
                                r -> {
                                    JsonNode event = Json.tree(r.value());
                                    events.add(event);
                                    // a put whose commit was cut off is put again: another event of
                                    // the same number
                                    ids.add(
                                            event.get("key").asText()
                                                    + event.get("payload").get("number"));
                                });
            }
        }
        return events;
    }

    private void awaitEmpty() {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (tx.<Long>system(
                        c ->
                                c.query("SELECT count(*) FROM probe.outbox")
                                        .execute()
                                        .await()
                                        .iterator()
                                        .next()
                                        .getLong(0))
                > 0) {
            assertThat(System.nanoTime()).isLessThan(until);
        }
    }

    private String relay() {
        String relay =
                vertx.deployVerticle(
                                new OutboxRelayVerticle(
                                        db, kafka, new Metrics(), new Health(), CONFIG),
                                new DeploymentOptions()
                                        .setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                        .await();
        relays.add(relay);
        return relay;
    }

    private void asOwner(String sql) {
        URI u = URI.create(uri);
        String[] user = u.getUserInfo().split(":", 2);
        try (var owner =
                        DriverManager.getConnection(
                                "jdbc:postgresql://"
                                        + u.getHost()
                                        + ":"
                                        + u.getPort()
                                        + u.getPath(),
                                user[0],
                                user[1]);
                var statement = owner.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
