package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestApi.GetMarks;
import io.weir.cloud.TestPostgres;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Call;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

class FactConsumerTest {
    private FactsLab lab;

    @BeforeEach
    void open() {
        lab = new FactsLab(4);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void everyFrameTakesEffectOnceThoughRecordsAreDoubledAndSentAgain() {
        lab.send("g1", 0, FactsLab.range(1, 300));
        lab.send("g2", 0, FactsLab.range(1, 50));
        lab.send("g1", 0, FactsLab.range(200, 320));
        lab.send("g1", 3, 1, 1, 2, 1, 2, 3, 3);
        String consumer = lab.consume("n1", FactsLab.applier("n1"));
        lab.awaitEffects("g1", 0, 320);
        lab.stop(consumer);
        lab.send("g2", 0, FactsLab.range(1, 80));
        lab.consume("n1", FactsLab.applier("n1"));
        lab.awaitEffects("g2", 0, 80);
        lab.awaitEffects("g1", 3, 3);
        lab.awaitEffects("g1", 0, 320);

        var marks =
                lab.bus
                        .call(
                                IngestApi.MARKS.at("probe"),
                                new GetMarks("g1", "g1-journal"),
                                Call.system("test"))
                        .await()
                        .marks();
        assertThat(marks)
                .containsExactlyInAnyOrder(
                        new IngestApi.Mark(Lane.MONEY, 0, 320),
                        new IngestApi.Mark(Lane.MONEY, 3, 3));
    }

    @Test
    void aGapStopsThatGatewayAloneAndAlarmsUntilTheGatewaySendsAgain() {
        lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, 1, 2, 3, 6, 7, 5, 8);
        lab.send("g2", 0, FactsLab.range(1, 20));
        lab.awaitEffects("g2", 0, 20);
        lab.awaitEffects("g1", 0, 3);
        assertThat(lab.metric("weir.facts.stopped")).isEqualTo(1);
        assertThat(lab.health.reports().toString()).contains("MONEY/0 g1 g1-journal needs frame 4");
        assertThat(lab.health.ready()).as("others go on").isTrue();
        assertThat(lab.count("SELECT stopped_frame FROM probe.mark WHERE gateway = 'g1'"))
                .isEqualTo(5);

        lab.send("g1", 0, 4); // the rest was passed over and must be read once more
        lab.awaitEffects("g1", 0, 8);
        lab.send("g1", 0, 9);
        lab.awaitEffects("g1", 0, 9);
        assertThat(lab.metric("weir.facts.stopped")).isZero();
    }

    @Test
    void anUnknownJournalBeginsWithFrameOne() {
        lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 1, 2, 3);
        lab.send("g2", 1, 1);
        lab.awaitEffects("g2", 1, 1);
        assertThat(lab.effects("g1", 1)).isEmpty();
        lab.send("g1", 1, 1);
        lab.awaitEffects("g1", 1, 3);
    }

    @Test
    void aGapIsStillKnownAfterARestartAndClosesThen() {
        String consumer = lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, 1, 3, 4);
        FactsLab.await(() -> lab.metric("weir.facts.stopped") == 1, () -> "no alarm");
        lab.stop(consumer);
        lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, 2);
        lab.awaitEffects("g1", 0, 4);
    }

    @Test
    void aTransactionThatDiesInTheMiddleLeavesNothingAndRunsAgain() {
        AtomicInteger deaths = new AtomicInteger();
        lab.send("g1", 0, FactsLab.range(1, 250));
        lab.send("g2", 2, FactsLab.range(1, 250));
        lab.consume(
                "n1",
                (tx, frames) -> {
                    FactsLab.effect(tx, frames, "n1");
                    if (deaths.get() < 5) {
                        deaths.incrementAndGet();
                        throw new IllegalStateException("killed after the effect");
                    }
                });
        lab.awaitEffects("g1", 0, 250);
        lab.awaitEffects("g2", 2, 250);
        assertThat(deaths.get()).isEqualTo(5);
    }

    @Test
    void aLostDatabaseConnectionInTheMiddleIsSurvived() {
        AtomicInteger deaths = new AtomicInteger();
        lab.send("g1", 0, FactsLab.range(1, 100));
        lab.consume(
                "n1",
                (tx, frames) -> {
                    FactsLab.effect(tx, frames, "n1");
                    if (deaths.getAndIncrement() == 0) {
                        lab.asOwner(
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                                        + " application_name = 'weir_system' AND state = 'idle in"
                                        + " transaction' AND datname = current_database()");
                    }
                });
        lab.awaitEffects("g1", 0, 100);
    }

    @Test
    void aPoisonedEntryGoesToTheQuarantineAndTheOthersAreApplied() {
        lab.send(
                FactsLab.frame(
                        "g1",
                        0,
                        1,
                        FactsLab.entry("g1-a", "11"),
                        FactsLab.entry("g1-b", "not a number"),
                        FactsLab.entry("g1-c", "13")));
        lab.send("g1", 0, 2, 3);
        lab.send(FactsLab.frame("g1", 0, 4, FactsLab.entry("g1-d", "99999999999999")));
        lab.send("g1", 0, 5);
        lab.consume("n1", FactsLab.applier("n1"));
        FactsLab.await(() -> lab.effects("g1", 0).contains(5L), () -> "" + lab.effects("g1", 0));
        assertThat(lab.effects("g1", 0)).containsExactly(1L, 1L, 2L, 3L, 5L);
        assertThat(lab.count("SELECT frame FROM probe.mark")).isEqualTo(5);
        assertThat(lab.rows("SELECT device_id, reason, detail FROM probe.quarantine ORDER BY id"))
                .extracting(row -> row.getString(0) + " " + row.getString(1))
                .containsExactly("g1-b NOT_APPLICABLE", "g1-d NOT_APPLICABLE");
        assertThat(lab.metric("weir.facts.quarantined")).isEqualTo(2);
    }

    @Test
    void recordsThatAreNoFramesOrStandInTheWrongPlaceAreKeptAside() {
        lab.send("g1", 0, 1);
        lab.sendBytes(0, "rubbish".getBytes(StandardCharsets.UTF_8));
        lab.sendBytes(
                1, FrameCodec.encode(FactsLab.frame("g1", 0, 2, FactsLab.entry("g1-d", "2"))));
        lab.send("g1", 0, 2);
        lab.consume("n1", FactsLab.applier("n1"));
        lab.awaitEffects("g1", 0, 2);
        FactsLab.await(() -> lab.count("SELECT count(*) FROM probe.quarantine") == 2, () -> "two");
        assertThat(lab.rows("SELECT reason FROM probe.quarantine"))
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("CORRUPT", "MISPLACED");
    }

    @Test
    void factsOfDevicesThatAreNotTheGatewaysAreRefused() {
        lab.send(
                FactsLab.frame(
                        "g1",
                        0,
                        1,
                        FactsLab.entry("g2-device", "1"),
                        FactsLab.entry("g1-device", "2"),
                        FactsLab.entry("unknown", "3"),
                        FactsLab.entry("", "4")));
        lab.consume("n1", FactsLab.applier("n1"));
        FactsLab.await(() -> lab.effects("g1", 0).size() == 2, () -> "" + lab.effects("g1", 0));
        assertThat(lab.rows("SELECT device_id, reason, detail FROM probe.quarantine ORDER BY id"))
                .extracting(r -> r.getString(0) + ", " + r.getString(1) + ", " + r.getString(2))
                .containsExactly(
                        "g2-device, NOT_ASSIGNED, assigned to g2",
                        "unknown, NOT_ASSIGNED, no such device");
    }

    @Test
    void twoNodesShareThePartitionsAndAKilledOnesPartitionsMove() {
        Db mortal = TestPostgres.connect(lab.vertx, lab.uri);
        lab.consume(lab.runtime("n1", new Tx(mortal)), FactsLab.CONFIG, FactsLab.applier("n1"));
        lab.consume("n2", FactsLab.applier("n2"));
        FactsLab.await(() -> leases("n1") == 2 && leases("n2") == 2, () -> "not shared");
        Map<Integer, Long> sent = new ConcurrentHashMap<>();
        for (int partition = 0; partition < 4; partition++) {
            lab.send("g1", partition, FactsLab.range(1, 100));
            sent.put(partition, 100L);
        }
        for (int partition = 0; partition < 4; partition++) {
            lab.awaitEffects("g1", partition, 100);
        }
        assertThat(lab.count("SELECT count(DISTINCT node) FROM probe.effect")).isEqualTo(2);

        long killed = System.nanoTime();
        mortal.system().close().await(); // n1 hears and says nothing any more
        for (int partition = 0; partition < 4; partition++) {
            lab.send("g1", partition, FactsLab.range(101, 200));
        }
        for (int partition = 0; partition < 4; partition++) {
            lab.awaitEffects("g1", partition, 200);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aNodeThatLostItsLeaseWithoutNoticingCannotApply() {
        FactConfig deaf =
                new FactConfig(
                        Duration.ofMillis(50),
                        500,
                        100,
                        1 << 20,
                        1 << 20,
                        Duration.ofHours(1),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(200),
                        0,
                        Duration.ofDays(30));
        lab.consume(lab.runtime("n1", lab.tx), deaf, FactsLab.applier("n1"));
        lab.send("g1", 0, 1);
        lab.awaitEffects("g1", 0, 1);
        lab.rows(
                "UPDATE probe.lease SET owner = 'other#1', node = 'other', token = token + 1 WHERE"
                        + " partition = 0");
        lab.send("g1", 0, 2, 3);
        lab.send("g1", 1, 1);
        lab.awaitEffects("g1", 1, 1);
        FactsLab.pause(300);
        assertThat(lab.effects("g1", 0)).containsExactly(1L);

        lab.rows("UPDATE probe.lease SET expires_at = now() WHERE partition = 0");
        lab.consume("n2", FactsLab.applier("n2"));
        lab.awaitEffects("g1", 0, 3);
    }

    @Test
    void aLeaseUnderWhichSomebodyAppliesRightNowCannotBeTaken() {
        Promise<Void> hold = Promise.promise();
        AtomicInteger begun = new AtomicInteger();
        lab.send("g1", 0, 1);
        lab.consume(
                "n1",
                (tx, frames) -> {
                    FactsLab.effect(tx, frames, "n1");
                    begun.incrementAndGet();
                    hold.future().await();
                });
        FactsLab.await(() -> begun.get() == 1, () -> "n1 has not begun");
        lab.rows(
                "UPDATE probe.lease SET owner = 'other#1', expires_at = now() - interval '1 second'"
                        + " WHERE partition = 0");
        lab.consume("n2", FactsLab.applier("n2"));
        FactsLab.pause(700);
        assertThat(
                        lab.count(
                                "SELECT count(*) FROM probe.lease WHERE partition = 0 AND node ="
                                        + " 'n1'"))
                .as("taken in the middle of a transaction")
                .isEqualTo(1);
        hold.complete();
        lab.send("g1", 0, 2);
        lab.awaitEffects("g1", 0, 2);
    }

    @Test
    void aGapIsGivenUpOnlyByAPersonAndStaysOnRecord() {
        lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, 1, 4, 5);
        lab.send("g2", 0, 1);
        lab.awaitEffects("g2", 0, 1);
        FactsLab.await(() -> lab.metric("weir.facts.stopped") == 1, () -> "no alarm");
        lab.asOwner("SELECT weir.accept_gap('probe', 'probe', 'MONEY', 0, 'g1', 'g1-journal')");
        lab.send("g1", 0, 6);
        FactsLab.await(() -> lab.effects("g1", 0).size() == 4, () -> "" + lab.effects("g1", 0));
        assertThat(lab.effects("g1", 0)).containsExactly(1L, 4L, 5L, 6L);
        assertThat(lab.rows("SELECT detail FROM probe.quarantine WHERE reason = 'GAP_ACCEPTED'"))
                .extracting(row -> row.getString(0))
                .containsExactly("frames 2 to 3 given up by postgres");
        assertThat(lab.metric("weir.facts.stopped")).isZero();
        assertThatThrownBy(
                        () ->
                                lab.rows(
                                        "SELECT weir.accept_gap('probe', 'probe', 'MONEY', 0,"
                                                + " 'g1', 'g1-journal')"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void aRestartedNodeTakesItsFormerLeasesAtOnce() {
        FactConfig slow =
                new FactConfig(
                        Duration.ofMillis(50),
                        500,
                        100,
                        1 << 20,
                        1 << 20,
                        Duration.ofHours(1),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(200),
                        0,
                        Duration.ofDays(30));
        lab.consume(lab.runtime("n1", lab.tx), slow, FactsLab.applier("former"));
        FactsLab.await(() -> leases("n1") == 4, () -> "no leases");
        lab.consume(lab.runtime("n1", lab.tx), slow, FactsLab.applier("later"));
        lab.send("g1", 0, FactsLab.range(1, 50));
        lab.awaitEffects("g1", 0, 50);
        assertThat(lab.count("SELECT count(*) FROM probe.effect WHERE node = 'former'")).isZero();
    }

    @Test
    void aPositionSetBackByHandChangesNothing() {
        String consumer = lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, FactsLab.range(1, 120));
        lab.awaitEffects("g1", 0, 120);
        lab.stop(consumer);
        lab.rows("UPDATE probe.position SET next_offset = 17");
        lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, 121);
        lab.awaitEffects("g1", 0, 121);
        FactsLab.await(() -> lab.metric("weir.facts.frames.dropped") > 100, () -> "not read again");
    }

    @Test
    void recordsThatKafkaLostAreAGapAndNotSkipped() throws Exception {
        String consumer = lab.consume("n1", FactsLab.applier("n1"));
        lab.send("g1", 0, FactsLab.range(1, 10));
        lab.awaitEffects("g1", 0, 10);
        lab.stop(consumer);
        lab.send("g1", 0, FactsLab.range(11, 20));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", lab.kafka))) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(Lane.MONEY.topic(), 0),
                                    RecordsToDelete.beforeOffset(15)))
                    .all()
                    .get();
        }
        lab.consume("n1", FactsLab.applier("n1"));
        FactsLab.await(() -> lab.metric("weir.facts.stopped") == 1, () -> "no alarm");
        assertThat(lab.effects("g1", 0)).hasSize(10);
        lab.send("g1", 0, FactsLab.range(11, 20));
        lab.awaitEffects("g1", 0, 20);
        assertThat(lab.metric("weir.facts.stopped")).isZero();
    }

    private long leases(String node) {
        return lab.count(
                "SELECT count(*) FROM probe.lease WHERE node = $1 AND expires_at > now()", node);
    }
}
