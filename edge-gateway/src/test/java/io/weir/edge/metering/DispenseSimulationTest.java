package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.metering.SimEdge.Plant;
import io.weir.model.dispense.EndReason;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * DESIGN section 8: the device's own count is the oracle. {@code -Dweir.seeds=N} runs more, {@code
 * -Dweir.first=S} begins elsewhere, {@code -Dweir.seed=S} runs one and tells its story.
 */
class DispenseSimulationTest {
    private static final Long ONLY = Long.getLong("weir.seed");
    private static final long FIRST = ONLY == null ? Long.getLong("weir.first", 1) : ONLY;
    private static final long SEEDS = ONLY == null ? Long.getLong("weir.seeds", 8_000) : 1;

    @Test
    void everyDispenseHasOneEndAndNeverMoreThanWasPoured() {
        Tally all =
                LongStream.range(FIRST, FIRST + SEEDS)
                        .parallel()
                        .collect(Tally::new, Tally::run, Tally::take);
        assertThat(all.faults).as(all.faults.size() + " faults").isEmpty();
        if (ONLY == null) {
            assertThat(all.killedIn).as("kills per state").containsOnlyKeys(Run.Phase.values());
            assertThat(all.ends)
                    .as("ends per reason")
                    .containsKeys(
                            EndReason.LIMIT,
                            EndReason.MEMBER,
                            EndReason.DEVICE,
                            EndReason.NO_FLOW,
                            EndReason.TIME_LIMIT,
                            EndReason.EDGE_RESTART,
                            EndReason.FAULT,
                            EndReason.DEVICE_REFUSED,
                            EndReason.NOT_PUBLISHED);
        }
        System.out.println(
                "simulated " + SEEDS + ", killed in " + all.killedIn + ", ends " + all.ends);
    }

    /** What the seeds of one thread brought to light. */
    private static final class Tally {
        final Map<Run.Phase, Integer> killedIn = new EnumMap<>(Run.Phase.class);
        final Map<EndReason, Integer> ends = new EnumMap<>(EndReason.class);
        final List<String> faults = new ArrayList<>();

        void run(long seed) {
            SimRun run = new SimRun(new SimRun.Plan(seed, seed % 5 != 0, Plant.NOTHING), killedIn);
            run.run();
            run.ends.forEach((reason, n) -> ends.merge(reason, n, Integer::sum));
            run.faults.forEach(fault -> faults.add("seed " + seed + ": " + fault));
        }

        void take(Tally other) {
            other.killedIn.forEach((phase, n) -> killedIn.merge(phase, n, Integer::sum));
            other.ends.forEach((reason, n) -> ends.merge(reason, n, Integer::sum));
            faults.addAll(other.faults);
        }
    }

    @Test
    void aCommandResentAfterARestartIsCaught() {
        assertThat(faultsOf(Plant.RESENDS_AFTER_RESTART)).anyMatch(f -> f.contains("twice"));
    }

    @Test
    void aCommandPublishedBeforeItsIntentIsSyncedIsCaught() {
        assertThat(faultsOf(Plant.PUBLISHES_BEFORE_SYNC)).anyMatch(f -> f.contains("durable"));
    }

    private static List<String> faultsOf(Plant plant) {
        List<String> faults = new ArrayList<>();
        for (long seed = 1; seed <= 10; seed++) {
            SimRun run =
                    new SimRun(new SimRun.Plan(seed, true, plant), new EnumMap<>(Run.Phase.class));
            run.run();
            faults.addAll(run.faults);
        }
        return faults;
    }
}
