package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.Money;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.fact.CounterRange;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.MeterMark;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** A device moves mid-dispense: the facts of both gateways become one end (ADR 011). */
class TakeoverPgTest {
    private static DispenseHouse house;
    private String device;
    private String member;
    private String id;

    @BeforeAll
    static void open() {
        house = new DispenseHouse();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @BeforeEach
    void order() {
        device = house.device();
        member = house.member(500);
        id = house.order(member, device);
    }

    @AfterEach
    void theLedgerIsRight() {
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
    }

    /** The first gateway saw the counter go from 1000 so far. */
    private DispenseFact progress(long ml) {
        var span = new MeterMark.Span("boot-a", 1_000, 1_000 + ml);
        MeterMark mark =
                new MeterMark(1_000L, "boot-a", 1, 0, "edge-boot", 0, List.of(span), List.of());
        return new DispenseFact.Progress(id, ml, ml / 50, mark);
    }

    private void first(long ml) {
        house.apply(house.frame("edge-1", house.entry(device, progress(ml))));
    }

    private CounterRange range(String boot, long from, long to) {
        return new CounterRange(MeasureMode.VOLUME, boot, from, to);
    }

    private void second(DispenseFact... facts) {
        house.move(device, "edge-2");
        for (DispenseFact fact : facts) {
            house.apply(house.frame("edge-2", house.entry(device, fact)));
        }
    }

    private DispenseFact unattributed(long from, long to) {
        return new DispenseFact.Unattributed(device, to - from, range("boot-a", from, to));
    }

    private DispenseFact rested(String named, String boot, long from, long to) {
        return new DispenseFact.Rested(device, named, range(boot, from, to));
    }

    private long nobodys() {
        return house.count(
                "SELECT coalesce(sum(ml), 0)::bigint FROM dispense.unattributed WHERE device_id ="
                        + " $1 AND dispense IS NULL",
                device);
    }

    private void endedAt(long ml) {
        JsonNode end = house.seeWhen(id, "CAPTURED");
        assertThat(end.path("billed_ml").asLong()).isEqualTo(ml);
        assertThat(end.path("reason").asText()).isEqualTo("MOVED");
        assertThat(house.ledger.balance("wallet:" + member))
                .isEqualTo(Money.ofFen(500 - Math.round(ml * 0.2)));
    }

    @Test
    void startHereAndEndThereAreOneEnd() {
        first(100);
        second(unattributed(1_150, 1_180), rested("", "boot-a", 1_150, 1_180));
        endedAt(180);
        assertThat(nobodys()).isZero();
    }

    @Test
    void theEndMayComeBeforeTheStartAndEverythingTwice() {
        second(rested("", "boot-a", 1_150, 1_180), rested("", "boot-a", 1_150, 1_180));
        assertThat(house.see(id).path("state").asText()).isEqualTo("COMMANDED");
        first(100);
        endedAt(180);
        int captures = house.ledger.captures();
        first(120);
        second(rested("", "boot-a", 1_150, 1_180), unattributed(1_150, 1_180));
        endedAt(180);
        assertThat(nobodys()).isZero();
        assertThat(house.ledger.captures()).isEqualTo(captures);
    }

    @Test
    void theDevicesOwnWordAndItsCounterAreNotTwoEnds() {
        first(100);
        second(rested(id, "boot-a", 1_170, 1_170), rested("", "boot-a", 1_150, 1_180));
        endedAt(170);
    }

    @Test
    void afterARebootTheCountersTellNothingOfEachOther() {
        first(100);
        second(
                new DispenseFact.Unattributed(device, 40, range("boot-b", 0, 40)),
                rested("", "boot-b", 0, 40));
        assertThat(house.see(id).path("state").asText()).isEqualTo("RUNNING");
        assertThat(nobodys()).isEqualTo(40);
    }

    @Test
    void whatAGatewayTellsThatNeverHadTheDeviceCountsNothing() {
        first(100);
        var foreign = house.entry(device, rested(id, "boot-a", 1_001, 1_001));
        house.apply(house.frame("edge-9", foreign));
        String other = house.device(); // its own gateway may speak of it, but not for another one
        house.apply(house.frame("edge-1", house.entry(other, rested(id, "boot-a", 1_001, 1_001))));
        assertThat(house.see(id).path("state").asText()).isEqualTo("RUNNING");
    }

    @Test
    void aCounterAloneIsNotBelievedOnceAnotherDispenseCanHaveMovedIt() {
        first(100);
        house.book.systemStep(id, new DispenseInput.EndOverdue());
        house.seeWhen(id, "CAPTURED");
        house.order(house.member(500), device);
        second(rested("", "boot-a", 1_150, 1_400));
        assertThat(house.see(id).path("billed_ml").asLong()).isEqualTo(100);
        assertThat(house.count("SELECT bad_debt_fen FROM dispense.dispense WHERE id = $1", id))
                .isZero();
        second(rested(id, "boot-a", 1_150, 1_150));
        assertThat(house.count("SELECT bad_debt_fen FROM dispense.dispense WHERE id = $1", id))
                .isEqualTo(10);
    }

    @Test
    void aLaterLowerEndOfTheFirstGatewayGivesBack() {
        first(100);
        second(rested("", "boot-a", 1_150, 1_180));
        endedAt(180);
        house.apply(
                house.frame(
                        "edge-1",
                        house.entry(
                                device,
                                new DispenseFact.Ended(
                                        id, 160, 3, io.weir.model.dispense.EndReason.DEVICE))));
        DispenseHouse.until(
                () -> house.ledger.balance("wallet:" + member).equals(Money.ofFen(468)), "refund");
    }
}
