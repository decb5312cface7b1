package io.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.dispense.MeasureMode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A device with its faults against a platform that is a list: the same seed, the same history. */
class SimulatedDeviceTest {
    private static final Credential DEVICE =
            new Credential("d1", "pk", "dn", "secret", "dispenser-0", 0);
    private static final String ALL =
            "all,reboot=3,counter-lost=3,silent=3,flap=3,slow-reader=3,power-loss=0.5,skew=1";

    @Test
    void theSameSeedIsTheSameHistory() {
        List<String> first = history(ALL, 42, true);
        assertThat(first).isEqualTo(history(ALL, 42, true)).hasSizeGreaterThan(100);
        assertThat(first).isNotEqualTo(history(ALL, 43, true));
    }

    @ParameterizedTest
    @EnumSource(FaultKind.class)
    void eachFaultHappensAloneAndIsSeenOnTheLine(FaultKind kind) {
        double rate = kind.unit == FaultKind.Unit.PER_MINUTE ? 6 : 1;
        Platform platform = new Platform(kind.word() + "=" + rate, 7, true);
        platform.run(120_000);
        for (FaultKind other : FaultKind.values()) {
            assertThat(platform.tally.faults(other) > 0).as(other.word()).isEqualTo(other == kind);
        }
        assertThat(platform.tally.sent)
                .isEqualTo(
                        platform.tally.acked
                                + platform.device.unacked()
                                + platform.tally.lostWithDevice);
        String all = String.join("\n", platform.log);
        switch (kind) {
            case DUPLICATE -> assertThat(all).containsPattern("(\"id\":\"\\d+\".*)\n.*\\1");
            case REORDER -> assertThat(platform.ids()).isNotEqualTo(sorted(platform.ids()));
            case SKEW -> assertThat(all).contains("\"time\":");
            case REBOOT, COUNTER_LOST, POWER_LOSS -> assertThat(all).contains(" cut");
            case SILENT, SLOW_READER -> assertThat(all).contains(" deaf").contains(" listens");
            case FLAP -> assertThat(platform.tally.connects).isGreaterThan(6);
        }
    }

    @Test
    void whatIsNotAcknowledgedGoesAgainOnTheNextConnection() {
        Platform platform = new Platform("none", 1, false);
        platform.run(60_000);
        assertThat(platform.tally.acked).isZero();
        assertThat(platform.tally.again).isPositive();
        assertThat(platform.tally.connects).isGreaterThanOrEqualTo(2);
        assertThat(platform.device.unacked()).isPositive().isLessThanOrEqualTo(Outbox.MOST);
        platform.answers = true;
        platform.device.windUp();
        platform.run(60_000);
        assertThat(platform.device.unacked()).isZero();
        assertThat(platform.tally.acked).isEqualTo(platform.tally.sent);
    }

    @Test
    void whoIsRefusedTooOftenGivesUp() {
        Platform platform = new Platform("none", 1, true);
        platform.refuses = true;
        platform.run(600_000);
        assertThat(platform.tally.refused).isEqualTo(5);
        assertThat(platform.device.everOnline()).isFalse();
        assertThat(platform.device.nextAt()).isEqualTo(Long.MAX_VALUE);
    }

    private static List<String> history(String faults, long seed, boolean answers) {
        Platform platform = new Platform(faults, seed, answers);
        platform.run(120_000);
        return platform.log;
    }

    private static List<Integer> sorted(List<Integer> ids) {
        return ids.stream().sorted().toList();
    }

    /** Lets in, acknowledges after 5 ms, orders a pour every 10 s and stops it 3 s later. */
    private static final class Platform implements Line {
        final List<String> log = new ArrayList<>();
        final Tally tally = new Tally();
        final SimulatedDevice device;
        boolean answers;
        boolean refuses;
        private final List<Runnable> soon = new ArrayList<>();
        private boolean open;
        private boolean listening = true;
        private long at;

        Platform(String faults, long seed, boolean answers) {
            this.answers = answers;
            var random = new SplittableRandom(seed);
            device =
                    new SimulatedDevice(
                            DEVICE,
                            new DispenserFlow(
                                    new DispenserFlow.Setup(
                                            "run-", MeasureMode.VOLUME, 100, 5, 200, 2_222),
                                    random.split(),
                                    0),
                            new FaultDice(FaultRates.of(faults), seed, 0),
                            random.split(),
                            this,
                            tally,
                            new SimulatedDevice.Setup(2_000, 1_700_000_000_000L));
            device.arrive(0);
        }

        void run(long ms) {
            for (long end = at + ms; at < end; at += 5) {
                if (listening) {
                    List<Runnable> now = List.copyOf(soon);
                    soon.clear();
                    now.forEach(Runnable::run);
                }
                if (at % 10_000 == 5_000) {
                    command("dispense", ",\"volume_ml\":400,\"seconds_max\":60");
                } else if (at % 10_000 == 8_000) {
                    command("stop", "");
                }
                if (device.nextAt() <= at) {
                    device.wake(at);
                }
            }
        }

        private void command(String service, String more) {
            if (open && listening) {
                String params = "{\"dispense_id\":\"p" + at / 10_000 + "\"" + more + "}";
                device.message(
                        DEVICE.topic("thing/service/" + service),
                        ("{\"id\":\"1\",\"params\":" + params + "}")
                                .getBytes(StandardCharsets.UTF_8),
                        at);
            }
        }

        List<Integer> ids() {
            return log.stream()
                    .filter(line -> line.contains("thing.event.property.post"))
                    .map(line -> line.replaceAll(".*\\{\"id\":\"(\\d+)\".*", "$1"))
                    .map(Integer::valueOf)
                    .toList();
        }

        @Override
        public void open(Owner owner) {
            log.add(at + " open");
            soon.add(
                    () -> {
                        open = !refuses;
                        if (refuses) {
                            owner.apart(true, at);
                        } else {
                            owner.online(at);
                        }
                    });
        }

        @Override
        public void publish(int number, String topic, byte[] payload, boolean again) {
            log.add(at + " " + number + " " + new String(payload, StandardCharsets.UTF_8));
            if (answers) {
                soon.add(() -> device.acked(number, at));
            }
        }

        @Override
        public void listen(boolean on) {
            log.add(at + (on ? " listens" : " deaf"));
            listening = on;
        }

        @Override
        public void cut() {
            log.add(at + " cut");
            soon.clear();
            open = false;
            listening = true;
        }

        @Override
        public void close() {
            cut();
        }
    }
}
