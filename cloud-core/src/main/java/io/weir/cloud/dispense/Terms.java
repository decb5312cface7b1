package io.weir.cloud.dispense;

import io.weir.model.Money;

import java.util.ArrayList;
import java.util.List;

/**
 * The price and the shares that a dispense is settled by, frozen when it is created (DESIGN section
 * 5.1). Shares are basis points of what is charged; the vendor gets what is left.
 *
 * @param tariff the tariff's version
 * @param price per litre at the ordered outlet
 * @param commission of the referrers, nearest first; at most three
 */
record Terms(
        long tariff,
        Money price,
        int platform,
        int agent,
        int dealer,
        int partner,
        List<Integer> commission) {
    static final int WHOLE = 10_000;
    static final int LEVELS = 3;

    /** Of what flows in a channel: nobody pays, so nobody shares. */
    static final Terms FREE = new Terms(0, Money.ZERO, 0, 0, 0, 0, List.of());

    Terms {
        commission = List.copyOf(commission);
        List<Integer> shares = new ArrayList<>(commission);
        shares.addAll(List.of(platform, agent, dealer, partner));
        long sum = shares.stream().mapToLong(Integer::longValue).sum();
        boolean negative = price.fen() < 0 || shares.stream().anyMatch(bp -> bp < 0);
        if (negative || sum > WHOLE || commission.size() > LEVELS) {
            throw new IllegalArgumentException("impossible terms of tariff " + tariff);
        }
    }
}
