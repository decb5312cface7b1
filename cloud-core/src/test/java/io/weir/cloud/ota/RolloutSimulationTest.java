package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cloud.ota.Rollout.Group;
import io.weir.cloud.ota.Rollout.Tally;
import io.weir.cloud.ota.Upgrade.State;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Campaigns over devices that miss pushes, restart, fail, or claim 100 % and keep the old firmware.
 * What a device really runs is kept by the simulation; the seed of a failure is printed.
 */
class RolloutSimulationTest {
    private static final int SEEDS = 2_000;
    private static final Duration ALLOWED = Duration.ofMinutes(30);
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private interface Progress {
        Upgrade apply(Upgrade before, int step);
    }

    private interface Advance {
        Rollout apply(Rollout before, List<Group> groups, List<Tally> tallies);
    }

    @Test
    void everyCampaignEndsAndOnlyWhatADeviceRunsIsSuccess() {
        int errorStops = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            errorStops += new World(seed, UpgradeFlow::progress, RolloutFlow::advanced).run();
        }
        assertThat(errorStops).as("campaigns stopped by errors").isGreaterThan(SEEDS / 20);
    }

    @Test
    void aFlowThatBelievesAHundredPercentIsCaught() {
        Progress faulty =
                (before, step) ->
                        step == 100 && !before.state().isEnd()
                                ? before.in(State.SUCCEEDED, 100)
                                : UpgradeFlow.progress(before, step);
        caught(faulty, RolloutFlow::advanced);
    }

    @Test
    void aFlowThatOverlooksErrorsIsCaught() {
        Advance blind =
                (before, groups, tallies) -> {
                    List<Tally> rosy =
                            tallies.stream()
                                    .map(t -> new Tally(t.open(), t.succeeded() + t.failed(), 0))
                                    .toList();
                    return RolloutFlow.advanced(before, groups, rosy);
                };
        caught(UpgradeFlow::progress, blind);
    }

    private static void caught(Progress progress, Advance advance) {
        assertThatThrownBy(
                        () -> {
                            for (long seed = 1; seed <= 100; seed++) {
                                new World(seed, progress, advance).run();
                            }
                        })
                .isInstanceOf(AssertionError.class);
    }

    private static final class World {
        private final long seed;
        private final Random random;
        private final Progress progress;
        private final Advance advance;
        private final List<Group> groups = new ArrayList<>();
        private final List<Upgrade> upgrades = new ArrayList<>();
        private final boolean[] runsNew;
        private final int failing;
        private Instant now = T0;
        private Rollout rollout = Rollout.created("anna");
        private int errorStops;

        World(long seed, Progress progress, Advance advance) {
            this.seed = seed;
            this.random = new Random(seed);
            this.progress = progress;
            this.advance = advance;
            this.failing = random.nextInt(40);
            int count = 1 + random.nextInt(4);
            for (int group = 0; group < count; group++) {
                groups.add(new Group(random.nextInt(101), 1 + random.nextInt(100)));
                for (int i = random.nextInt(8); i >= 0; i--) {
                    upgrades.add(Upgrade.scheduled("d" + upgrades.size(), group));
                }
            }
            runsNew = new boolean[upgrades.size()];
        }

        /** How often errors stopped it. */
        int run() {
            assertThat(RolloutFlow.approved(rollout, "anna")).isEmpty();
            rollout = RolloutFlow.approved(rollout, "bea").orElseThrow();
            rollout = RolloutFlow.started(rollout).orElseThrow();
            for (int step = 0; step < 3_000 && rollout.state() != Rollout.State.FINISHED; step++) {
                now = now.plusSeconds(random.nextInt(60));
                device(random.nextInt(upgrades.size()));
                sweep();
                judge();
            }
            assertThat(rollout.state()).as("seed %d", seed).isEqualTo(Rollout.State.FINISHED);
            assertThat(upgrades).as("seed %d", seed).allMatch(u -> u.state().isEnd());
            return errorStops;
        }

        private void device(int i) {
            Upgrade before = upgrades.get(i);
            boolean pushes = RolloutFlow.pushes(rollout, before);
            if (pushes) {
                upgrades.set(i, UpgradeFlow.pushed(before, now));
            }
            Upgrade after = upgrades.get(i);
            boolean heard = random.nextInt(4) > 0;
            if (after.state() == State.SCHEDULED || after.state().isEnd() || !heard) {
                return;
            }
            int dice = random.nextInt(100);
            if (dice < failing) {
                upgrades.set(i, progress.apply(after, -1 - random.nextInt(4)));
            } else if (dice < 60) {
                upgrades.set(i, progress.apply(after, random.nextInt(101)));
            } else if (dice < 70) {
                // says so and falls back to the old firmware
                upgrades.set(i, progress.apply(after, 100));
            } else if (dice < 80) {
                upgrades.set(i, UpgradeFlow.version(after, "2", "1"));
            } else {
                runsNew[i] = true;
                upgrades.set(i, UpgradeFlow.version(after, "2", "2"));
            }
        }

        private void sweep() {
            upgrades.replaceAll(u -> UpgradeFlow.waited(u, ALLOWED, now));
            Rollout before = rollout;
            rollout = advance.apply(rollout, groups, tallies());
            if (rollout.state() == Rollout.State.PAUSED) {
                errorStops += rollout.pause() == Rollout.Pause.ERRORS ? 1 : 0;
                assertThat(upgrades)
                        .as("pushed while paused, seed %d", seed)
                        .noneMatch(u -> RolloutFlow.pushes(rollout, u));
                rollout = RolloutFlow.resumed(rollout, tallies()).orElseThrow();
            } else if (before.tolerated() == 0 && before.state() == Rollout.State.RUNNING) {
                assertThat(overThreshold()).as("errors overlooked, seed %d", seed).isFalse();
            }
        }

        private void judge() {
            for (int i = 0; i < upgrades.size(); i++) {
                Upgrade upgrade = upgrades.get(i);
                assertThat(upgrade.state() == State.SUCCEEDED && !runsNew[i])
                        .as("succeeded on its word, seed %d, %s", seed, upgrade)
                        .isFalse();
                assertThat(upgrade.pushedAt() != null && upgrade.group() >= rollout.opened())
                        .as("pushed before its group, seed %d, %s", seed, upgrade)
                        .isFalse();
            }
        }

        private boolean overThreshold() {
            List<Tally> tallies = tallies();
            for (int i = 0; i < groups.size(); i++) {
                Tally tally = tallies.get(i);
                if (tally.failed() > 0
                        && tally.failed() * 100 >= groups.get(i).errorPercent() * tally.all()) {
                    return true;
                }
            }
            return false;
        }

        private List<Tally> tallies() {
            int[][] counts = new int[groups.size()][3];
            for (Upgrade upgrade : upgrades) {
                int column =
                        switch (upgrade.state()) {
                            case SUCCEEDED -> 1;
                            case FAILED -> 2;
                            default -> 0;
                        };
                counts[upgrade.group()][column]++;
            }
            List<Tally> tallies = new ArrayList<>();
            for (int[] count : counts) {
                tallies.add(new Tally(count[0], count[1], count[2]));
            }
            return tallies;
        }
    }
}
