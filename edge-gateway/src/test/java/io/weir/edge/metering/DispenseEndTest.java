package io.weir.edge.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;

import org.junit.jupiter.api.Test;

/**
 * The one end of a dispense: why, when, with how much; and what happens to those that don't obey.
 */
class DispenseEndTest {

    @Test
    void stopsBeforeTheLimitByTheFlowOfTheStopDelayAndAsksToBeWoken() {
        EngineFixture f = EngineFixture.running("d1", 500);
        for (int s = 1; s <= 8; s++) { // 50 ml/s, lead 300 ms: 485 ml
            f.pass(1_000);
            f.report(1_000 + 50L * s);
        }
        assertThat(f.stops()).isZero();
        assertThat(f.all(Effect.Wake.class).getLast().delayMs()).isEqualTo(1_701);
        f.pass(1_600);
        f.wake();
        assertThat(f.stops()).isZero();
        f.pass(110);
        f.wake();
        assertThat(f.stops()).isEqualTo(1);
        assertThat(f.facts(DispenseFact.Stopping.class))
                .containsExactly(new DispenseFact.Stopping("d1", EndReason.LIMIT));
    }

    @Test
    void learnsHowLongTheDeviceTakesToStop() {
        EngineFixture f = EngineFixture.running("d1", 100);
        f.pass(1_000);
        f.report(1_050);
        f.pass(1_000);
        f.report(1_100); // at the limit: stop
        f.pass(800);
        f.report(1_140); // 40 ml after it, at 50 ml/s
        f.quietSeconds(3, 1_140);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 140, 2, EndReason.LIMIT));
        assertThat(f.engine.snapshot(f.now()).devices())
                .extracting(EngineSnapshot.Device::leadMs)
                .containsExactly((3 * 300 + 800) / 4L);
    }

    @Test
    void endsOnlyWhenTheCounterRestsAndTheLastDropBelongsToIt() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_200);
        f.stop("d1");
        f.seconds(1);
        f.report(1_210);
        f.seconds(1);
        f.report(1_215);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Ended.class)).isEmpty();
        f.quietSeconds(2, 1_215);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 215, 0, EndReason.MEMBER));
    }

    @Test
    void aMembersStopIsAnsweredAtOnceAndSentOnce() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_200);
        long asker = f.stop("d1");
        f.stop("d1");
        assertThat(f.answer(asker))
                .isEqualTo(new DispenseAnswer("d1", Known.OPEN, EndReason.MEMBER, 200));
        assertThat(f.stops()).isEqualTo(1);
        assertThat(f.facts(DispenseFact.Stopping.class)).hasSize(1);
    }

    @Test
    void theDevicesOwnEndCarriesItsLastCounter() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_200);
        f.pass(300);
        f.deviceEnds("d1", 1_222L);
        f.seconds(2);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 222, 0, EndReason.DEVICE));
        assertThat(f.stops()).isZero();
    }

    @Test
    void anEndOfAnotherDispenseChangesNothing() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.deviceEnds("d0", 9_000L);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Stopping.class)).isEmpty();
        assertThat(f.facts(DispenseFact.Progress.class).getLast().pouredMl()).isZero();
    }

    @Test
    void aDeviceThatSaysItEndedButPoursOnIsStopped() {
        EngineFixture f = EngineFixture.running("d1", 5_000);
        f.deviceEnds("d1", 1_100L);
        for (int s = 1; s <= 4; s++) {
            f.pass(500);
            f.report(1_100 + 30L * s);
            f.seconds(1);
        }
        assertThat(f.stops()).isPositive();
        assertThat(f.facts(DispenseFact.Ended.class)).isEmpty();
    }

    @Test
    void theFirstReportOfADispenseIsNoProofThatTheWaterRests() {
        EngineFixture f = EngineFixture.connected();
        f.open("d1", 5_000);
        f.reply("d1", 200, null);
        f.stop("d1");
        f.seconds(3);
        f.report(1_687);
        assertThat(f.facts(DispenseFact.Ended.class)).isEmpty();
        f.seconds(1);
        f.report(1_860);
        f.quietSeconds(2, 1_860);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 173, 0, EndReason.MEMBER));
    }

    @Test
    void thirtySecondsWithoutFlowEndIt() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_020);
        f.seconds(29);
        assertThat(f.facts(DispenseFact.Stopping.class)).isEmpty();
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Stopping.class))
                .containsExactly(new DispenseFact.Stopping("d1", EndReason.NO_FLOW));
    }

    @Test
    void theTimeLimitEndsIt() {
        EngineFixture f = EngineFixture.running("d1", 50_000);
        for (int s = 1; s <= 59; s++) {
            f.report(1_000 + 10L * s);
            f.seconds(1);
        }
        assertThat(f.facts(DispenseFact.Stopping.class)).isEmpty();
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Stopping.class))
                .containsExactly(new DispenseFact.Stopping("d1", EndReason.TIME_LIMIT));
    }

    @Test
    void stopIsRepeatedEveryTwoSecondsAndAfterTenTheDeviceIsFaulted() {
        EngineFixture f = EngineFixture.running("d1", 100);
        long total = 1_100;
        f.report(total);
        for (int s = 1; s <= 9; s++) {
            f.seconds(1);
            f.report(total += 50);
        }
        assertThat(f.stops()).isEqualTo(5);
        assertThat(f.facts(DispenseFact.Faulted.class)).isEmpty();
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Faulted.class))
                .containsExactly(new DispenseFact.Faulted("dev", "d1", "STOP_IGNORED"));
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 550, 0, EndReason.FAULT));
    }

    @Test
    void aFaultedDeviceOpensNothingUntilItRests() {
        EngineFixture f = EngineFixture.running("d1", 100);
        f.report(1_100);
        for (int s = 1; s <= 12; s++) {
            f.report(1_100 + 50L * s);
            f.seconds(1);
        }
        assertThat(f.facts(DispenseFact.Faulted.class)).hasSize(1);
        f.open("d2", 100);
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d2", EndReason.DEVICE_FAULTED));
        f.quietSeconds(4, 1_700);
        assertThat(f.facts(DispenseFact.Cleared.class)).hasSize(1);
        f.open("d3", 100);
        assertThat(f.published()).contains("d3");
    }

    @Test
    void whatADisobedientDevicePoursAfterTheEndIsNobodys() {
        EngineFixture f = EngineFixture.running("d1", 100);
        f.report(1_100);
        f.seconds(9);
        f.report(1_400);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(400);
        f.report(1_450);
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Unattributed.class))
                .containsExactly(unattributed(1_400, 1_450));
        assertThat(f.facts(DispenseFact.Ended.class)).hasSize(1);
    }

    @Test
    void aDeviceThatIsAwayDoesNotDisobey() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.disconnect();
        f.stop("d1");
        f.seconds(120);
        assertThat(f.stops()).isZero();
        assertThat(f.facts(DispenseFact.Ended.class)).isEmpty();
        assertThat(f.facts(DispenseFact.Faulted.class)).isEmpty();
        f.connect();
        assertThat(f.stops()).isEqualTo(1);
        f.report(1_180);
        f.quietSeconds(2, 1_180);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 180, 0, EndReason.MEMBER));
    }

    @Test
    void aDeviceWithoutReportsIsBelievedAfterAWhile() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.stop("d1");
        f.stopReply("d1");
        f.seconds(4);
        assertThat(f.facts(DispenseFact.Ended.class)).isEmpty();
        f.seconds(2);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(100);
    }

    @Test
    void afterAnEndByWordTheOldCounterIsNoBaseline() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_100);
        f.stop("d1");
        f.stopReply("d1");
        f.seconds(6);
        f.open("d2", 500);
        assertThat(f.facts(DispenseFact.Intent.class).getLast().meter().base()).isNull();
    }

    @Test
    void anEndThatTheJournalRefusesIsOfferedAgainAndTheDeviceWaits() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.keeps = false;
        f.deviceEnds("d1", 1_100L);
        f.seconds(3);
        f.open("d2", 100);
        assertThat(f.facts(DispenseFact.Refused.class).getLast().reason())
                .isEqualTo(EndReason.DEVICE_BUSY);
        f.keeps = true;
        f.forget();
        f.seconds(1);
        assertThat(f.facts(DispenseFact.Ended.class)).hasSize(1);
        f.seconds(3);
        assertThat(f.facts(DispenseFact.Ended.class)).hasSize(1);
        f.open("d3", 100);
        assertThat(f.published()).containsExactly("d3");
    }

    private static DispenseFact.Unattributed unattributed(long from, long to) {
        CounterRange seen = new CounterRange(MeasureMode.VOLUME, "boot", from, to);
        return new DispenseFact.Unattributed("dev", to - from, seen);
    }

    @Test
    void unknownFlowIsStoppedAndToldButNeverFaultsWhenItRests() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.pass(1_000);
        f.report(1_060);
        assertThat(f.all(Effect.PublishStop.class))
                .containsExactly(new Effect.PublishStop("dev", ""));
        assertThat(f.facts()).containsExactly(unattributed(1_000, 1_060));
        assertThat(f.engine.wants("dev")).isTrue();
        f.open("d1", 100);
        assertThat(f.facts(DispenseFact.Refused.class).getLast().reason())
                .isEqualTo(EndReason.DEVICE_BUSY);
        f.quietSeconds(3, 1_060);
        f.open("d2", 100);
        assertThat(f.published()).containsExactly("d2");
        assertThat(f.facts(DispenseFact.Faulted.class)).isEmpty();
    }

    @Test
    void aBaselineThatCameAfterTheReplyIsToldAtOnce() {
        EngineFixture f = EngineFixture.connected();
        f.open("d1", 500);
        f.reply("d1", 200, null);
        f.report(1_000);
        assertThat(f.facts(DispenseFact.Progress.class))
                .extracting(p -> p.meter().base())
                .containsExactly(1_000L);
    }

    @Test
    void waterOfTwoConnectionsIsToldApartForTheSakeOfItsReadings() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.report(1_020);
        f.report(1_060);
        f.connect();
        f.report(1_080); // what flowed until then may be another gateway's
        f.report(1_090);
        f.seconds(1);
        assertThat(f.facts())
                .startsWith(
                        unattributed(1_000, 1_020),
                        unattributed(1_020, 1_060),
                        unattributed(1_080, 1_090));
    }

    @Test
    void unknownFlowThatDoesNotStopFaultsTheDevice() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        for (int s = 1; s <= 12; s++) {
            f.report(1_000 + 20L * s);
            f.seconds(1);
        }
        assertThat(f.facts(DispenseFact.Faulted.class))
                .containsExactly(new DispenseFact.Faulted("dev", "", StrayFlow.UNORDERED));
        assertThat(f.facts(DispenseFact.Unattributed.class).stream().mapToLong(u -> u.ml()).sum())
                .isEqualTo(240);
    }

    @Test
    void theDevicesOwnFaultEndsTheDispense() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.report(1_080);
        f.deviceFaults("PUMP");
        assertThat(f.facts(DispenseFact.Faulted.class))
                .containsExactly(new DispenseFact.Faulted("dev", "d1", "PUMP"));
        assertThat(f.stops()).isEqualTo(1);
        f.quietSeconds(2, 1_080);
        assertThat(f.facts(DispenseFact.Ended.class))
                .containsExactly(new DispenseFact.Ended("d1", 80, 0, EndReason.FAULT));
        f.quietSeconds(4, 1_080);
        assertThat(f.facts(DispenseFact.Cleared.class)).hasSize(1);
    }

    @Test
    void aFaultWhileTheIntentIsWrittenRefusesAndClearsWhenItRests() {
        EngineFixture f = EngineFixture.connected();
        f.report(1_000);
        f.slow = true;
        f.open("d1", 500);
        f.deviceFaults("PUMP");
        f.slow = false;
        f.sync();
        assertThat(f.published()).isEmpty();
        assertThat(f.facts(DispenseFact.Refused.class))
                .containsExactly(new DispenseFact.Refused("d1", EndReason.DEVICE_FAULTED));
        f.quietSeconds(4, 1_000);
        assertThat(f.facts(DispenseFact.Cleared.class)).hasSize(1);
    }

    @Test
    void aRebootInTheMiddleKeepsWhatWasPoured() {
        EngineFixture f = EngineFixture.running("d1", 500);
        f.pass(2_000);
        f.report(1_100, "boot");
        f.disconnect();
        f.pass(5_000);
        f.connect();
        f.report(0, "next");
        f.seconds(30);
        f.seconds(2);
        f.report(0, "next");
        assertThat(f.facts(DispenseFact.Ended.class).getLast().pouredMl()).isEqualTo(100);
        assertThat(f.facts(DispenseFact.Ended.class).getLast().reason())
                .isEqualTo(EndReason.NO_FLOW);
    }
}
