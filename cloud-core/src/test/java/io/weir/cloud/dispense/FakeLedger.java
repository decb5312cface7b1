package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi.BadDebt;
import io.weir.api.ledger.LedgerApi.Capture;
import io.weir.api.ledger.LedgerApi.Captured;
import io.weir.api.ledger.LedgerApi.Held;
import io.weir.api.ledger.LedgerApi.Hold;
import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.Refund;
import io.weir.api.ledger.LedgerApi.Refunded;
import io.weir.api.ledger.LedgerApi.Release;
import io.weir.model.Money;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A ledger in memory with the manners of the real one: idempotent by key and input, two-phase
 * holds, no refund above what was captured. Keeps balances so that a test can add them up.
 */
class FakeLedger {
    private record Answered(Object ask, Object answer) {}

    private static final class Holding {
        final String member;
        final Money amount;
        String state = "HELD";
        Money captured = Money.ZERO;
        Money refunded = Money.ZERO;
        List<Leg> legs = List.of();

        Holding(Hold ask) {
            member = ask.member();
            amount = ask.amount();
        }
    }

    private final Map<String, Answered> answered = new HashMap<>();
    private final Map<String, Holding> holds = new HashMap<>();
    private final Map<String, Money> balances = new TreeMap<>();
    private final Map<String, Integer> captures = new HashMap<>();
    private Money badDebt = Money.ZERO;

    synchronized void topUp(String member, Money amount) {
        move("clearing", amount.negated());
        move("wallet:" + member, amount);
    }

    synchronized Held hold(Hold ask) {
        return once(
                ask.key(),
                ask,
                () -> {
                    if (balance("wallet:" + ask.member()).compareTo(ask.amount()) < 0) {
                        throw new Rejected("INSUFFICIENT_FUNDS", 422, "not enough", List.of());
                    }
                    String id = "h" + (holds.size() + 1);
                    holds.put(id, new Holding(ask));
                    move("wallet:" + ask.member(), ask.amount().negated());
                    move("hold:" + ask.member(), ask.amount());
                    return new Held(id, ask.amount());
                });
    }

    synchronized Captured capture(Capture ask) {
        return once(
                ask.key(),
                ask,
                () -> {
                    Holding h = open(ask.hold());
                    Money sum =
                            ask.legs().stream().map(Leg::amount).reduce(Money.ZERO, Money::plus);
                    if (sum.compareTo(h.amount) > 0) {
                        throw new Rejected("CAPTURE_EXCEEDS_HOLD", 422, "too much", List.of());
                    }
                    h.state = "CAPTURED";
                    h.captured = sum;
                    h.legs = ask.legs();
                    captures.merge(ask.hold(), 1, Integer::sum);
                    move("hold:" + h.member, h.amount.negated());
                    move("wallet:" + h.member, h.amount.minus(sum));
                    ask.legs().forEach(l -> move(account(l), l.amount()));
                    return new Captured("t", sum, h.amount.minus(sum));
                });
    }

    synchronized Captured release(Release ask) {
        return once(
                ask.key(),
                ask,
                () -> {
                    Holding h = open(ask.hold());
                    h.state = "RELEASED";
                    move("hold:" + h.member, h.amount.negated());
                    move("wallet:" + h.member, h.amount);
                    return new Captured("t", Money.ZERO, h.amount);
                });
    }

    synchronized Refunded refund(Refund ask) {
        return once(
                ask.key(),
                ask,
                () -> {
                    Holding h = settled(ask.hold());
                    Money total = h.refunded.plus(ask.amount());
                    if (total.compareTo(h.captured) > 0) {
                        throw new Rejected("REFUND_EXCEEDS_CAPTURED", 422, "too much", List.of());
                    }
                    h.refunded = total;
                    List<Money> parts =
                            ask.amount().split(h.legs.stream().map(l -> l.amount().fen()).toList());
                    for (int i = 0; i < parts.size(); i++) {
                        move(account(h.legs.get(i)), parts.get(i).negated());
                    }
                    move("wallet:" + h.member, ask.amount());
                    return new Refunded("t", ask.amount(), total);
                });
    }

    synchronized Captured badDebt(BadDebt ask) {
        return once(
                ask.key(),
                ask,
                () -> {
                    settled(ask.hold());
                    badDebt = badDebt.plus(ask.amount());
                    return new Captured("t", Money.ZERO, Money.ZERO);
                });
    }

    synchronized Money balance(String account) {
        return balances.getOrDefault(account, Money.ZERO);
    }

    synchronized Money sum() {
        return balances.values().stream().reduce(Money.ZERO, Money::plus);
    }

    synchronized Money badDebts() {
        return badDebt;
    }

    synchronized long openHolds() {
        return holds.values().stream().filter(h -> h.state.equals("HELD")).count();
    }

    synchronized int holds() {
        return holds.size();
    }

    synchronized int captures() {
        return captures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What a bug might do: give a captured hold's money out a second time. */
    synchronized void reopen(String hold) {
        holds.get(hold).state = "HELD";
    }

    private static String account(Leg leg) {
        return leg.kind() + ":" + leg.to();
    }

    private Holding open(String id) {
        Holding h = holds.get(id);
        if (h == null || !h.state.equals("HELD")) {
            throw new Rejected("HOLD_NOT_OPEN", 409, "hold " + id + " is not open", List.of());
        }
        return h;
    }

    private Holding settled(String id) {
        Holding h = holds.get(id);
        if (h == null || h.state.equals("HELD")) {
            throw new Rejected("HOLD_STILL_OPEN", 409, "hold " + id + " is open", List.of());
        }
        return h;
    }

    private void move(String account, Money amount) {
        balances.merge(account, amount, Money::plus);
    }

    @SuppressWarnings("unchecked")
    private <T> T once(String key, Object ask, Supplier<T> work) {
        Answered before = answered.get(key);
        if (before != null) {
            if (!before.ask().equals(ask)) {
                throw new Rejected(CommonError.IDEMPOTENCY_KEY_REUSED, key);
            }
            return (T) before.answer();
        }
        T answer = work.get();
        answered.put(key, new Answered(ask, answer));
        return answer;
    }
}
