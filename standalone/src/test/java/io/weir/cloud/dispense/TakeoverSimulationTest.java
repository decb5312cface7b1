package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.dispense.TakeoverCloud.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A device that goes from gateway to gateway while it pours: one opening, one end, never more
 * billed than was poured (DESIGN sections 2 and 5, ADR 011). {@code -Dweir.seeds=N} runs more,
 * {@code -Dweir.first=S} begins elsewhere, {@code -Dweir.seed=S} runs one.
 */
class TakeoverSimulationTest {
    private static final Long ONLY = Long.getLong("weir.seed");
    private static final long FIRST = ONLY == null ? Long.getLong("weir.first", 1) : ONLY;
    private static final long SEEDS = ONLY == null ? Long.getLong("weir.seeds", 2_000) : 1;

    /** What the seeds of one thread brought to light. */
    private static final class Tally {
        final Map<String, Integer> hits = new TreeMap<>();
        final List<String> faults = new ArrayList<>();

        void run(long seed, Fault fault) {
            try {
                new TakeoverWorld(seed, fault, hits).run();
            } catch (AssertionError | RuntimeException e) {
                faults.add("seed " + seed + ": " + e);
            }
        }

        void take(Tally other) {
            other.hits.forEach((what, n) -> hits.merge(what, n, Integer::sum));
            faults.addAll(other.faults);
        }
    }

    private static Tally tally(long first, long count, Fault fault) {
        return LongStream.range(first, first + count)
                .parallel()
                .collect(Tally::new, (t, seed) -> t.run(seed, fault), Tally::take);
    }

    @Test
    void whereverTheDeviceGoesEveryDispenseHasOneEndAndNeverMoreThanWasPoured() {
        Tally all = tally(FIRST, SEEDS, Fault.NONE);
        System.out.println("TAKEOVER " + SEEDS + " schedules: " + all.hits);
        assertThat(all.faults).as(all.faults.size() + " faults").isEmpty();
        if (SEEDS >= 1_000) {
            assertThat(all.hits.keySet())
                    .contains(
                            "joined",
                            "corrected",
                            "orphan",
                            "moved while pouring",
                            "connected to both",
                            "commanded at a gateway without the device",
                            "killed with facts on its disk",
                            "never returns",
                            "cut off",
                            "booted and leaks at another",
                            "stolen key",
                            "leak");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BELIEVES_STRANGERS", "MERGES_WITHOUT_BOOT", "BOOKS_TWICE"})
    void aPlantedFaultIsCaught(Fault fault) {
        Tally all = tally(1, 200, fault);
        System.out.println("TAKEOVER " + fault + ": caught by " + all.faults.size() + " of 200");
        assertThat(all.faults).isNotEmpty();
    }
}
