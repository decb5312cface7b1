package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.fact.Lane;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What one lane suffers the others don't: journal and forwarder against a real broker. */
class LanesIT {
    private static final int BACKLOG = Integer.getInteger("weir.backlog", 2_000_000);

    @TempDir Path folder;

    @Test
    void moneyAndAlarmsPassABacklogOfTelemetry() throws Exception {
        try (LaneRig rig = new LaneRig(folder)) {
            rig.stopKafka();
            long start = System.nanoTime();
            rig.append(Lane.TELEMETRY, BACKLOG, 60);
            rig.quiet();
            double journaled = BACKLOG / seconds(start);
            rig.startKafka();
            try (LaneTap money = rig.tap(Lane.MONEY);
                    LaneTap alarms = rig.tap(Lane.ALARM);
                    LaneTap telemetry = rig.tap(Lane.TELEMETRY)) {
                long from = System.nanoTime();
                rig.forward();
                Wait.until("telemetry flows", Duration.ofSeconds(60), () -> telemetry.poll() > 0);
                double[] moneyMs = new double[5];
                double[] alarmMs = new double[5];
                for (int i = 0; i < moneyMs.length; i++) {
                    moneyMs[i] = throughTo(rig, Lane.MONEY, money);
                    alarmMs[i] = throughTo(rig, Lane.ALARM, alarms);
                    assertThat(rig.lag(Lane.TELEMETRY)).as("the backlog is still there").isPositive();
                }
                assertThat(Arrays.stream(moneyMs).max().orElseThrow()).isLessThan(1000);
                assertThat(Arrays.stream(alarmMs).max().orElseThrow()).isLessThan(2000);
                int first = telemetry.arrived.cardinality();
                Wait.until(
                        "the backlog is up",
                        Duration.ofSeconds(120),
                        () -> rig.lag(Lane.TELEMETRY) == 0);
                double up = (BACKLOG - first) / seconds(from);
                Wait.until(
                        "all arrived", Duration.ofSeconds(120), () -> telemetry.poll() >= BACKLOG);
                assertThat(telemetry.arrived).isEqualTo(rig.confirmed.get(Lane.TELEMETRY));
                System.out.printf(
                        "backlog of %,d: journaled %,.0f/s, caught up %,.0f/s; meanwhile money in"
                                + " Kafka after %s ms, alarms after %s ms%n",
                        BACKLOG, journaled, up, text(moneyMs), text(alarmMs));
            }
        }
    }

    /** One topic refuses for ever in one way, another in another; both heal by themselves. */
    @Test
    void aTopicThatTakesNothingHoldsUpNoOtherAndHealsByItself() throws Exception {
        try (LaneRig rig = new LaneRig(folder);
                LaneTap money = rig.tap(Lane.MONEY);
                LaneTap alarms = rig.tap(Lane.ALARM);
                LaneTap telemetry = rig.tap(Lane.TELEMETRY)) {
            rig.set(Lane.TELEMETRY, "min.insync.replicas", "2");
            rig.set(Lane.ALARM, "max.message.bytes", "300");
            rig.forward();
            rig.append(Lane.TELEMETRY, 500, 200);
            rig.append(Lane.ALARM, 50, 2000);
            rig.append(Lane.MONEY, 500, 200);
            rig.quiet();
            Wait.until("money arrives", Duration.ofSeconds(20), () -> money.poll() == 500);
            Wait.until(
                    "the record is too large",
                    Duration.ofSeconds(20),
                    () -> !rig.trouble(Lane.ALARM).isEmpty());
            assertThat(rig.trouble(Lane.MONEY)).isEmpty();
            assertThat(telemetry.poll()).isZero();
            assertThat(alarms.poll()).isZero();
            assertThat(rig.lag(Lane.TELEMETRY)).isPositive();
            assertThat(rig.health.ready()).as("a gateway whose Kafka is ill is healthy").isTrue();
            rig.set(Lane.TELEMETRY, "min.insync.replicas", "1");
            rig.set(Lane.ALARM, "max.message.bytes", "2000000");
            Wait.until("telemetry heals", Duration.ofSeconds(60), () -> telemetry.poll() == 500);
            Wait.until("alarms heal", Duration.ofSeconds(60), () -> alarms.poll() == 50);
            Wait.until(
                    "all is well",
                    Duration.ofSeconds(20),
                    () -> rig.trouble(Lane.ALARM).isEmpty() && rig.lag(Lane.ALARM) == 0);
            assertThat(alarms.arrived).isEqualTo(rig.confirmed.get(Lane.ALARM));
            assertThat(telemetry.arrived).isEqualTo(rig.confirmed.get(Lane.TELEMETRY));
        }
    }

    /** From journaling one entry to reading it in Kafka, in ms. */
    private static double throughTo(LaneRig rig, Lane lane, LaneTap tap) {
        int before = tap.poll();
        long start = System.nanoTime();
        rig.append(lane, 1, 60);
        while (tap.poll() == before && seconds(start) < 30) {
            Thread.onSpinWait();
        }
        return seconds(start) * 1000;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static String text(double[] ms) {
        return Arrays.stream(ms)
                .mapToObj(v -> String.valueOf(Math.round(v)))
                .collect(Collectors.joining(", "));
    }
}
