package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.weir.api.ledger.LedgerApi;
import io.weir.model.Money;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

class LedgerBatcherPgTest {
    private final LedgerHouse house = new LedgerHouse();

    @BeforeEach
    void born() {
        house.plant("SELECT weir.be_born(true)");
    }

    @AfterEach
    void close() {
        assertThat(house.proof().run()).isEmpty();
        house.close();
    }

    @Test
    void aPoisonousRequestFailsAlone() {
        house.serve(1, LedgerHouse.CONFIG);
        house.topUp(Asks.UID, 1_000);
        house.plant(
                "ALTER TABLE ledger.hold ADD CONSTRAINT poison CHECK (purpose <> 'dispense:k5')");
        List<Future<LedgerApi.Held>> asked =
                IntStream.range(0, 10).mapToObj(i -> hold("k" + i, 10)).toList();
        Future.join(asked).otherwiseEmpty().await();
        for (int i = 0; i < 10; i++) {
            assertThat(asked.get(i).succeeded()).as("request " + i).isEqualTo(i != 5);
        }
        assertThat(((Rejected) asked.get(5).cause()).code()).isEqualTo("INTERNAL");
        assertThat(house.wallet(Asks.UID).held()).isEqualTo(Money.ofFen(90));
    }

    @Test
    void aFullQueueRefusesAtOnceAndTheRestIsServed() {
        house.serve(1, new LedgerConfig(1, 2, 1, Duration.ofDays(7)));
        house.topUp(Asks.UID, 1_000);
        List<Future<LedgerApi.Held>> asked =
                IntStream.range(0, 50).mapToObj(i -> hold("k" + i, 10)).toList();
        Future.join(asked).otherwiseEmpty().await();
        long served = asked.stream().filter(Future::succeeded).count();
        assertThat(served).isBetween(1L, 49L);
        assertThat(asked.stream().filter(Future::failed).map(f -> ((Rejected) f.cause()).code()))
                .containsOnly("LEDGER_BUSY");
        assertThat(house.wallet(Asks.UID).held()).isEqualTo(Money.ofFen(10 * served));
    }

    @Test
    void twoRequestsUnderOneKeyAtTwoLedgersAtOnceAreOne() {
        house.serve(4, LedgerHouse.CONFIG);
        house.topUp(Asks.UID, 10_000);
        for (int round = 0; round < 20; round++) {
            String key = "twin" + round;
            Future<LedgerApi.Held> ten = hold(key, 10);
            Future<LedgerApi.Held> eleven = hold(key, 11);
            Future.join(ten, eleven).otherwiseEmpty().await();
            Future<LedgerApi.Held> no = ten.failed() ? ten : eleven;
            assertThat(ten.succeeded()).isNotEqualTo(eleven.succeeded());
            assertThat(((Rejected) no.cause()).code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        }
    }

    @Test
    void timersOfSeveralNodesSettleEachRowOnce() throws Exception {
        house.serve(1, LedgerHouse.CONFIG);
        house.topUp(Asks.UID, 10_000);
        for (int i = 0; i < 20; i++) {
            String hold = house.hold("h" + i, Asks.UID, 100);
            house.capture("c" + i, hold, 100);
        }
        house.time.advance(Duration.ofDays(7));
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            var settled =
                    IntStream.range(0, 4)
                            .mapToObj(
                                    i ->
                                            nodes.submit(
                                                    new LedgerTimers(house.tx, house.time, 3)::run))
                            .toList();
            int sum = 0;
            for (var node : settled) {
                sum += node.get();
            }
            sum += new LedgerTimers(house.tx, house.time, 3).run();
            assertThat(sum).isEqualTo(60);
        }
    }

    private Future<LedgerApi.Held> hold(String key, long fen) {
        var request =
                new LedgerApi.Hold(key, Asks.VENDOR, Asks.UID, Money.ofFen(fen), "dispense:" + key);
        return house.bus.call(LedgerApi.HOLD, request, Call.system("test"));
    }
}
