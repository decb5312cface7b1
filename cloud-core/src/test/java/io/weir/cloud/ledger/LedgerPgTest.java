package io.weir.cloud.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.WalletOps;
import io.weir.api.members.MembersApi;
import io.weir.model.Money;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The ledger over the bus on a real PostgreSQL. Each test has a member of its own. */
class LedgerPgTest {
    private static final AtomicInteger MEMBERS = new AtomicInteger(1);
    private static LedgerHouse house;

    private final String uid = "DEMO" + String.format("%016X", MEMBERS.incrementAndGet());

    @BeforeAll
    static void start() {
        house = new LedgerHouse();
        house.plant("SELECT weir.be_born(true)");
        house.serve(2, LedgerHouse.CONFIG);
        house.bus.serve(
                MembersApi.FACTS,
                (call, q) -> new MembersApi.MemberFacts(q.uid(), Asks.VENDOR, "", true, List.of()));
    }

    @AfterAll
    static void stop() {
        assertThat(house.proof().run()).isEmpty();
        house.close();
    }

    @Test
    void aMemberPaysInPoursPaysForWhatFlowedAndSeesIt() {
        house.topUp(uid, 10_000);
        String hold = house.hold(key(), uid, 250);
        assertThat(house.wallet(uid))
                .isEqualTo(new WalletOps.Wallet(fen(10_000), fen(9_750), fen(250), List.of("lab")));
        house.capture(key(), hold, 100);
        assertThat(house.wallet(uid))
                .isEqualTo(new WalletOps.Wallet(fen(9_900), fen(9_900), fen(0), List.of("lab")));

        var entries =
                house.ask(
                        WalletOps.ENTRIES,
                        new WalletOps.ListEntries(uid, 2, 0),
                        LedgerHouse.member(uid, null));
        assertThat(entries.total()).isEqualTo(3);
        assertThat(entries.items())
                .extracting(WalletOps.Entry::kind)
                .containsExactly("CAPTURE", "HOLD");
        assertThat(entries.items())
                .extracting(WalletOps.Entry::amount)
                .containsExactly(fen(150), fen(-250));

        var balances =
                house.ask(
                        WalletOps.BALANCES,
                        new WalletOps.ListBalances(200, 0),
                        LedgerHouse.vendor("/DEMO/A001/"));
        assertThat(balances.items())
                .extracting(WalletOps.Balance::payee)
                .containsExactly("00000000000000F2");
    }

    @Test
    void commissionIsSeenAtOnceAndBecomesAvailableAfterSevenDays() {
        house.topUp(uid, 10_000);
        String referrer = Asks.REFERRERS[2];
        var before = commission(referrer);
        String hold = house.hold(key(), uid, 1_000);
        house.capture(key(), hold, 1_000);
        var earned = commission(referrer);
        assertThat(earned.pending().minus(before.pending())).isEqualTo(fen(20));
        assertThat(earned.entries().getFirst().state()).isEqualTo("PENDING");

        house.time.advance(Duration.ofDays(7));
        var timers = new LedgerTimers(house.tx, house.time, 2);
        assertThat(timers.run()).isGreaterThanOrEqualTo(3);
        assertThat(timers.run()).isZero();
        var matured = commission(referrer);
        assertThat(matured.pending()).isEqualTo(Money.ZERO);
        assertThat(matured.available().fen()).isGreaterThanOrEqualTo(20);
        assertThat(matured.entries().getFirst().state()).isEqualTo("AVAILABLE");
    }

    @Test
    void aHoldWithAnExpiryIsGivenBackAndOneWithoutNever() {
        house.topUp(uid, 1_000);
        house.hold(key(), uid, 300);
        house.ask(
                LedgerApi.HOLD,
                new LedgerApi.Hold(
                        key(),
                        Asks.VENDOR,
                        uid,
                        fen(500),
                        "order:1",
                        house.time.now().plusSeconds(60)));
        house.time.advance(Duration.ofDays(400));
        new LedgerTimers(house.tx, house.time, 500).run();
        assertThat(house.wallet(uid).held()).isEqualTo(fen(300));
    }

    @Test
    void askedAgainWithTheSameKeyItAnswersTheSameAndMovesNothing() {
        house.topUp(uid, 1_000);
        String key = key();
        String hold = house.hold(key, uid, 300);
        assertThat(house.hold(key, uid, 300)).isEqualTo(hold);
        assertThat(house.wallet(uid).held()).isEqualTo(fen(300));
        rejected("IDEMPOTENCY_KEY_REUSED", 409, () -> house.hold(key, uid, 301));
        String captured = key();
        assertThat(house.capture(captured, hold, 30)).isEqualTo(house.capture(captured, hold, 30));
        String refund = key();
        var request = new LedgerApi.Refund(refund, hold, fen(10), "warm");
        assertThat(house.ask(LedgerApi.REFUND, request))
                .isEqualTo(house.ask(LedgerApi.REFUND, request));
        assertThat(house.wallet(uid).available()).isEqualTo(fen(980));
    }

    @Test
    void aTopUpAskedAgainPaysInOnce() {
        var request = new WalletOps.TopUp(uid, fen(5_000), "lab");
        Call call = LedgerHouse.member(uid, "again");
        var first = house.ask(WalletOps.TOP_UP, request, call);
        assertThat(house.ask(WalletOps.TOP_UP, request, call)).isEqualTo(first);
        assertThat(house.wallet(uid).balance()).isEqualTo(fen(5_000));
        assertThat(
                        house.number(
                                "SELECT count(*) FROM ledger.topup WHERE state = 'SUCCESS' AND"
                                        + " member = '"
                                        + uid
                                        + "'"))
                .isEqualTo(1);
        var other = new WalletOps.TopUp(uid, fen(5_001), "lab");
        rejected("IDEMPOTENCY_KEY_REUSED", 409, () -> house.ask(WalletOps.TOP_UP, other, call));
    }

    @Test
    void aTopUpOutOfBoundsOrThroughAnUnknownChannelOrByAnotherIsRefused() {
        Call call = LedgerHouse.member(uid, key());
        for (long fen : new long[] {0, -1, 1_000_001}) {
            var request = new WalletOps.TopUp(uid, fen(fen), "lab");
            rejected("INVALID", 422, () -> house.ask(WalletOps.TOP_UP, request, call));
        }
        var gold = new WalletOps.TopUp(uid, fen(1), "gold");
        rejected("INVALID", 422, () -> house.ask(WalletOps.TOP_UP, gold, call));
        var request = new WalletOps.TopUp(uid, fen(1), "lab");
        Call keyless = LedgerHouse.member(uid, null);
        rejected(
                "IDEMPOTENCY_KEY_REQUIRED",
                400,
                () -> house.ask(WalletOps.TOP_UP, request, keyless));
        Call other = LedgerHouse.member(Asks.UID, key());
        rejected("FORBIDDEN", 403, () -> house.ask(WalletOps.TOP_UP, request, other));
        Call vendor = LedgerHouse.vendor(Asks.VENDOR);
        rejected("FORBIDDEN", 403, () -> house.ask(WalletOps.TOP_UP, request, vendor));
    }

    @Test
    void walletsAreSeenByTheirMemberAndTheirVendorAndByNobodyElse() {
        house.topUp(uid, 1_000);
        var request = new WalletOps.GetWallet(uid);
        assertThat(house.ask(WalletOps.GET, request, LedgerHouse.vendor("/DEMO/")).balance())
                .isEqualTo(fen(1_000));
        Call foreign = LedgerHouse.vendor("/EVIL/");
        Call other = LedgerHouse.member(Asks.UID, null);
        var entries = new WalletOps.ListEntries(uid, 20, 0);
        var commission = new WalletOps.GetCommission(uid, 20, 0);
        rejected("NOT_FOUND", 404, () -> house.ask(WalletOps.GET, request, foreign));
        rejected("NOT_FOUND", 404, () -> house.ask(WalletOps.ENTRIES, entries, foreign));
        rejected("NOT_FOUND", 404, () -> house.ask(WalletOps.COMMISSION, commission, foreign));
        rejected("FORBIDDEN", 403, () -> house.ask(WalletOps.GET, request, other));
        rejected("FORBIDDEN", 403, () -> house.ask(WalletOps.ENTRIES, entries, other));
        rejected("FORBIDDEN", 403, () -> house.ask(WalletOps.COMMISSION, commission, other));
        var balances = new WalletOps.ListBalances(200, 0);
        assertThat(house.ask(WalletOps.BALANCES, balances, foreign).total()).isZero();
    }

    @Test
    void withoutAWhereTheDatabaseItselfShowsOnlyWhatTheScopeCovers() {
        house.topUp(uid, 1_000);
        String hold = house.hold(key(), uid, 100);
        house.capture(key(), hold, 100);
        for (String table : List.of("account", "transaction", "entry", "hold", "share", "topup")) {
            assertThat(rows(Scope.tenant("/DEMO/"), table, "true")).as(table).isPositive();
            assertThat(rows(Scope.tenant("/EVIL/"), table, "true")).as(table).isZero();
            assertThat(rows(Scope.member("/DEMO/", "DEMONOBODY"), table, "true"))
                    .as(table)
                    .isZero();
            assertThat(
                            rows(
                                    Scope.member("/DEMO/", uid),
                                    table,
                                    "member IS DISTINCT FROM '" + uid + "'"))
                    .as(table)
                    .isZero();
        }
        assertThatThrownBy(
                        () ->
                                house.tx.run(
                                        Scope.PLATFORM,
                                        db ->
                                                db.query("UPDATE ledger.account SET balance = 1")
                                                        .execute()
                                                        .await()))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(
                        () ->
                                house.tx.system(
                                        db ->
                                                db.query("UPDATE ledger.entry SET amount = 1")
                                                        .execute()
                                                        .await()))
                .hasMessageContaining("permission denied");
    }

    private static long rows(Scope scope, String table, String where) {
        String sql = "SELECT count(*) FROM ledger." + table + " WHERE " + where;
        return house.tx.run(
                scope, db -> db.query(sql).execute().await().iterator().next().getLong(0));
    }

    private static WalletOps.Commission commission(String referrer) {
        return house.ask(
                WalletOps.COMMISSION,
                new WalletOps.GetCommission(referrer, 20, 0),
                LedgerHouse.member(referrer, null));
    }

    private static void rejected(String code, int status, ThrowingCallable ask) {
        assertThatThrownBy(ask)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        r -> {
                            assertThat(r.code()).isEqualTo(code);
                            assertThat(r.status()).isEqualTo(status);
                        });
    }

    private static Money fen(long fen) {
        return Money.ofFen(fen);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
