package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.backup.Backups;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Frame;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

class SettlementPgTest {
    private static DispenseHouse house;

    @BeforeAll
    static void open() {
        house = new DispenseHouse();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @AfterEach
    void theLedgerIsRight() {
        house.ledgerMood = "well";
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
    }

    private static DispenseFact.Ended ended(String id, long ml) {
        return new DispenseFact.Ended(id, ml, ml / 50, EndReason.LIMIT);
    }

    private static DispenseFact.Progress progress(String id, long ml) {
        return new DispenseFact.Progress(id, ml, ml / 50);
    }

    private static BigDecimal charged(String id) {
        return house.see(id).path("charged").decimalValue();
    }

    @Test
    void whatFlowedIsChargedAndSharedAtOnce() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        Money before = house.ledger.balance("COMMISSION:R1");
        house.tell(device, new DispenseFact.Intent(id, house.edge.command(id)));
        house.tell(device, new DispenseFact.Running(id), progress(id, 120));
        JsonNode running = house.see(id);
        assertThat(running.path("state").asText()).isEqualTo("RUNNING");
        assertThat(running.path("volume_ml").asLong()).isEqualTo(120);
        assertThat(running.path("cost").decimalValue()).isEqualByComparingTo("0.24");
        long start = System.nanoTime();
        house.tell(device, ended(id, 430));
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(end.path("charged").decimalValue()).isEqualByComparingTo("0.86");
        assertThat(end.path("billed_ml").asLong()).isEqualTo(430);
        assertThat(end.path("reason").asText()).isEqualTo("LIMIT");
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(414));
        assertThat(house.ledger.balance("COMMISSION:R1").minus(before)).isEqualTo(Money.ofFen(2));
        List<DispenseState> seen =
                house.news.stream()
                        .filter(n -> n.dispense().dispenseId().equals(id))
                        .map(n -> n.dispense().state())
                        .distinct()
                        .toList();
        assertThat(seen)
                .contains(DispenseState.HELD, DispenseState.COMMANDED, DispenseState.RUNNING);
        DispenseHouse.until(
                () ->
                        house.news.stream()
                                .anyMatch(
                                        n ->
                                                n.dispense().dispenseId().equals(id)
                                                        && n.member().equals(member)
                                                        && n.tenant().equals(DispenseHouse.DEALER)
                                                        && n.dispense().state()
                                                                == DispenseState.CAPTURED),
                "the news");
    }

    @Test
    void anOverrunIsKeptAndNotCharged() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.tell(device, ended(id, 540));
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(end.path("charged").decimalValue()).isEqualByComparingTo("1.00");
        assertThat(end.path("volume_ml").asLong()).isEqualTo(540);
        assertThat(end.path("overrun_ml").asLong()).isEqualTo(40);
    }

    @Test
    void theSameFactsTwiceChangeNothing() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.tell(device, progress(id, 100), ended(id, 200));
        house.seeWhen(id, "CAPTURED");
        int captures = house.ledger.captures();
        house.tell(device, ended(id, 200), progress(id, 100), new DispenseFact.Running(id));
        house.settle();
        assertThat(house.see(id).path("state").asText()).isEqualTo("CAPTURED");
        assertThat(house.ledger.captures()).isEqualTo(captures);
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(460));
    }

    @Test
    void whatTheEdgeRefusesIsGivenBack() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.tell(device, new DispenseFact.Refused(id, EndReason.DEVICE_REFUSED));
        assertThat(house.seeWhen(id, "VOIDED").path("reason").asText()).isEqualTo("DEVICE_REFUSED");
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(500)), "release");
        assertThat(charged(id)).isZero();
    }

    @Test
    void aClockThatWasAheadPutsNothingOffUntilThen() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.time.step(Duration.ofHours(6));
        house.ledgerMood = "down";
        house.tell(device, ended(id, 500));
        DispenseHouse.until(() -> problems(id) == 1, "a failed try");
        house.ledgerMood = "well";
        house.time.step(Duration.ofHours(-6));
        house.settle();
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
    }

    @Test
    void aLedgerThatIsAwayIsToldLater() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.ledgerMood = "down";
        house.tell(device, ended(id, 500));
        DispenseHouse.until(() -> problems(id) == 1, "a failed try");
        assertThat(house.see(id).path("state").asText()).isEqualTo("ENDED");
        house.ledgerMood = "well";
        house.time.advance(Duration.ofMinutes(1));
        house.settle();
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
    }

    @Test
    void aCaptureWhoseAnswerIsLostIsNotTakenTwice() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.ledgerMood = "answer lost";
        house.tell(device, ended(id, 500));
        DispenseHouse.until(() -> problems(id) == 1, "a failed try");
        house.ledgerMood = "well";
        house.time.advance(Duration.ofMinutes(1));
        house.settle();
        house.seeWhen(id, "CAPTURED");
        assertThat(house.ledger.balance("wallet:" + member)).isEqualTo(Money.ofFen(400));
    }

    private static long problems(String id) {
        return house.count(
                "SELECT count(*) FROM dispense.posting WHERE dispense = $1 AND problem IS NOT NULL",
                id);
    }

    @Test
    void anEndOnTheWayIsLowerAndTheDifferenceGoesBack() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.tell(device, ended(id, 500), ended(id, 300));
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(440)),
                "the difference back");
        assertThat(charged(id)).isEqualByComparingTo("0.60");
    }

    @Test
    void streamTimeMakesAnOrphanAndAnOutageDoesNot() {
        String device = house.device();
        String member = house.member(500);
        String id = house.order(member, device);
        house.tell(device, new DispenseFact.Intent(id, house.edge.command(id)), progress(id, 150));
        house.time.advance(Duration.ofDays(2)); // the link is down, no fact comes
        house.settle();
        assertThat(house.see(id).path("state").asText()).isEqualTo("RUNNING");
        house.streamTime(Duration.ofSeconds(369));
        assertThat(house.see(id).path("state").asText()).isEqualTo("RUNNING");
        house.streamTime(Duration.ofSeconds(2));
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(end.path("reason").asText()).isEqualTo("ORPHAN");
        assertThat(end.path("charged").decimalValue()).isEqualByComparingTo("0.30");

        house.tell(device, ended(id, 450)); // the end comes after all
        house.settle();
        DispenseHouse.until(() -> house.ledger.badDebts().equals(Money.ofFen(60)), "the bad debt");
        assertThat(charged(id)).isEqualByComparingTo("0.30");
        house.tell(device, ended(id, 100));
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(480)),
                "the difference back");
        assertThat(charged(id)).isEqualByComparingTo("0.20");
    }

    @Test
    void anEndInTheSameBatchAsTheTimeWins() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.tell(device, new DispenseFact.Intent(id, house.edge.command(id)));
        house.streamTime(Duration.ofSeconds(300));
        house.streamTime(Duration.ofSeconds(60));
        house.tell(device, ended(id, 500));
        house.streamTime(Duration.ofSeconds(60));
        assertThat(house.seeWhen(id, "CAPTURED").path("reason").asText()).isEqualTo("LIMIT");
    }

    @Test
    void aFactOfAnotherGatewayOrOfNoKnownDispenseIsPutAway() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        long before = house.count("SELECT count(*) FROM dispense.quarantine");
        Frame foreign = house.frame("edge-2", house.entry(device, ended(id, 500)));
        house.apply(foreign);
        house.tell(house.device(), ended(id, 500));
        house.tell(device, ended("01j8zq3k5n7p9r1t3v5x7z9zzz", 500));
        house.apply(house.frame("edge-2", house.entry(device, new DispenseFact.Cleared(device))));
        assertThat(house.count("SELECT count(*) FROM dispense.quarantine")).isEqualTo(before + 4);
        assertThat(house.see(id).path("state").asText()).isEqualTo("COMMANDED");
    }

    /** A restore to a point between the order and its hold: the hold is lost, the facts are not. */
    @Test
    void factsOfADispenseThatWasNeverCommandedArePutAwayForTheOperator() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.asOwner(
                "UPDATE dispense.dispense SET state = 'CREATED', hold = NULL WHERE id = '"
                        + id
                        + "'");
        house.tell(device, progress(id, 200));
        house.time.advance(Duration.ofDays(1));
        house.sweeper().sweep();
        house.tell(device, ended(id, 450));
        assertThat(house.see(id).path("state").asText()).isEqualTo("VOIDED");
        assertThat(charged(id)).isEqualByComparingTo("0");
        assertThat(Backups.review(house.api.uri))
                .anyMatch(line -> line.contains(id) && line.contains(": 450 ml,"));
    }

    @Test
    void aRolledBackBatchLeavesNothing() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        Frame frame = house.frame("edge-1", house.entry(device, ended(id, 500)));
        try {
            house.api.tx.system(
                    c -> {
                        house.facts.apply(c, List.of(frame));
                        throw new IllegalStateException("crash before the commit");
                    });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessageContaining("crash");
        }
        assertThat(house.see(id).path("state").asText()).isEqualTo("COMMANDED");
        house.apply(frame);
        assertThat(house.seeWhen(id, "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
    }

    @Test
    void theDatabaseItselfRefusesASecondCapture() {
        String device = house.device();
        String id = house.order(house.member(500), device);
        house.tell(device, ended(id, 500));
        house.seeWhen(id, "CAPTURED");
        var second =
                house.api
                        .db
                        .system()
                        .preparedQuery(
                                """
                                INSERT INTO dispense.posting
                                  (key, dispense, tenant, member, kind, amount_fen, legs, reason, due_at, created_at)
                                SELECT key || ':again', dispense, tenant, member, kind, amount_fen, legs, reason, due_at,
                                       created_at
                                FROM dispense.posting WHERE dispense = $1 AND kind = 'CAPTURE'
                                """)
                        .execute(io.vertx.sqlclient.Tuple.of(id));
        org.assertj.core.api.Assertions.assertThatThrownBy(second::await)
                .hasMessageContaining("posting_once");
    }
}
