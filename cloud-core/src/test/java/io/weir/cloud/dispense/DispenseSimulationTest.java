package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.dispense.DispenseWorld.Fault;
import io.weir.model.Money;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Three dispenses out of one wallet, thousands of mishaps; the seed of a failure is printed. */
class DispenseSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.seeds", 1000);
    private static final Money PURSE = Money.ofFen(900);
    private static final String[] MISHAPS = {
        "creator died before step 1",
        "creator died before step 2",
        "creator died before step 3",
        "creator died before step 4",
        "question for a hold lost",
        "answer of a hold lost",
        "command lost",
        "settler died over CAPTURE",
        "settler died over RELEASE",
        "settler died over UNHOLD",
        "settler died over CORRECT",
        "settler died over REFUND",
        "settler died over BAD_DEBT",
        "ended CAPTURED",
        "ended VOIDED"
    };

    @Test
    void whateverHappensTheMoneyIsRight() {
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> hits = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS && wrong.size() < 5; seed++) {
            for (String fault : run(seed, Fault.NONE, hits)) {
                wrong.add("seed " + seed + ": " + fault);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(hits).as("every mishap happened").containsKeys(MISHAPS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DOUBLE_CAPTURE", "VOIDED_BY_CLOCK", "COMMAND_RESENT", "OVERRUN_CHARGED"})
    void aPlantedFaultIsCaught(Fault fault) {
        long caught =
                LongStream.rangeClosed(1, 200)
                        .filter(s -> !run(s, fault, new TreeMap<>()).isEmpty())
                        .count();
        assertThat(caught).isPositive();
    }

    private static List<String> run(long seed, Fault fault, Map<String, Integer> hits) {
        Random random = new Random(seed);
        FakeLedger ledger = new FakeLedger();
        ledger.topUp(DispenseFixture.MEMBER, PURSE);
        List<DispenseWorld> worlds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            worlds.add(new DispenseWorld(random, fault, ledger, i, hits));
        }
        for (int i = 0; i < 200; i++) {
            worlds.get(random.nextInt(worlds.size())).happen();
        }
        worlds.forEach(DispenseWorld::calmDown);
        List<String> wrong = new ArrayList<>();
        worlds.forEach(w -> wrong.addAll(w.judge()));
        wrong.addAll(judge(ledger, worlds));
        return wrong;
    }

    private static List<String> judge(FakeLedger ledger, List<DispenseWorld> worlds) {
        List<String> wrong = new ArrayList<>();
        Money paid = worlds.stream().map(DispenseWorld::net).reduce(Money.ZERO, Money::plus);
        if (!ledger.sum().isZero()) {
            wrong.add("the ledger sums to " + ledger.sum());
        }
        if (ledger.openHolds() > 0 || !ledger.balance("hold:" + DispenseFixture.MEMBER).isZero()) {
            wrong.add(ledger.openHolds() + " stray holds");
        }
        if (!ledger.balance("wallet:" + DispenseFixture.MEMBER).equals(PURSE.minus(paid))) {
            wrong.add(
                    "the wallet has "
                            + ledger.balance("wallet:" + DispenseFixture.MEMBER)
                            + " of "
                            + PURSE
                            + " after paying "
                            + paid);
        }
        return wrong;
    }
}
