package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi;
import io.weir.model.Money;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what a request does to the books: pure, no SQL, no clock. A no is {@link
 * Verdict.Refused}; nothing is ever half done.
 *
 * <p>A refund goes back through the capture's shares in proportion to what is left of each, by
 * largest remainder. A share's money is taken from where it lies now: pending commission from
 * pending, matured from available, which may go below zero and is flagged then, and a payable
 * likewise (DESIGN section 6).
 *
 * @param maturesAfter how long a commission stays pending
 */
record LedgerFlow(Duration maturesAfter) {
    /**
     * @param id for the transaction, should there be one
     */
    Verdict decide(Books books, Command command, long id, Instant now) {
        try {
            String earlier = books.earlier(command);
            if (earlier != null) {
                return new Verdict.Repeated(earlier);
            }
            Decision decision = decision(books, command, id, now);
            affordable(books, decision);
            return new Verdict.Posted(decision);
        } catch (Rejected no) {
            return new Verdict.Refused(no);
        } catch (RuntimeException fault) {
            return new Verdict.Broken(fault);
        }
    }

    private Decision decision(Books books, Command command, long id, Instant now) {
        Scope scope = command.scope();
        return switch (command.ask()) {
            case Ask.SetAside ask -> setAside(books, scope, ask.request(), id);
            case Ask.Take ask -> take(books, scope, ask.request(), id, now);
            case Ask.GiveBack ask -> giveBack(books, scope, ask.request(), id);
            case Ask.Reverse ask -> reverse(books, scope, ask.request(), id);
            case Ask.WriteOff ask -> writeOff(books, scope, ask.request(), id);
            case Ask.TopUp ask -> topUp(books, scope, ask, id);
            case Ask.Charge ask -> charge(books, scope, ask, id, now);
            case Ask.Expire ask -> expire(books, ask, id, now);
            case Ask.Mature ask -> mature(books, ask, id, now);
        };
    }

    private static Decision setAside(Books books, Scope scope, LedgerApi.Hold ask, long id) {
        Rules.text("key", ask.key());
        Rules.text("purpose", ask.purpose());
        long fen = Rules.positive("amount", ask.amount());
        Rules.covered(scope, ask.tenant(), ask.member());
        AccountRef wallet = Rules.own(books, AccountRef.wallet(ask.tenant(), ask.member()));
        AccountRef held = AccountRef.hold(ask.tenant(), ask.member());
        var holding =
                new Holding(
                        id,
                        ask.tenant(),
                        ask.member(),
                        ask.purpose(),
                        fen,
                        0,
                        0,
                        HoldState.HELD,
                        ask.expiresAt());
        return moved(
                id,
                TransactionKind.HOLD,
                holding,
                "",
                List.of(new Posting(wallet, -fen), new Posting(held, fen)),
                List.of(),
                new LedgerApi.Held(String.valueOf(id), ask.amount()));
    }

    private Decision take(Books books, Scope scope, LedgerApi.Capture ask, long id, Instant now) {
        Holding holding = Rules.open(books, scope, ask.hold());
        List<Share> shares =
                Legs.shares(
                        books, holding.id(), holding.tenant(), ask.legs(), now.plus(maturesAfter));
        long charged = shares.stream().mapToLong(Share::amount).reduce(0, Math::addExact);
        if (charged > holding.amount()) {
            throw new Rejected(
                    LedgerError.CAPTURE_EXCEEDS_HOLD,
                    "legs sum to "
                            + Money.ofFen(charged)
                            + ", more than the "
                            + Money.ofFen(holding.amount())
                            + " held");
        }
        List<Posting> postings = fromHold(holding, holding.amount() - charged);
        shares.forEach(s -> postings.add(new Posting(s.account(), s.amount())));
        return moved(
                id,
                TransactionKind.CAPTURE,
                holding.captured(charged),
                "",
                postings,
                shares,
                captured(id, charged, holding.amount() - charged));
    }

    private static Decision giveBack(Books books, Scope scope, LedgerApi.Release ask, long id) {
        Holding holding = Rules.open(books, scope, ask.hold());
        return moved(
                id,
                TransactionKind.RELEASE,
                holding.given(HoldState.RELEASED),
                "",
                fromHold(holding, holding.amount()),
                List.of(),
                captured(id, 0, holding.amount()));
    }

    private static Decision reverse(Books books, Scope scope, LedgerApi.Refund ask, long id) {
        Rules.text("reason", ask.reason());
        Holding holding = Rules.settled(books, scope, ask.hold());
        long fen = Rules.positive("amount", ask.amount());
        long total = Math.addExact(holding.refunded(), fen);
        if (total > holding.captured()) {
            throw new Rejected(
                    LedgerError.REFUND_EXCEEDS_CAPTURED,
                    "at most "
                            + Money.ofFen(holding.captured() - holding.refunded())
                            + " of "
                            + holding.purpose()
                            + " can still be refunded");
        }
        List<Share> left =
                books.shares(holding.id()).stream().filter(s -> s.remaining() > 0).toList();
        List<Money> parts = ask.amount().split(left.stream().map(Share::remaining).toList());
        List<Posting> postings = new ArrayList<>();
        List<Share> changed = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            long part = parts.get(i).fen();
            if (part > 0) {
                postings.add(new Posting(left.get(i).account(), -part));
                changed.add(left.get(i).refundedBy(part));
            }
        }
        postings.add(new Posting(AccountRef.wallet(holding.tenant(), holding.member()), fen));
        return moved(
                id,
                TransactionKind.REFUND,
                holding.refunded(total),
                ask.reason(),
                postings,
                changed,
                new LedgerApi.Refunded(String.valueOf(id), ask.amount(), Money.ofFen(total)));
    }

    private static Decision writeOff(Books books, Scope scope, LedgerApi.BadDebt ask, long id) {
        Rules.text("reason", ask.reason());
        Holding holding = Rules.settled(books, scope, ask.hold());
        long fen = Rules.positive("amount", ask.amount());
        return moved(
                id,
                TransactionKind.BAD_DEBT,
                holding,
                ask.reason(),
                List.of(
                        new Posting(AccountRef.badDebt(holding.tenant()), -fen),
                        new Posting(AccountRef.unbilled(holding.tenant()), fen)),
                List.of(),
                captured(id, 0, 0));
    }

    private static Decision topUp(Books books, Scope scope, Ask.TopUp ask, long id) {
        long fen = Rules.positive("amount", ask.amount());
        Rules.covered(scope, ask.tenant(), ask.member());
        AccountRef wallet = Rules.own(books, AccountRef.wallet(ask.tenant(), ask.member()));
        return new Decision(
                id,
                TransactionKind.TOP_UP,
                ask.tenant(),
                ask.member(),
                null,
                ask.key(),
                ask.channel(),
                List.of(
                        new Posting(AccountRef.clearing(ask.channel(), ask.tenant()), -fen),
                        new Posting(wallet, fen)),
                null,
                List.of(),
                ask.outTradeNo(),
                new Ask.Receipt(String.valueOf(id)));
    }

    /** A hold and its capture at once: what follows (refund, commission, proof) is the same. */
    private Decision charge(Books books, Scope scope, Ask.Charge ask, long id, Instant now) {
        Rules.text("key", ask.key());
        Rules.text("purpose", ask.purpose());
        Rules.covered(scope, ask.tenant(), ask.member());
        AccountRef wallet = Rules.own(books, AccountRef.wallet(ask.tenant(), ask.member()));
        List<Share> shares =
                Legs.shares(books, id, ask.tenant(), ask.legs(), now.plus(maturesAfter));
        long fen = shares.stream().mapToLong(Share::amount).reduce(0, Math::addExact);
        Rules.positive("legs", Money.ofFen(fen));
        List<Posting> postings = new ArrayList<>();
        postings.add(new Posting(wallet, -fen));
        shares.forEach(s -> postings.add(new Posting(s.account(), s.amount())));
        var holding =
                new Holding(
                        id,
                        ask.tenant(),
                        ask.member(),
                        ask.purpose(),
                        fen,
                        fen,
                        0,
                        HoldState.CAPTURED,
                        null);
        return moved(
                id,
                TransactionKind.CHARGE,
                holding,
                "",
                postings,
                shares,
                new Ask.Receipt(String.valueOf(id)));
    }

    private static Decision expire(Books books, Ask.Expire ask, long id, Instant now) {
        Holding holding = Rules.open(books, Scope.PLATFORM, String.valueOf(ask.hold()));
        Instant due = holding.expiresAt();
        if (due == null || due.isAfter(now)) {
            throw new Rejected(LedgerError.HOLD_STILL_OPEN, "hold is not due at " + now);
        }
        return moved(
                id,
                TransactionKind.EXPIRY,
                holding.given(HoldState.EXPIRED),
                "",
                fromHold(holding, holding.amount()),
                List.of(),
                new Ask.Receipt(String.valueOf(id)));
    }

    private static Decision mature(Books books, Ask.Mature ask, long id, Instant now) {
        Holding holding = Rules.settled(books, Scope.PLATFORM, String.valueOf(ask.hold()));
        Share share =
                books.shares(ask.hold()).stream()
                        .filter(s -> s.n() == ask.n() && s.state() == Share.State.PENDING)
                        .findFirst()
                        .orElseThrow(() -> Rejected.notFound("pending commission " + ask.key()));
        Instant due = share.availableAt();
        if (due == null || due.isAfter(now)) {
            throw new Rejected(LedgerError.HOLD_STILL_OPEN, "commission is not due at " + now);
        }
        Share available = share.available();
        return new Decision(
                id,
                TransactionKind.MATURITY,
                share.tenant(),
                share.payee(),
                holding.id(),
                holding.purpose(),
                "",
                List.of(
                        new Posting(share.account(), -share.remaining()),
                        new Posting(available.account(), share.remaining())),
                null,
                List.of(available),
                null,
                new Ask.Receipt(String.valueOf(id)));
    }

    /** Everything held goes out of the hold account, and this much of it back to the wallet. */
    private static List<Posting> fromHold(Holding holding, long back) {
        List<Posting> postings = new ArrayList<>();
        postings.add(
                new Posting(
                        AccountRef.hold(holding.tenant(), holding.member()), -holding.amount()));
        postings.add(new Posting(AccountRef.wallet(holding.tenant(), holding.member()), back));
        return postings;
    }

    private static LedgerApi.Captured captured(long id, long charged, long released) {
        return new LedgerApi.Captured(
                String.valueOf(id), Money.ofFen(charged), Money.ofFen(released));
    }

    private static Decision moved(
            long id,
            TransactionKind kind,
            Holding holding,
            String reason,
            List<Posting> postings,
            List<Share> shares,
            Object answer) {
        return new Decision(
                id,
                kind,
                holding.tenant(),
                holding.member(),
                holding.id(),
                holding.purpose(),
                reason,
                postings,
                holding,
                shares,
                null,
                answer);
    }

    /** No constrained account falls below zero, but where a refund claws back. */
    private static void affordable(Books books, Decision decision) {
        for (Posting p : decision.postings()) {
            Account account = books.account(p.account());
            boolean clawBack =
                    decision.kind() == TransactionKind.REFUND && account.kind().clawedBack();
            boolean takes = p.fen() < 0 && account.kind().constrained() && !clawBack;
            if (takes && Math.addExact(account.balance(), p.fen()) < 0) {
                throw new Rejected(
                        LedgerError.INSUFFICIENT_FUNDS,
                        Money.ofFen(-p.fen())
                                + " wanted, "
                                + Money.ofFen(account.balance())
                                + " there in "
                                + account.code());
            }
        }
    }
}
