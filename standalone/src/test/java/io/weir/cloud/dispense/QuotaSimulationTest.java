package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.weir.cloud.dispense.QuotaWorld.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Map;
import java.util.TreeMap;

/**
 * No schedule of cuts, kills, clock steps, lost or cloned disks bills beyond the granted slices,
 * and every debit has one capture or an explanation (ADR 010).
 */
class QuotaSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.quota.seeds", 3_000);
    private static final long FIRST = Long.getLong("weir.quota.seed", 1);

    @Test
    void noScheduleBillsBeyondTheGrant() {
        Map<String, Integer> hits = new TreeMap<>();
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try {
                new QuotaWorld(seed, Fault.NONE, hits).run();
            } catch (AssertionError | RuntimeException e) {
                fail("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        System.out.println("QUOTA " + SEEDS + " schedules: " + hits);
        if (SEEDS >= 1_000) {
            assertThat(hits.keySet())
                    .contains(
                            "spent",
                            "spent before the cloud spoke",
                            "poured by a clock ahead",
                            "poured by a clock behind",
                            "debit",
                            "late debit",
                            "killed before step 0",
                            "killed before step 1",
                            "killed before step 2",
                            "killed before step 3",
                            "killed idle",
                            "clock step",
                            "disk lost",
                            "disk cloned",
                            "a clone without the key is refused",
                            "answer of a pull lost",
                            "frame dropped",
                            "refused CLOCK",
                            "refused NOTHING",
                            "closed EXPIRED",
                            "closed RECALLED",
                            "freed by an operator",
                            "reserved for an operator");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DEBIT_AFTER_OPENING", "FREED_BY_CLOCK"})
    void aPlantedFaultIsCaught(Fault fault) {
        int caught = 0;
        for (long seed = 1; seed <= 300; seed++) {
            try {
                new QuotaWorld(seed, fault, new TreeMap<>()).run();
            } catch (AssertionError e) {
                caught++;
            }
        }
        System.out.println("QUOTA " + fault + ": caught by " + caught + " of 300 schedules");
        assertThat(caught).isPositive();
    }
}
