package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Opening, running, stopping: every state of a dispense against what may come in it. */
class DispenseEngineTest {

    @Test
    void nothingIsPublishedBeforeTheIntentIsDurable() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        long asker = f.open("d1", 500);
        f.seconds(2);
        assertThat(f.published()).isEmpty();
        assertThat(f.answer(asker)).isNull();
        f.sync();
        assertThat(f.published()).containsExactly("d1");
        assertThat(f.answer(asker)).isEqualTo(new DispenseAnswer("d1", Known.OPEN, null, 0));
    }

    @Test
    void theSameIdIsPublishedOnceHoweverOftenItIsAsked() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        f.open("d1", 500);
        long during = f.open("d1", 500);
        f.sync();
        long after = f.open("d1", 500);
        f.reply("d1", 200, 1_000L);
        f.open("d1", 500);
        assertThat(f.published()).containsExactly("d1");
        assertThat(f.answer(during)).isNotNull();
        assertThat(f.answer(after)).isNotNull();
    }

    @Test
    void anIdThatEndedIsNeverOpenedAgain() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.deviceEnds("d1", 1_200L);
        f.seconds(3);
        f.forget();
        long asker = f.open("d1", 500);
        assertThat(f.published()).isEmpty();
        assertThat(f.answer(asker))
                .isEqualTo(new DispenseAnswer("d1", Known.ENDED, EndReason.DEVICE, 200));
    }

    @Test
    void aDeviceThatIsAwayIsRefusedAndNothingIsQueued() {
        EngineFixture f = EngineFixture.connected();
        f.disconnect();
        long asker = f.open("d1", 500);
        assertThat(f.facts())
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_OFFLINE));
        assertThat(f.answer(asker))
                .isEqualTo(new DispenseAnswer("d1", Known.REFUSED, EndReason.DEVICE_OFFLINE, 0));
        f.connect();
        f.seconds(5);
        assertThat(f.published()).isEmpty();
    }

    @Test
    void aDeviceThatLeavesWhileTheIntentIsWrittenIsRefused() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        f.open("d1", 500);
        f.disconnect();
        f.sync();
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_OFFLINE));
    }

    @Test
    void aCommandWhoseTimePassedIsNotPublished() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        f.open("d1", 500);
        f.pass(5_001);
        f.wallMs -= 1_000_000; // the wall clock has no say
        f.sync();
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.EXPIRED));
    }

    @Test
    void aDeviceServesOneAtATime() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.open("d2", 500);
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d2", EndReason.DEVICE_BUSY));
        assertThat(f.published()).containsExactly("d1");
    }

    @Test
    void anIntentThatTheJournalRefusesIsNotPublished() {
        EngineFixture f = EngineFixture.connected();
        f.keeps = false;
        f.open("d1", 500);
        assertThat(f.published()).isEmpty();
        assertThat(f.all(Effect.Fail.class)).hasSize(1);
        f.keeps = true;
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Refused.class))
                .contains(new DispenseFact.Refused("d1", EndReason.NOT_PUBLISHED));
        long asker = f.resolve("d1");
        assertThat(f.answer(asker))
                .isEqualTo(new DispenseAnswer("d1", Known.REFUSED, EndReason.NOT_PUBLISHED, 0));
    }

    @Test
    void withoutRoomInTheJournalNothingNewBeginsAndTheIdStaysFree() {
        EngineFixture f = EngineFixture.connected();
        f.effects.addAll(f.engine.open(99, f.command("d1", 500), false, f.now()));
        assertThat(f.all(Effect.Fail.class)).hasSize(1);
        assertThat(f.facts()).isEmpty();
        f.open("d1", 500);
        assertThat(f.published()).containsExactly("d1");
    }

    @Test
    void whatTheGatewayNeverHadIsSettledByResolveAndNeverOpenedLater() {
        EngineFixture f = EngineFixture.connected();
        long asker = f.resolve("d1");
        assertThat(f.facts())
                .containsExactly(new DispenseFact.Refused("d1", EndReason.NOT_PUBLISHED));
        assertThat(f.answer(asker).known()).isEqualTo(Known.REFUSED);
        f.open("d1", 500);
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Refused.class)).hasSize(1);
    }

    @Test
    void stopBeforeTheCommandCameMeansItNeverOpens() {
        EngineFixture f = EngineFixture.connected();
        f.stop("d1");
        f.open("d1", 500);
        assertThat(f.published()).isEmpty();
    }

    @Test
    void stopWhileTheIntentIsWrittenMeansItNeverOpens() {
        EngineFixture f = EngineFixture.connected();
        f.slow = true;
        f.open("d1", 500);
        long asker = f.stop("d1");
        f.sync();
        f.sync();
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.MEMBER));
        assertThat(f.answer(asker).known()).isEqualTo(Known.REFUSED);
    }

    @Test
    void aDeviceThatSaysNoPouredNothing() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.reply("d1", 429, null);
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_REFUSED));
    }

    @Test
    void aDeviceThatSaysNoWhileWaterFlowsIsStoppedAndNobodyPays() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.pass(1_000);
        f.report(1_040);
        f.reply("d1", 429, null);
        assertThat(f.facts()).contains(new DispenseFact.Unattributed("dev", 40));
        assertThat(f.facts(DispenseFact.Ended.class))
                .extracting(DispenseFact.Ended::pouredMl)
                .containsExactly(0L);
        assertThat(f.stops()).isEqualTo(1);
    }

    @Test
    void aCommandThatWasNotSentIsRefused() {
        EngineFixture f = EngineFixture.connected();
        f.open("d1", 500);
        f.unsent("d1");
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_OFFLINE));
    }

    @Test
    void withoutBootIdsALateReportOfAConnectionThatWasTakenOverTellsNothing() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000, null);
        f.open("d1", 500);
        f.reply("d1", 200, 1_000L);
        f.connect();
        f.report(1_100, null);
        f.reportOn(1, 4_000, null);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(100);
    }

    @Test
    void aLateReportOfAConnectionThatWasTakenOverIsNoBaseline() {
        EngineFixture f = EngineFixture.connected();
        f.connect();
        f.report(10, "second boot");
        f.reportOn(1, 5_000, "first boot");
        f.open("d1", 500);
        assertThat(f.facts(DispenseFact.Intent.class).getLast().meter().base()).isEqualTo(10);
    }

    @Test
    void aCommandWithoutBaselineTakesNoneFromAConnectionThatWasTakenOver() {
        EngineFixture f = EngineFixture.connected();
        f.connect();
        f.open("d1", 500);
        f.reportOn(1, 5_000, "boot");
        f.pass(1_000);
        f.report(5_100);
        f.report(5_150);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(50);
    }

    @Test
    void whatCameBeforeTheReplyWasSaidBeforeTheValveOpened() {
        EngineFixture f = EngineFixture.connected();
        f.report(515);
        f.open("d1", 500);
        f.pass(40);
        f.report(547);
        f.reply("d1", 200, null);
        f.pass(1_000);
        f.report(600);
        f.deviceEnds("d1", 600L);
        f.quietSeconds(2, 600);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(53);
    }

    @Test
    void flowJustAfterTheCommandIsNotCountedButIsNoProofThatNothingFlowed() {
        EngineFixture f = EngineFixture.connected();
        f.report(515);
        f.open("d1", 500);
        f.pass(40);
        f.report(547);
        f.seconds(10);
        f.quietSeconds(2, 547);
        assertThat(f.facts(DispenseFact.Refused.class)).isEmpty();
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 0, 0, EndReason.NO_FLOW));
    }

    @Test
    void withoutReplyACounterOfWholeSecondsOrOfLargePulsesIsNoProofThatNothingFlowed() {
        for (MeasureMode coarse : List.of(MeasureMode.TIMER, MeasureMode.FLOW_METER)) {
            EngineFixture f = EngineFixture.connected();
            f.mode = coarse;
            f.report(350);
            f.open("d1", 500);
            f.seconds(10);
            f.quietSeconds(2, 350);
            assertThat(f.facts(DispenseFact.Refused.class)).isEmpty();
            assertThat(f.facts(DispenseFact.Ended.class))
                    .containsExactly(new DispenseFact.Ended("d1", 0, 0, EndReason.NO_FLOW));
        }
    }

    @Test
    void withoutReplyTheDeviceIsStoppedAndRefusedOnlyWhenTheCounterRested() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.seconds(10);
        assertThat(f.stops()).isEqualTo(1);
        assertThat(f.facts(DispenseFact.Refused.class)).isEmpty();
        f.quietSeconds(2, 1_000);
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_REFUSED));
    }

    @Test
    void waterWithoutReplyIsRunning() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.pass(1_000);
        f.pass(700);
        f.report(1_035);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Running.class)).hasSize(1);
        assertThat(f.facts(DispenseFact.Progress.class))
                .extracting(DispenseFact.Progress::pouredMl)
                .containsExactly(35L);
        assertThat(f.facts(DispenseFact.Stopping.class)).isEmpty();
    }

    @Test
    void theReplysTotalIsTheBaselineBeforeTheLastCounter() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.open("d1", 500);
        f.reply("d1", 200, 1_010L);
        f.report(1_060);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(50);
    }

    @Test
    void withoutAnyCounterBeforeTheFirstAfterIsTheBaseline() {
        EngineFixture f = EngineFixture.connected();
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.report(1_060);
        f.report(1_100);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(40);
    }

    @Test
    void aCounterOfAnEarlierConnectionIsNoBaseline() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000, null);
        f.disconnect();
        f.connect();
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.report(1_060, null);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isZero();
    }

    @Test
    void progressIsToldEverySecond() {
        EngineFixture f = EngineFixture.running("d1", 5_000);
        for (int s = 1; s <= 5; s++) {
            f.report(1_000 + 50L * s);
            f.seconds(1);
        }
        assertThat(f.facts(DispenseFact.Progress.class))
                .extracting(DispenseFact.Progress::secondsRun)
                .containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(250);
    }

    @Test
    void pulsesAreTurnedIntoMillilitres() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.FLOW_METER;
        f.report(10);
        f.open("d1", 5_000);
        f.reply("d1", 200, null);
        f.pass(500);
        f.report(61);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(100);
    }

    @Test
    void secondsOfWorkAreTurnedIntoMillilitresAsFarAsTheySurelyPassed() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.report(10);
        f.open("d1", 5_000);
        f.reply("d1", 200, null);
        f.seconds(4);
        f.report(13); // 10.99 to 13.00 is little more than two seconds
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(100);
    }

    @Test
    void aTimerThatShutItsValveAsToldRanUntilItWasTold() {
        EngineFixture f = timerToldToStopAfter3400Ms();
        f.stopReply("d1");
        f.deviceObeyed("d1");
        f.seconds(2);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 170, 3, EndReason.MEMBER));
    }

    @Test
    void aTimerThatAnotherGatewayStoppedBeforeIsBilledByItsCounterAlone() {
        EngineFixture f = timerToldToStopAfter3400Ms();
        f.deviceObeyed("d1"); // it had shut its valve before it heard of this stop
        f.stopReply("d1");
        f.seconds(2);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 100, 3, EndReason.MEMBER));
    }

    @Test
    void aTimerThatObeyedOnAnotherConnectionIsBilledByItsCounterAlone() {
        EngineFixture f = timerToldToStopAfter3400Ms();
        f.connect();
        f.stopReply("d1");
        f.deviceObeyed("d1");
        f.quietSeconds(2, 13);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 100, 3, EndReason.MEMBER));
    }

    @Test
    void aTimerThatShutItsValveByItselfIsBilledByItsCounterAlone() {
        EngineFixture f = timerToldToStopAfter3400Ms();
        f.deviceEnds("d1", null);
        f.seconds(2);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 100, 3, EndReason.MEMBER));
    }

    private static EngineFixture timerToldToStopAfter3400Ms() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.report(10);
        f.open("d1", 5_000);
        f.reply("d1", 200, null);
        f.pass(3_400);
        f.stop("d1");
        f.pass(100);
        f.report(13);
        return f;
    }

    @Test
    void aTimerWithoutCounterRunsOnTicksUntilTheOrderedVolume() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 200);
        f.reply("d1", 200, null);
        f.seconds(3);
        assertThat(f.stops()).isZero();
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Stopping.class).getLast().reason())
                .isEqualTo(EndReason.LIMIT);
        f.pass(100);
        f.stopReply("d1");
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 200, 4, EndReason.LIMIT));
    }

    @Test
    void aTimerWithoutCounterStopsCountingWhenTheDeviceIsGone() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.seconds(3);
        f.disconnect();
        f.seconds(20);
        f.connect();
        f.stopReply("d1");
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 0, 3, EndReason.DEVICE));
    }

    @Test
    void aTimersTicksDoNotCountWhatTheLastWordTookOnItsWay() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.pass(1_250);
        f.report(303); // sent when another gateway had shut the valve
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isEqualTo(50);
    }

    @Test
    void aTimerWithoutCounterThatFallsSilentIsBilledUpToItsLastWord() {
        EngineFixture f = EngineFixture.connected();
        f.mode = MeasureMode.TIMER;
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.seconds(40); // its socket is dead, and another gateway stopped it
        assertThat(f.facts(DispenseFact.Progress.class))
                .isNotEmpty()
                .allMatch(p -> p.pouredMl() == 0);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 0, 10, EndReason.FAULT));
    }
}
