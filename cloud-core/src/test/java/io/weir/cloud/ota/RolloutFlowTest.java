package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.ota.Rollout.Group;
import io.weir.cloud.ota.Rollout.Pause;
import io.weir.cloud.ota.Rollout.Tally;
import io.weir.cloud.ota.Upgrade.Reason;
import io.weir.cloud.ota.Upgrade.State;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class RolloutFlowTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Group> GROUPS = List.of(new Group(80, 20), new Group(100, 50));

    private final Rollout running =
            RolloutFlow.approved(Rollout.created("anna"), "bea")
                    .flatMap(RolloutFlow::started)
                    .orElseThrow();

    @Test
    void nobodyApprovesTheirOwnAndNothingStartsUnapproved() {
        assertThat(RolloutFlow.approved(Rollout.created("anna"), "anna")).isEmpty();
        assertThat(RolloutFlow.started(Rollout.created("anna"))).isEmpty();
    }

    @Test
    void theNextGroupOpensAtTheThresholdAndNotBefore() {
        assertThat(advanced(new Tally(3, 7, 0)).opened()).isEqualTo(1);
        assertThat(advanced(new Tally(2, 8, 0)).opened()).isEqualTo(2);
    }

    @Test
    void errorsStopItOnceAndAgainOnlyWhenMoreFail() {
        Rollout stopped = advanced(new Tally(0, 8, 2));
        assertThat(stopped.pause()).isEqualTo(Pause.ERRORS);
        List<Tally> seen = List.of(new Tally(0, 8, 2), new Tally(5, 0, 0));
        Rollout on = RolloutFlow.resumed(stopped, seen).orElseThrow();
        assertThat(RolloutFlow.advanced(on, GROUPS, seen).opened()).isEqualTo(2);
        List<Tally> more = List.of(new Tally(0, 7, 3), new Tally(5, 0, 0));
        assertThat(RolloutFlow.advanced(on, GROUPS, more).pause()).isEqualTo(Pause.ERRORS);
    }

    @Test
    void aGroupOfCancelledDevicesHoldsNobodyUp() {
        assertThat(advanced(new Tally(0, 0, 0)).opened()).isEqualTo(2);
    }

    @Test
    void aLateDeviceThatRunsTheNewVersionSucceeded() {
        Upgrade pushed = UpgradeFlow.pushed(Upgrade.scheduled("d", 0), T0);
        Duration allowed = Duration.ofMinutes(1);
        Upgrade late = UpgradeFlow.waited(pushed, allowed, T0.plusSeconds(60));
        assertThat(late.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(UpgradeFlow.version(late, "2", "2").state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aFormerOwnersDeviceStaysCancelledWhateverItSays() {
        Upgrade moved = UpgradeFlow.cancelled(Upgrade.scheduled("d", 0), Reason.MOVED);
        assertThat(UpgradeFlow.version(moved, "2", "2")).isSameAs(moved);
        assertThat(UpgradeFlow.progress(moved, 50)).isSameAs(moved);
        assertThat(UpgradeFlow.retried(moved)).isSameAs(moved);
    }

    @Test
    void aFallBackAfterSuccessIsAFailureAndCanBeRetried() {
        Upgrade done = UpgradeFlow.version(Upgrade.scheduled("d", 0), "2", "2");
        Upgrade back = UpgradeFlow.version(done, "2", "1");
        assertThat(back.reason()).isEqualTo(Reason.ROLLED_BACK);
        assertThat(UpgradeFlow.retried(back).attempt()).isEqualTo(2);
    }

    private Rollout advanced(Tally first) {
        return RolloutFlow.advanced(running, GROUPS, List.of(first, new Tally(5, 0, 0)));
    }
}
