package io.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.dispense.MeasureMode;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Valve and meter of a simulated dispenser, on a clock of the test's. */
class DispenserFlowTest {
    private static final int FLOW = 100;

    @ParameterizedTest
    @EnumSource(MeasureMode.class)
    void whatItReportsIsWhatItPoured(MeasureMode mode) {
        DispenserFlow dispenser = dispenser(mode, 5, 1);
        long at = 1_000;
        assertThat(answer(dispense(dispenser, "a", 500, at))).isEqualTo(200);
        List<Say> said = until(dispenser, at, at + 4_000);
        said.addAll(
                dispenser.command("stop", "2", Json.tree("{\"dispense_id\":\"a\"}"), at + 4_000));
        said.addAll(until(dispenser, at + 4_000, at + 5_000));

        Pour pour = dispenser.pour("a").orElseThrow();
        assertThat(pour.openings()).isEqualTo(1);
        assertThat(pour.reason()).isEqualTo("stopped");
        assertThat(pour.poured()).isBetween(380L, 440L); // 4.12 s at about 100 ml/s
        Map<String, Object> last =
                said.stream()
                        .filter(Say.Properties.class::isInstance)
                        .map(s -> ((Say.Properties) s).values())
                        .reduce((a, b) -> b)
                        .orElseThrow();
        assertThat(last).containsEntry("valve", 0).containsEntry("work_s", 4L);
        switch (mode) {
            case VOLUME -> assertThat(last).containsEntry("total_ml", pour.poured());
            case FLOW_METER ->
                    assertThat((long) last.get("pulse_total") * 2_222 / 1_000)
                            .isBetween(pour.poured() - 3, pour.poured());
            case TIMER -> assertThat(last).doesNotContainKeys("total_ml", "pulse_total");
        }
        assertThat(said).anyMatch(s -> s instanceof Say.Event e && e.name().equals("dispense_end"));
    }

    @Test
    void aTimersFlowIsConstant() {
        DispenserFlow dispenser = dispenser(MeasureMode.TIMER, 30, 5);
        dispense(dispenser, "a", 5_000, 0);
        until(dispenser, 0, 7_000);
        dispenser.report(7_000);
        assertThat(dispenser.pour("a").orElseThrow().poured()).isEqualTo(700);
    }

    @Test
    void oneAtATime() {
        DispenserFlow dispenser = dispenser(MeasureMode.VOLUME, 0, 1);
        dispense(dispenser, "a", 500, 0);
        assertThat(answer(dispense(dispenser, "b", 500, 10))).isEqualTo(429);
        assertThat(dispenser.pour("b")).isEmpty();
    }

    @Test
    void nobodyStopsItSoItShutsItself() {
        DispenserFlow dispenser = dispenser(MeasureMode.VOLUME, 0, 1);
        dispense(dispenser, "a", 200, 0);
        until(dispenser, 0, 20_000);
        Pour pour = dispenser.pour("a").orElseThrow();
        assertThat(pour.reason()).isEqualTo("own_limit");
        assertThat(pour.poured()).isBetween(500L, 540L); // asked and a half, and 200
    }

    @Test
    void powerLostShutsTheValveAndCountersMayBeLostButNotTheTruth() {
        DispenserFlow dispenser = dispenser(MeasureMode.VOLUME, 0, 1);
        dispense(dispenser, "a", 1_000, 0);
        until(dispenser, 0, 3_000);
        Map<String, Object> before = counters(dispenser, 3_000);
        dispenser.powerLost(3_000);
        assertThat(dispenser.nextAt()).isEqualTo(Long.MAX_VALUE);
        dispenser.powerBack(9_000, true);
        Map<String, Object> kept = counters(dispenser, 10_000);
        assertThat(kept).containsEntry("total_ml", 300L).containsEntry("uptime_s", 1L);
        assertThat(kept.get("boot_id")).isNotEqualTo(before.get("boot_id"));
        dispenser.powerLost(11_000);
        dispenser.powerBack(12_000, false);
        assertThat(counters(dispenser, 12_000)).containsEntry("total_ml", 0L);
        assertThat(dispenser.pour("a").orElseThrow())
                .isEqualTo(new Pour("a", 1_000, 300, 1, "power"));
    }

    private static DispenserFlow dispenser(MeasureMode mode, int noise, long seed) {
        return new DispenserFlow(
                new DispenserFlow.Setup("run-", mode, FLOW, noise, 200, 2_222),
                new SplittableRandom(seed),
                0);
    }

    private static List<Say> dispense(DispenserFlow dispenser, String id, int ml, long at) {
        return dispenser.command(
                "dispense",
                "1",
                Json.tree(
                        "{\"dispense_id\":\"%s\",\"volume_ml\":%d,\"seconds_max\":60}"
                                .formatted(id, ml)),
                at);
    }

    private static int answer(List<Say> said) {
        return ((Say.Answer) said.getFirst()).code();
    }

    private static Map<String, Object> counters(DispenserFlow dispenser, long at) {
        return ((Say.Properties) dispenser.report(at).getFirst()).values();
    }

    private static List<Say> until(DispenserFlow dispenser, long from, long to) {
        List<Say> said = new ArrayList<>();
        for (long at = from; at <= to; at += 10) {
            if (dispenser.nextAt() <= at) {
                said.addAll(dispenser.wake(at));
            }
        }
        return said;
    }
}
