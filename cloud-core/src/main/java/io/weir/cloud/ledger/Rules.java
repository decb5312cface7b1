package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi;
import io.weir.model.Money;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every request must hold to, each breach a Rejected that names the field: pure. */
final class Rules {
    /** Ten million yuan in one posting is a fault, not a price. */
    private static final long MOST_FEN = 1_000_000_000;

    private static final int LONGEST_TEXT = 200;
    private static final int MOST_LEGS = 32;

    private Rules() {}

    static void text(String field, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > LONGEST_TEXT) {
            throw Rejected.invalid(field, "1 to " + LONGEST_TEXT + " characters");
        }
        if (value.indexOf('\0') >= 0) {
            throw Rejected.invalid(field, "no NUL character");
        }
    }

    static long positive(String field, Money amount) {
        if (!amount.isPositive() || amount.fen() > MOST_FEN) {
            throw Rejected.invalid(field, "more than 0 and at most " + Money.ofFen(MOST_FEN));
        }
        return amount.fen();
    }

    /** The caller may touch this member's money at this tenant. */
    static void covered(Scope scope, String tenant, String member) {
        text("tenant", tenant);
        text("member", member);
        boolean own = scope.member() == null || scope.member().equals(member);
        if (!own || !scope.covers(tenant)) {
            throw Rejected.notFound("wallet " + member);
        }
    }

    /** A member's account lies with the vendor that it was opened at and with no other. */
    static AccountRef own(Books books, AccountRef ref) {
        if (!books.account(ref).tenant().equals(ref.tenant())) {
            throw new Rejected(
                    LedgerError.FOREIGN_WALLET, ref.code() + " belongs to another vendor");
        }
        return ref;
    }

    static @Nullable Holding find(Books books, String hold) {
        try {
            return books.hold(Long.parseLong(hold));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static Holding open(Books books, Scope scope, String hold) {
        Holding holding = seen(books, scope, hold);
        if (holding.state() != HoldState.HELD) {
            throw new Rejected(
                    LedgerError.HOLD_NOT_OPEN, "hold " + hold + " is " + holding.state());
        }
        return holding;
    }

    static Holding settled(Books books, Scope scope, String hold) {
        Holding holding = seen(books, scope, hold);
        if (holding.state() == HoldState.HELD) {
            throw new Rejected(LedgerError.HOLD_STILL_OPEN, "hold " + hold + " is not settled yet");
        }
        return holding;
    }

    private static Holding seen(Books books, Scope scope, String hold) {
        Holding holding = find(books, hold);
        boolean visible =
                holding != null
                        && scope.covers(holding.tenant())
                        && (scope.member() == null || scope.member().equals(holding.member()));
        if (holding == null || !visible) {
            throw Rejected.notFound("hold " + hold);
        }
        return holding;
    }

    static void legs(Books books, String tenant, List<LedgerApi.Leg> legs) {
        if (legs.size() > MOST_LEGS) {
            throw Rejected.invalid("legs", "at most " + MOST_LEGS);
        }
        Set<Integer> levels = new HashSet<>();
        for (LedgerApi.Leg leg : legs) {
            if (leg.amount().fen() < 0 || leg.amount().fen() > MOST_FEN) {
                throw Rejected.invalid("legs.amount", "0 to " + Money.ofFen(MOST_FEN));
            }
            if (!Legs.pathOf(leg, tenant).startsWith(Scope.vendorOf(tenant))) {
                throw Rejected.invalid("legs.path", "within the vendor");
            }
            switch (leg.kind()) {
                case COMMISSION -> {
                    text("legs.to", leg.to());
                    own(books, AccountRef.commissionPending(tenant, leg.to()));
                    if (leg.level() < 1 || !levels.add(leg.level())) {
                        throw Rejected.invalid("legs.level", "from 1, each level once");
                    }
                }
                case PAYABLE -> text("legs.to", leg.to());
                case PLATFORM_FEE -> {}
            }
        }
    }
}
