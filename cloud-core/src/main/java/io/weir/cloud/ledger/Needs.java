package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Which rows a request needs loaded and locked before it can be decided: pure. */
final class Needs {
    private Needs() {}

    /** The accounts that a request may touch, so that they can be loaded and locked before. */
    static List<AccountRef> accounts(Ask ask, Books books) {
        return switch (ask) {
            case Ask.SetAside a -> ofMember(a.request().tenant(), a.request().member());
            case Ask.Take a -> {
                Holding holding = Rules.find(books, a.request().hold());
                yield holding == null
                        ? List.of()
                        : with(
                                ofMember(holding.tenant(), holding.member()),
                                a.request().legs(),
                                holding.tenant());
            }
            case Ask.GiveBack a -> ofHold(books, a.request().hold());
            case Ask.Reverse a -> ofHold(books, a.request().hold());
            case Ask.WriteOff a -> {
                Holding holding = Rules.find(books, a.request().hold());
                yield holding == null
                        ? List.of()
                        : List.of(
                                AccountRef.badDebt(holding.tenant()),
                                AccountRef.unbilled(holding.tenant()));
            }
            case Ask.TopUp a ->
                    List.of(
                            AccountRef.wallet(a.tenant(), a.member()),
                            AccountRef.clearing(a.channel(), a.tenant()));
            case Ask.Charge a ->
                    with(List.of(AccountRef.wallet(a.tenant(), a.member())), a.legs(), a.tenant());
            case Ask.Expire a -> ofHold(books, String.valueOf(a.hold()));
            case Ask.Mature a -> {
                List<AccountRef> refs = new ArrayList<>();
                books.shares(a.hold()).stream()
                        .filter(s -> s.n() == a.n())
                        .forEach(
                                s -> {
                                    refs.add(AccountRef.commissionPending(s.tenant(), s.payee()));
                                    refs.add(AccountRef.commission(s.tenant(), s.payee()));
                                });
                yield refs;
            }
        };
    }

    /** The hold that a request is about, so that it can be loaded and locked before. */
    static @Nullable String hold(Ask ask) {
        return switch (ask) {
            case Ask.Take a -> a.request().hold();
            case Ask.GiveBack a -> a.request().hold();
            case Ask.Reverse a -> a.request().hold();
            case Ask.WriteOff a -> a.request().hold();
            case Ask.Expire a -> String.valueOf(a.hold());
            case Ask.Mature a -> String.valueOf(a.hold());
            case Ask.SetAside a -> null;
            case Ask.TopUp a -> null;
            case Ask.Charge a -> null;
        };
    }

    private static List<AccountRef> ofMember(String tenant, String member) {
        return List.of(AccountRef.wallet(tenant, member), AccountRef.hold(tenant, member));
    }

    private static List<AccountRef> ofHold(Books books, String hold) {
        Holding holding = Rules.find(books, hold);
        if (holding == null) {
            return List.of();
        }
        List<AccountRef> refs = new ArrayList<>(ofMember(holding.tenant(), holding.member()));
        books.shares(holding.id()).forEach(s -> refs.add(s.account()));
        return refs;
    }

    private static List<AccountRef> with(
            List<AccountRef> refs, List<LedgerApi.Leg> legs, String tenant) {
        List<AccountRef> all = new ArrayList<>(refs);
        for (LedgerApi.Leg leg : legs) {
            all.add(
                    switch (leg.kind()) {
                        case PAYABLE -> AccountRef.payable(Legs.pathOf(leg, tenant), leg.to());
                        case COMMISSION -> AccountRef.commissionPending(tenant, leg.to());
                        case PLATFORM_FEE -> AccountRef.platformFee();
                    });
        }
        return all;
    }
}
