package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.fact.MeterMark;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The count by example: what is a reset, what is only late, and what a restarted edge keeps. */
class CounterLineTest {
    private static final String EDGE = "edge";
    private final CounterLine line = new CounterLine(List.of("old"), tick(0));

    @Test
    void countsFromTheBaselineToTheHighest() {
        line.baseline(1_000, "b", 1, tick(0));
        assertThat(line.accept(1_200, "b", 10L, 1, tick(10_000))).isTrue();
        assertThat(line.accept(1_100, "b", 5L, 1, tick(11_000))).isFalse();
        assertThat(line.accept(1_200, "b", 10L, 1, tick(12_000))).isFalse();
        assertThat(line.count()).isEqualTo(200);
    }

    @Test
    void theFirstReportIsTheBaselineWhenThereWasNone() {
        assertThat(line.accept(700, "b", 1L, 1, tick(1_000))).isFalse();
        line.accept(750, "b", 2L, 1, tick(2_000));
        assertThat(line.count()).isEqualTo(50);
    }

    @Test
    void aBetterBaselineOfTheSameRunKeepsWhatWasSeen() {
        line.baseline(1_000, "b", 1, tick(0));
        line.accept(1_300, "b", 3L, 1, tick(3_000));
        line.baseline(1_100, "b", 1, tick(3_100));
        assertThat(line.count()).isEqualTo(200);
    }

    @Test
    void aLowerBaselineBeginsAnew() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(1_300, null, null, 1, tick(3_000));
        line.baseline(20, null, 1, tick(3_100));
        line.accept(50, null, null, 1, tick(4_000));
        assertThat(line.count()).isEqualTo(30);
    }

    @Test
    void aCounterThatStartsAgainAtZeroAddsUp() {
        line.baseline(1_000, "b", 1, tick(0));
        line.accept(1_300, "b", 3L, 1, tick(3_000));
        line.accept(0, "c", 1L, 2, tick(10_000));
        line.accept(80, "c", 4L, 2, tick(13_000));
        assertThat(line.count()).isEqualTo(380);
    }

    @Test
    void aCounterThatGoesOnAfterABootCountsTheGap() {
        line.baseline(1_000, "b", 1, tick(0));
        line.accept(1_300, "b", 3L, 1, tick(3_000));
        line.accept(1_350, "c", 1L, 2, tick(10_000));
        assertThat(line.count()).isEqualTo(350);
    }

    @Test
    void aCounterThatLostALittleInItsFlashIsNotCountedFromZero() {
        line.baseline(100_000, "b", 1, tick(0));
        line.accept(100_300, "b", 3L, 1, tick(3_000));
        line.accept(99_900, "c", 1L, 2, tick(10_000));
        line.accept(99_950, "c", 3L, 2, tick(12_000));
        assertThat(line.count()).isEqualTo(350);
    }

    @Test
    void aBootThatBeganBeforeTheBaselineIsOver() {
        line.baseline(1_000, "b", 1, tick(60_000));
        line.accept(5_000, "a", 500L, 1, tick(61_000));
        line.accept(6_000, "old", 1L, 1, tick(62_000));
        assertThat(line.count()).isZero();
    }

    @Test
    void aBaselineWithoutBootTakesTheNameOfItsConnection() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(990, "b", 2L, 1, tick(2_000));
        line.accept(1_040, "b", 3L, 1, tick(3_000));
        line.accept(900, "b", 1L, 1, tick(4_000));
        assertThat(line.count()).isEqualTo(40);
    }

    @Test
    void withoutBootIdsALoneLowValueIsSuspectAndCountsNothing() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(1_300, null, null, 1, tick(3_000));
        line.accept(1_100, null, null, 1, tick(4_000));
        line.accept(1_400, null, null, 1, tick(6_000));
        assertThat(line.count()).isEqualTo(400);
    }

    @Test
    void withoutBootIdsADropThatTheNextReportConfirmsIsAReset() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(1_300, null, null, 1, tick(3_000));
        line.accept(10, null, null, 2, tick(9_000));
        assertThat(line.count()).isEqualTo(300);
        line.accept(60, null, null, 2, tick(10_500));
        assertThat(line.count()).isEqualTo(350);
    }

    @Test
    void withoutBootIdsTheConfirmationMustComeOnTheSameConnection() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(1_300, null, null, 1, tick(3_000));
        line.accept(10, null, null, 2, tick(9_000));
        line.accept(60, null, null, 3, tick(12_000));
        assertThat(line.count()).isEqualTo(300);
    }

    @Test
    void withoutBootIdsABurstOfOldReportsAfterAReconnectIsNoReset() {
        line.baseline(1_000, null, 1, tick(0));
        line.accept(1_300, null, null, 1, tick(3_000));
        line.accept(1_100, null, null, 2, tick(9_000));
        line.accept(1_200, null, null, 2, tick(9_010));
        line.accept(1_350, null, null, 2, tick(9_020));
        assertThat(line.count()).isEqualTo(350);
    }

    @Test
    void aNegativeValueIsNone() {
        line.baseline(1_000, "b", 1, tick(0));
        line.accept(-5, "c", 1L, 2, tick(9_000));
        assertThat(line.count()).isZero();
    }

    @Test
    void goesOnFromItsMarkAsIfNothingHadHappened() {
        line.baseline(1_000, "b", 1, tick(0));
        line.accept(1_300, "b", 3L, 1, tick(3_000));
        line.accept(5, "c", 1L, 2, tick(10_000));
        MeterMark mark = Json.read(Json.bytes(line.mark(0)), MeterMark.class);
        CounterLine again = new CounterLine(mark);
        again.accept(25, "c", 5L, 1, new Tick(50, "edge after"));
        assertThat(again.count()).isEqualTo(320);
    }

    @Test
    void aBootOfAConnectionThatTheBaselinesTookOverIsOlder() {
        line.baseline(0, "c", 2, tick(0));
        assertThat(line.accept(2_267, "b", null, 1, tick(10))).isFalse();
        assertThat(line.count()).isZero();
    }

    @Test
    void afterARestartABootItDoesNotKnowMayBeAnOlderOneAndCountsNothing() {
        line.baseline(0, "c", 1, tick(2_000));
        line.accept(17, "c", 4L, 1, tick(4_000));
        CounterLine again = new CounterLine(line.mark(0));
        assertThat(again.accept(2_267, "b", 122L, 1, new Tick(50, "edge after"))).isFalse();
        assertThat(again.count()).isEqualTo(17);
    }

    @Test
    void aBaselineThatOnlyALaterProcessSawShowsFlowButCountsNothing() {
        CounterLine again = new CounterLine(line.mark(0));
        assertThat(again.accept(5_803, "b", 42L, 1, new Tick(50, "edge after"))).isFalse();
        assertThat(again.accept(6_022, "b", 53L, 1, new Tick(90, "edge after"))).isTrue();
        assertThat(again.count()).isZero();
        CounterLine third = new CounterLine(again.mark(0));
        third.accept(7_486, "b", 63L, 1, new Tick(70, "edge third"));
        assertThat(third.count()).isZero();
        assertThat(third.surely()).isZero();
    }

    private static Tick tick(long ms) {
        return new Tick(ms, EDGE);
    }
}
