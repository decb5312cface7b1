package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.Money;
import io.weir.model.access.Scope;

import java.util.List;

/** Requests of the ledger's tests: vendor DEMO, its members and tenants. */
final class Asks {
    static final String VENDOR = "/DEMO/";
    static final String UID = "DEMO00000000000000A1";
    static final String[] REFERRERS = {
        "DEMO00000000000000B1", "DEMO00000000000000B2", "DEMO00000000000000B3"
    };

    private Asks() {}

    static Command command(Ask ask) {
        return Command.of(Scope.PLATFORM, ask);
    }

    static Command topUp(String number, String uid, long fen) {
        return command(new Ask.TopUp(number, VENDOR, uid, "lab", Money.ofFen(fen)));
    }

    static Command hold(String key, String uid, long fen) {
        return command(
                new Ask.SetAside(
                        new LedgerApi.Hold(key, VENDOR, uid, Money.ofFen(fen), "dispense:" + key)));
    }

    static Command capture(String key, String hold, List<Leg> legs) {
        return command(new Ask.Take(new LedgerApi.Capture(key, hold, legs)));
    }

    static Command release(String key, String hold) {
        return command(new Ask.GiveBack(new LedgerApi.Release(key, hold)));
    }

    static Command refund(String key, String hold, long fen) {
        return command(
                new Ask.Reverse(new LedgerApi.Refund(key, hold, Money.ofFen(fen), "complaint")));
    }

    static Command badDebt(String key, String hold, long fen) {
        return command(
                new Ask.WriteOff(new LedgerApi.BadDebt(key, hold, Money.ofFen(fen), "late end")));
    }

    /** Vendor, agent, dealer, three referrers and the platform, by fixed weights. */
    static List<Leg> legs(long fen) {
        List<Money> parts = Money.ofFen(fen).split(List.of(50L, 20L, 10L, 8L, 4L, 2L, 6L));
        return List.of(
                new Leg(LegKind.PAYABLE, "00000000000000F1", 0, parts.get(0)),
                new Leg(LegKind.PAYABLE, "00000000000000F2", 0, parts.get(1), "/DEMO/A001/"),
                new Leg(LegKind.PAYABLE, "00000000000000F3", 0, parts.get(2)),
                new Leg(LegKind.COMMISSION, REFERRERS[0], 1, parts.get(3)),
                new Leg(LegKind.COMMISSION, REFERRERS[1], 2, parts.get(4)),
                new Leg(LegKind.COMMISSION, REFERRERS[2], 3, parts.get(5)),
                new Leg(LegKind.PLATFORM_FEE, "", 0, parts.get(6)));
    }
}
