package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.Money;
import io.weir.model.access.Scope;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class LedgerFlowTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryLedger ledger = new MemoryLedger();

    @Test
    void aDispenseIsHeldCapturedAndSharedInOneTransaction() {
        String hold = held(250);
        post(Asks.capture("c", hold, Asks.legs(100)));
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(9_900);
        assertThat(ledger.balance("hold:" + Asks.UID)).isZero();
        assertThat(ledger.balance("payable:00000000000000F1")).isEqualTo(50);
        assertThat(ledger.balance("commission_pending:" + Asks.REFERRERS[0])).isEqualTo(8);
        assertThat(ledger.posted("platform_fee")).isEqualTo(6);
    }

    @Test
    void nothingPouredGivesEverythingBackAndCloses() {
        String hold = held(250);
        assertThat(post(Asks.capture("c", hold, List.of())))
                .isEqualTo(
                        new LedgerApi.Captured(
                                String.valueOf(ledger.journal.getLast().id()),
                                Money.ZERO,
                                Money.ofFen(250)));
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(10_000);
    }

    @Test
    void moreThanTheWalletHasIsRefused() {
        held(9_999);
        refused(Asks.hold("h2", Asks.UID, 2), "INSUFFICIENT_FUNDS");
        refused(Asks.hold("h3", "DEMO00000000000000A9", 1), "INSUFFICIENT_FUNDS");
    }

    @Test
    void aHoldIsTakenOnceAndNeverBeyondItsAmount() {
        String hold = held(250);
        refused(Asks.capture("c1", hold, Asks.legs(251)), "CAPTURE_EXCEEDS_HOLD");
        post(Asks.capture("c2", hold, Asks.legs(250)));
        refused(Asks.capture("c3", hold, Asks.legs(1)), "HOLD_NOT_OPEN");
        refused(Asks.release("c4", hold), "HOLD_NOT_OPEN");
    }

    @Test
    void theSameKeyAnswersTheSameAndAnotherInputIsRefused() {
        String hold = held(250);
        Command capture = Asks.capture("c", hold, Asks.legs(90));
        post(capture);
        assertThat(ledger.run(capture, NOW)).isInstanceOf(Verdict.Repeated.class);
        refused(Asks.capture("c", hold, Asks.legs(91)), "IDEMPOTENCY_KEY_REUSED");
        assertThat(ledger.balance("payable:00000000000000F1")).isEqualTo(45);
    }

    @Test
    void aRefundTakesPendingCommissionFirstThenAvailableThenBelowZero() {
        String hold = held(1_000);
        post(Asks.capture("c", hold, Asks.legs(1_000)));
        post(Asks.refund("r1", hold, 500));
        assertThat(ledger.balance("commission_pending:" + Asks.REFERRERS[0])).isEqualTo(40);

        long id = Long.parseLong(hold);
        for (int n = 3; n < 6; n++) {
            Verdict matured =
                    ledger.run(Asks.command(new Ask.Mature(id, n)), NOW.plus(Duration.ofDays(7)));
            assertThat(matured).isInstanceOf(Verdict.Posted.class);
        }
        assertThat(ledger.balance("commission:" + Asks.REFERRERS[0])).isEqualTo(40);
        post(Asks.refund("r2", hold, 250));
        assertThat(ledger.balance("commission:" + Asks.REFERRERS[0])).isEqualTo(20);

        ledger.accounts.computeIfPresent(
                "commission:" + Asks.REFERRERS[0], (code, account) -> account.with(0));
        post(Asks.refund("r3", hold, 250));
        Account commission = ledger.accounts.get("commission:" + Asks.REFERRERS[0]);
        assertThat(commission.balance()).isEqualTo(-20);
        assertThat(commission.flagged()).isTrue();
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(10_000);
        assertThat(ledger.shares.get(id).values())
                .filteredOn(s -> s.kind() == LegKind.COMMISSION)
                .allMatch(s -> s.state() == Share.State.REVERSED);
    }

    @Test
    void allRefundsTogetherStayWithinWhatWasCaptured() {
        String hold = held(250);
        refused(Asks.refund("r0", hold, 1), "HOLD_STILL_OPEN");
        post(Asks.capture("c", hold, Asks.legs(99)));
        post(Asks.refund("r1", hold, 98));
        refused(Asks.refund("r2", hold, 2), "REFUND_EXCEEDS_CAPTURED");
        post(Asks.refund("r3", hold, 1));
        refused(Asks.refund("r4", hold, 1), "REFUND_EXCEEDS_CAPTURED");
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(10_000);
    }

    @Test
    void commissionIsNotAvailableADayEarly() {
        String hold = held(250);
        post(Asks.capture("c", hold, Asks.legs(100)));
        Command mature = Asks.command(new Ask.Mature(Long.parseLong(hold), 3));
        assertThat(ledger.run(mature, NOW.plus(Duration.ofDays(6))))
                .isInstanceOf(Verdict.Refused.class);
        assertThat(ledger.run(mature, NOW.plus(Duration.ofDays(7))))
                .isInstanceOf(Verdict.Posted.class);
    }

    @Test
    void aHoldExpiresOnlyWhenItHasAnExpiry() {
        String plain = held(250);
        var dated =
                new LedgerApi.Hold(
                        "hx", Asks.VENDOR, Asks.UID, Money.ofFen(7), "order:1", NOW.plusSeconds(9));
        String hold = ((LedgerApi.Held) post(Asks.command(new Ask.SetAside(dated)))).hold();
        refused(Asks.command(new Ask.Expire(Long.parseLong(plain))), "HOLD_STILL_OPEN");
        refused(Asks.command(new Ask.Expire(Long.parseLong(hold))), "HOLD_STILL_OPEN");
        assertThat(
                        ledger.run(
                                Asks.command(new Ask.Expire(Long.parseLong(hold))),
                                NOW.plusSeconds(9)))
                .isInstanceOf(Verdict.Posted.class);
        assertThat(ledger.balance("hold:" + Asks.UID)).isEqualTo(250);
    }

    @Test
    void aLateHigherEndIsBookedAsBadDebtAndChargesNobody() {
        String hold = held(250);
        post(Asks.capture("c", hold, Asks.legs(100)));
        post(Asks.badDebt("b", hold, 30));
        assertThat(ledger.posted("bad_debt:/DEMO/")).isEqualTo(-30);
        assertThat(ledger.posted("unbilled:/DEMO/")).isEqualTo(30);
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(9_900);
    }

    @Test
    void anotherVendorsWalletAndAnotherScopesHoldAreOutOfReach() {
        String hold = held(250);
        var foreign = new LedgerApi.Hold("hf", "/EVIL/", Asks.UID, Money.ofFen(1), "dispense:x");
        refused(Asks.command(new Ask.SetAside(foreign)), "FOREIGN_WALLET");
        Ask release = new Ask.GiveBack(new LedgerApi.Release("x1", hold));
        refused(Command.of(Scope.tenant("/EVIL/"), release), "NOT_FOUND");
        refused(Command.of(Scope.member("/DEMO/", "DEMO00000000000000A2"), release), "NOT_FOUND");
    }

    @Test
    void legsThatMakeNoSenseAreRefusedByField() {
        String hold = held(250);
        Leg twice = new Leg(LegKind.COMMISSION, Asks.REFERRERS[0], 1, Money.ofFen(1));
        refused(Asks.capture("c1", hold, List.of(twice, twice)), "INVALID");
        Leg negative = new Leg(LegKind.PAYABLE, "00000000000000F1", 0, Money.ofFen(-1));
        refused(Asks.capture("c2", hold, List.of(negative)), "INVALID");
        Leg outside = new Leg(LegKind.PAYABLE, "00000000000000F1", 0, Money.ofFen(1), "/EVIL/");
        refused(Asks.capture("c3", hold, List.of(outside)), "INVALID");
        refused(Asks.hold("c4", Asks.UID, 0), "INVALID");
        refused(Asks.capture("c5", "no number", List.of()), "NOT_FOUND");
    }

    @Test
    void aChargeOfABillRunIsRefundedLikeACapture() {
        post(Asks.topUp("t", Asks.UID, 10_000));
        Ask charge = new Ask.Charge("l", Asks.VENDOR, Asks.UID, "lease:1", Asks.legs(300));
        String sale = ((Ask.Receipt) post(Asks.command(charge))).transaction();
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(9_700);
        post(Asks.refund("r", sale, 300));
        assertThat(ledger.balance("wallet:" + Asks.UID)).isEqualTo(10_000);
        assertThat(ledger.balance("payable:00000000000000F1")).isZero();
    }

    private String held(long fen) {
        post(Asks.topUp("t" + ledger.journal.size(), Asks.UID, 10_000));
        Command hold = Asks.hold("h" + ledger.journal.size(), Asks.UID, fen);
        return ((LedgerApi.Held) post(hold)).hold();
    }

    private Object post(Command command) {
        Verdict verdict = ledger.run(command, NOW);
        assertThat(verdict).isInstanceOf(Verdict.Posted.class);
        return ((Verdict.Posted) verdict).decision().answer();
    }

    private void refused(Command command, String code) {
        int before = ledger.journal.size();
        Verdict verdict = ledger.run(command, NOW);
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        assertThat(((Verdict.Refused) verdict).why().code()).isEqualTo(code);
        assertThat(ledger.journal).hasSize(before);
    }
}
