package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.Test;

/** What a new process of the edge makes of the journal that it finds. */
class EngineRestartTest {

    @Test
    void anIntentWithoutReplyIsNotSentAgainButStoppedAndBillsNothingOfElsewhere() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.forget();
        f.restart();
        assertThat(f.facts())
                .containsExactly(new DispenseFact.Stopping("d1", EndReason.EDGE_RESTART));
        f.seconds(30);
        assertThat(f.effects).noneMatch(Effect.PublishStop.class::isInstance);
        f.connect();
        assertThat(f.stops()).isEqualTo(1);
        f.report(1_130);
        f.quietSeconds(2, 1_130);
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 0, 0, EndReason.EDGE_RESTART));
    }

    @Test
    void anIntentThatWasNotSyncedNeverWas() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        f.open("d1", 500);
        f.forget();
        f.slow = false;
        f.restart();
        f.connect();
        assertThat(f.effects).isEmpty();
        assertThat(f.answer(f.resolve("d1")).reason()).isEqualTo(EndReason.NOT_PUBLISHED);
    }

    @Test
    void nothingIsInventedWhenTheDeviceNeverReturns() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(2);
        f.restart();
        f.forget();
        f.seconds(600);
        assertThat(f.facts()).isEmpty();
    }

    @Test
    void aRunningDispenseGoesOnFromItsBaseline() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(1);
        f.restart();
        f.connect();
        f.report(1_190);
        f.quietSeconds(2, 1_190);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(190);
    }

    @Test
    void anIntentWithoutBaselineBillsNothingOfWhatOnlyTheNextProcessSees() {
        EngineFixture f = EngineFixture.connected();
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.restart();
        f.connect();
        f.report(5_803);
        f.pass(300);
        f.report(6_022);
        f.quietSeconds(3, 6_022);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 0, 0, EndReason.EDGE_RESTART));
    }

    @Test
    void aLateReportOfAnOlderBootBillsNothing() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(1);
        f.restart();
        f.connect();
        f.report(1_150);
        f.report(9_000, "boot before");
        f.quietSeconds(12, 1_150);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(150);
    }

    @Test
    void aDeviceThatRebootedMeanwhileKeepsWhatWasKnown() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(1);
        f.restart();
        f.connect();
        f.report(7, "next boot");
        f.seconds(2);
        f.report(7, "next boot");
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(100);
    }

    @Test
    void whoWasStoppingKeepsTheReason() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(1);
        f.stop("d1");
        f.forget();
        f.restart();
        assertThat(f.facts()).isEmpty();
        f.connect();
        f.quietSeconds(3, 1_100);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 100, 1, EndReason.MEMBER));
    }

    @Test
    void whatEndedIsRememberedAndNotEndedAgain() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.deviceEnds("d1", 1_100L);
        f.seconds(3);
        f.forget();
        f.restart();
        f.connect();
        f.seconds(20);
        assertThat(f.facts()).isEmpty();
        assertThat(f.answer(f.open("d1", 500)).known()).isEqualTo(Known.ENDED);
        f.restartFromCheckpoint();
        assertThat(f.answer(f.open("d1", 500)).pouredMl()).isEqualTo(100);
        assertThat(f.published()).isEmpty();
    }

    @Test
    void aTimerWithoutCounterCountsTheGapAtMostUpToItsLimit() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 50_000);
        f.reply("d1", 200, null);
        f.seconds(5);
        f.restart();
        f.pass(7_000);
        f.connect();
        f.stopReply("d1");
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 600, 12, EndReason.EDGE_RESTART));
    }

    @Test
    void aClockThatJumpsOverTheGapBillsAtMostTheTimeLimit() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 50_000);
        f.reply("d1", 200, null);
        f.seconds(5);
        f.restart();
        f.wallMs += 86_400_000;
        f.connect();
        f.stopReply("d1");
        assertThat(f.facts(DispenseFact.Ended.class).getLast().secondsRun()).isEqualTo(60);
    }

    @Test
    void aClockThatGoesBackBillsNoGap() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 50_000);
        f.reply("d1", 200, null);
        f.seconds(5);
        f.restart();
        f.wallMs -= 86_400_000;
        f.connect();
        f.stopReply("d1");
        assertThat(f.facts(DispenseFact.Ended.class).getLast().secondsRun()).isEqualTo(5);
    }

    @Test
    void aFaultedDeviceStaysFaulted() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.deviceFaults("PUMP");
        f.restart();
        f.connect();
        f.open("d1", 100);
        assertThat(f.facts(DispenseFact.Refused.class).getLast().reason())
                .isEqualTo(EndReason.DEVICE_FAULTED);
        f.quietSeconds(3, 1_000);
        assertThat(f.facts(DispenseFact.Cleared.class)).hasSize(1);
    }

    @Test
    void aCheckpointKeepsOpenDispensesFaultsAndWhatIsOwed() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.seconds(2);
        f.restartFromCheckpoint();
        f.connect();
        f.report(1_120);
        f.quietSeconds(2, 1_120);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 120, 2, EndReason.EDGE_RESTART));
        f.open("d2", 500);
        f.keeps = false;
        f.reply("d2", 429, null);
        f.keeps = true;
        f.forget();
        f.restartFromCheckpoint();
        f.seconds(1);
        assertThat(f.facts())
                .containsExactly(new DispenseFact.Refused("d2", EndReason.DEVICE_REFUSED));
    }

    @Test
    void idsAreRememberedForSevenDaysOfRunningWhateverTheWallClockSays() {
        EngineFixture f = EngineFixture.connected();
        f.resolve("d1");
        f.wallMs += 30L * 86_400_000;
        f.seconds(1);
        assertThat(f.answer(f.open("d1", 500)).known()).isEqualTo(Known.REFUSED);
        f.pass(7L * 86_400_000);
        f.seconds(2);
        assertThat(f.engine.snapshot(f.now()).settled()).isEmpty();
    }
}
