package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.weir.runtime.health.Health;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Every invariant, broken by hand as the database's owner, is found. */
class LedgerProofPgTest {
    private LedgerHouse house;
    private String sold;
    private String open;

    @BeforeEach
    void aSoundLedger() {
        house = new LedgerHouse();
        house.plant("SELECT weir.be_born(true)");
        house.serve(1, LedgerHouse.CONFIG);
        house.topUp(Asks.UID, 10_000);
        sold = house.hold("h1", Asks.UID, 500);
        open = house.hold("h2", Asks.UID, 700);
        house.capture("c1", sold, 400);
        assertThat(house.proof().run()).isEmpty();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void anEntryChangedLaterBreaksI1AndI2() {
        house.plant(
                "UPDATE ledger.entry SET amount = amount + 1 WHERE transaction = "
                        + sold
                        + " AND amount > 0");
        assertThat(house.proof().run()).containsEntry(1, 1L).containsEntry(2, 1L);
    }

    @Test
    void aBalanceChangedByHandBreaksI2() {
        house.plant("UPDATE ledger.account SET balance = balance + 1 WHERE kind = 'WALLET'");
        assertThat(house.proof().run()).isEqualTo(Map.of(2, 1L));
    }

    @Test
    void aWalletBelowZeroBreaksI3() {
        house.plant("ALTER TABLE ledger.account DROP CONSTRAINT below_zero_only_by_claw_back");
        house.plant("UPDATE ledger.account SET balance = -1, flagged = true WHERE kind = 'WALLET'");
        assertThat(house.proof().run()).containsEntry(3, 1L);
    }

    /** The planted fault of DESIGN section 8: the guard is lost and another hold's money pays. */
    @Test
    void aDoubleCaptureBreaksI4() {
        house.plant("UPDATE ledger.hold SET state = 'HELD', captured = 0 WHERE id = " + sold);
        house.plant("DELETE FROM ledger.share WHERE hold = " + sold);
        house.capture("c2", sold, 400);
        assertThat(house.proof().run()).containsEntry(4, 1L);
    }

    @Test
    void aHoldClosedWithoutItsMoneyBreaksI4() {
        house.plant("UPDATE ledger.hold SET state = 'RELEASED' WHERE id = " + open);
        assertThat(house.proof().run()).isEqualTo(Map.of(4, 1L));
    }

    @Test
    void aRefundThatNobodyGotBreaksI5() {
        house.plant("UPDATE ledger.hold SET refunded = 1 WHERE id = " + sold);
        assertThat(house.proof().run()).isEqualTo(Map.of(5, 1L));
    }

    @Test
    void aShareThatIsNotOfTheSaleBreaksI6() {
        house.plant("UPDATE ledger.share SET amount = amount + 1 WHERE n = 0 AND hold = " + sold);
        assertThat(house.proof().run()).isEqualTo(Map.of(6, 1L));
    }

    @Test
    void theVerticleShowsItAsMetricAndHealthDetailAndKeepsServing() {
        Health health = new Health();
        var config = new ClockConfig(Duration.ofMillis(50), 10, Duration.ofMillis(50), 10, 10);
        house.vertx
                .deployVerticle(
                        () ->
                                new LedgerClockVerticle(
                                        config, house.db, house.time, house.metrics, health),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        house.plant("UPDATE ledger.account SET balance = balance + 1 WHERE kind = 'HOLD'");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Long.valueOf(1).equals(health.reports().get("ledger").detail().get("invariant2"))) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(house.metrics.scrape()).contains("weir_ledger_invariant2 1.0");
        assertThat(house.metrics.scrape()).contains("weir_ledger_invariant1 0.0");
        assertThat(health.ready()).isTrue();
    }
}
