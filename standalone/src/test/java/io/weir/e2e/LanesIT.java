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
                rig.forward(256 << 10);
                Wait.until("telemetry flows", Duration.ofSeconds(60), () -> telemetry.poll() > 0);
                double[] moneyMs = new double[5];
                double[] alarmMs = new double[5];
                for (int i = 0; i < moneyMs.length; i++) {
                    moneyMs[i] = throughTo(rig, Lane.MONEY, money);
                    alarmMs[i] = throughTo(rig, Lane.ALARM, alarms);
                    assertThat(rig.lag(Lane.TELEMETRY))
                            .as("the backlog is still there")
                            .isPositive();
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

    /** One topic is missing, one takes no record that large; both heal by themselves. */
    @Test
    void aTopicThatTakesNothingHoldsUpNoOtherAndHealsByItself() throws Exception {
        try (LaneRig rig = new LaneRig(folder);
                LaneTap money = rig.tap(Lane.MONEY);
                LaneTap alarms = rig.tap(Lane.ALARM)) {
            rig.deleteTopic(Lane.TELEMETRY);
            rig.set(Lane.ALARM, "max.message.bytes", "300");
            rig.forward(1024); // a frame is a batch, else Kafka splits and joins for ever
            rig.append(Lane.TELEMETRY, 500, 200);
            rig.append(Lane.ALARM, 50, 2000);
            rig.quiet();
            troubled(rig, Lane.TELEMETRY, "not present in metadata");
            troubled(rig, Lane.ALARM, "larger");
            rig.append(Lane.MONEY, 500, 200);
            Wait.until("money arrives", Duration.ofSeconds(2), () -> money.poll() == 500);
            assertThat(rig.trouble(Lane.MONEY)).isEmpty();
            assertThat(alarms.poll()).isZero();
            assertThat(rig.health.ready()).as("a gateway whose Kafka is ill is healthy").isTrue();
            rig.ensureTopics();
            rig.set(Lane.ALARM, "max.message.bytes", "2000000");
            try (LaneTap telemetry = rig.tap(Lane.TELEMETRY)) {
                Wait.until(
                        "telemetry heals", Duration.ofSeconds(60), () -> telemetry.poll() == 500);
                assertThat(telemetry.arrived).isEqualTo(rig.confirmed.get(Lane.TELEMETRY));
            }
            Wait.until("alarms heal", Duration.ofSeconds(60), () -> alarms.poll() == 50);
            assertThat(alarms.arrived).isEqualTo(rig.confirmed.get(Lane.ALARM));
            troubled(rig, Lane.ALARM, "");
            kafkaGoesAndComesBack(rig, money);
        }
    }

    /**
     * The producer says nothing while it retries: the lane's silence does. A producer that has lost
     * its last broker before it was given anything begins again from its bootstrap address and then
     * misses the topic: which of the two it is depends on how fast Kafka goes down.
     */
    private static void kafkaGoesAndComesBack(LaneRig rig, LaneTap money) {
        rig.stopKafka();
        rig.append(Lane.MONEY, 10, 200);
        Wait.until(
                "money is in trouble",
                Duration.ofSeconds(20),
                () ->
                        rig.trouble(Lane.MONEY).startsWith("nothing acknowledged for")
                                || rig.trouble(Lane.MONEY).contains("not present in metadata"));
        rig.startKafka();
        Wait.until("money arrives", Duration.ofSeconds(60), () -> money.poll() == 510);
        troubled(rig, Lane.MONEY, "");
    }

    private static void troubled(LaneRig rig, Lane lane, String what) {
        Wait.until(
                lane + " says: " + what,
                Duration.ofSeconds(20),
                () ->
                        what.isEmpty()
                                ? rig.trouble(lane).isEmpty()
                                : rig.trouble(lane).contains(what));
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
