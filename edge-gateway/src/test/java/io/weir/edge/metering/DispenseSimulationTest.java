package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.metering.SimEdge.Plant;
import io.weir.model.dispense.EndReason;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * DESIGN section 8: the device's own count is the oracle. {@code -Dweir.seeds=N} runs more, {@code
 * -Dweir.seed=S} runs one.
 */
class DispenseSimulationTest {
    private static final int SEEDS = Integer.getInteger("weir.seeds", 700);

    @Test
    void everyDispenseHasOneEndAndNeverMoreThanWasPoured() {
        Map<Run.Phase, Integer> killedIn = new EnumMap<>(Run.Phase.class);
        Map<EndReason, Integer> ends = new EnumMap<>(EndReason.class);
        List<String> faults = new ArrayList<>();
        Long only = Long.getLong("weir.seed");
        long first = only == null ? 1 : only;
        long last = only == null ? SEEDS : only;
        for (long seed = first; seed <= last; seed++) {
            SimRun run = new SimRun(new SimRun.Plan(seed, seed % 5 != 0, Plant.NOTHING), killedIn);
            run.run();
            run.ends.forEach((reason, n) -> ends.merge(reason, n, Integer::sum));
            for (String fault : run.faults) {
                faults.add("seed " + seed + ": " + fault);
            }
        }
        assertThat(faults).as(faults.size() + " faults").isEmpty();
        if (only == null) {
            assertThat(killedIn).as("kills per state").containsOnlyKeys(Run.Phase.values());
            assertThat(ends)
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
        System.out.println("simulated " + SEEDS + ", killed in " + killedIn + ", ends " + ends);
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
