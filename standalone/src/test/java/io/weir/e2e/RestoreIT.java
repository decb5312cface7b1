package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The database is lost and an older one is restored, while the gateway and Kafka have gone on
 * (docs/backup.md). Judged by the devices' own counts and the test's own list of confirmations.
 */
class RestoreIT {
    private static final Duration CATCHES_UP = Duration.ofSeconds(60);

    private static final History HISTORY = new History();

    private static SplitPlatform platform;

    @BeforeAll
    static void start() {
        platform = SplitPlatform.start("restore", Map.of());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void whatGatewaysToldAfterTheBackupIsThereOnceAndWhatTheyCantTellIsListed()
            throws SQLException {
        Path file = platform.data.resolve("monday.weir");
        MainJob job = new MainJob(platform);
        try (DemoDevice first = platform.device(0);
                DemoDevice second = platform.device(1, "--flow", "100");
                Poster poster = poster()) {
            long earlier = poster.acked();
            JsonNode before = job.awaitFinal(job.order(0, 300));
            poster.post(50);
            acknowledged(poster, earlier + 50);
            String running = job.order(1, 1000);
            job.awaitState(running, "RUNNING");
            assertThat(platform.command("backup", file.toString())).contains("done");
            BigDecimal credit = job.wallet("available").add(job.wallet("held"));
            assertThat(job.get(running).get("state").asText())
                    .as("it was running all the time of the backup")
                    .isEqualTo("RUNNING");

            // after the backup: one ends, one begins and ends, posts come, money comes
            JsonNode captured = job.awaitFinal(running);
            assertThat(captured.get("state").asText()).isEqualTo("CAPTURED");
            String unknown = job.order(0, 200);
            job.awaitFinal(unknown);
            long pouredUnknown = first.pouredOf(unknown);
            assertThat(pouredUnknown).isPositive();
            job.member()
                    .post(
                            "/users/" + job.member().uid() + "/wallet/topups",
                            Map.of("amount", 7, "channel", "lab"))
                    .data();
            poster.post(50);
            acknowledged(poster, earlier + 100);
            everyPostOnce();

            platform.killCloud();
            platform.dropDatabase();
            poster.post(30);
            acknowledged(poster, earlier + 130);
            assertThat(platform.command("backup", "--check", file.toString())).contains("is whole");
            assertThat(platform.command("restore", file.toString())).contains("restored:");
            platform.startCloud();
            platform.awaitCloud();

            everyPostOnce();
            assertThat(job.member().get("/dispenses/" + running).status())
                    .as("logins from before the restore")
                    .isEqualTo(401);
            MainJob again = new MainJob(platform);
            JsonNode recaptured = again.awaitFinal(running);
            assertThat(recaptured.get("state").asText()).isEqualTo("CAPTURED");
            assertThat(recaptured.get("charged")).isEqualTo(captured.get("charged"));
            assertThat(recaptured.get("billed_ml")).isEqualTo(captured.get("billed_ml"));
            again.assertRight(recaptured, second.pouredOf(running));
            assertThat(again.get(before.get("dispense_id").asText()).get("charged"))
                    .isEqualTo(before.get("charged"));
            assertThat(postings(running)).isEqualTo(Map.of("CAPTURE DONE", 1));

            // what no gateway can tell: lost, named, not billed
            assertThat(again.wallet("held")).isEqualByComparingTo(BigDecimal.ZERO);
            assertThat(again.wallet("available"))
                    .isEqualByComparingTo(credit.subtract(captured.get("charged").decimalValue()));
            assertThat(again.member().get("/dispenses/" + unknown).status()).isEqualTo(404);
            assertThat(platform.command("review"))
                    .contains("dispense " + unknown, pouredUnknown + " ml")
                    .doesNotContain(running, "invariant", "are missing");

            // life goes on: neither numbers nor epochs collide, at the same gateway
            JsonNode after = again.awaitFinal(again.order(0, 200));
            assertThat(after.get("state").asText()).isEqualTo("CAPTURED");
            again.assertRight(after, first.pouredOf(after.get("dispense_id").asText()));
            assertThat(first.count("offline") + second.count("offline")).isZero();
            poster.post(20);
            acknowledged(poster, earlier + 150);
            everyPostOnce();
            theLedgerIsProven();
        }
    }

    /** Database and Kafka in one fire: what is left are a backup and the gateway's journal. */
    @Test
    void whatTheJournalStillHoldsIsThereOnceAlsoWhenKafkaIsLost() throws SQLException {
        Path file = platform.data.resolve("tuesday.weir");
        MainJob job = new MainJob(platform);
        try (DemoDevice device = platform.device(1, "--flow", "100");
                Poster poster = poster()) {
            long earlier = poster.acked();
            poster.post(40);
            acknowledged(poster, earlier + 40);
            String running = job.order(1, 1000);
            job.awaitState(running, "RUNNING");
            platform.command("backup", file.toString());
            JsonNode captured = job.awaitFinal(running);
            poster.post(40);
            acknowledged(poster, earlier + 80);
            everyPostOnce();

            platform.killCloud();
            platform.killKafka();
            platform.forgetKafka();
            platform.dropDatabase();
            poster.post(20);
            acknowledged(poster, earlier + 100);
            platform.startKafka();
            platform.awaitKafka();
            platform.command("restore", "--new-kafka", file.toString());
            long poured = device.pouredOf(running);
            platform.startCloud();
            platform.awaitCloud();
            platform.stopEdge();
            platform.startEdge();
            platform.awaitEdge();

            everyPostOnce();
            MainJob again = new MainJob(platform);
            JsonNode recaptured = again.awaitFinal(running);
            assertThat(recaptured.get("charged")).isEqualTo(captured.get("charged"));
            again.assertRight(recaptured, poured);
            assertThat(postings(running)).isEqualTo(Map.of("CAPTURE DONE", 1));
            assertThat(platform.command("review")).doesNotContain(running, "are missing");
            theLedgerIsProven();
        }
    }

    /** Both tests post as this device; its numbers go on from one to the other. */
    private static Poster poster() {
        return Poster.connect(platform.mqtt(), platform.demo().get("devices").get(2), HISTORY);
    }

    private static void acknowledged(Poster poster, long count) {
        Wait.until(count + " are confirmed", CATCHES_UP, () -> poster.acked() == count);
    }

    private static void everyPostOnce() {
        History.Verdict verdict = HISTORY.settle(platform::posts, CATCHES_UP);
        assertThat(verdict.clean()).as(verdict.line("restore")).isTrue();
    }

    private static Map<String, Integer> postings(String dispense) throws SQLException {
        Map<String, Integer> found = new HashMap<>();
        try (Connection c = platform.jdbc();
                var q =
                        c.prepareStatement(
                                "SELECT kind || ' ' || state FROM dispense.posting WHERE dispense ="
                                        + " ?")) {
            q.setString(1, dispense);
            try (ResultSet rows = q.executeQuery()) {
                while (rows.next()) {
                    found.merge(rows.getString(1), 1, Integer::sum);
                }
            }
        }
        return found;
    }

    /** The running proof has folded everything and found nothing. */
    private static void theLedgerIsProven() {
        Wait.until(
                "the proof is done",
                CATCHES_UP,
                () -> number("SELECT count(*) FROM ledger.unproven") == 0);
        assertThat(number("SELECT count(*) FROM ledger.violation")).isZero();
        assertThat(number("SELECT coalesce(sum(amount), 0) FROM ledger.entry")).isZero();
        assertThat(number("SELECT count(*) FROM ledger.hold WHERE state = 'HELD'")).isZero();
    }

    private static long number(String sql) {
        try (Connection c = platform.jdbc();
                Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
