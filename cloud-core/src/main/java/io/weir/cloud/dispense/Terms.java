package io.weir.cloud.dispense;

import io.weir.model.Money;

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

    Terms {
        commission = List.copyOf(commission);
        if (price.fen() < 0 || commission.size() > LEVELS || shared() > WHOLE || negative()) {
            throw new IllegalArgumentException("impossible terms of tariff " + tariff);
        }
    }

    /** What does not go to the vendor when every party is there. */
    private int shared() {
        return platform
                + agent
                + dealer
                + partner
                + commission.stream().mapToInt(Integer::intValue).sum();
    }

    private boolean negative() {
        return platform < 0
                || agent < 0
                || dealer < 0
                || partner < 0
                || commission.stream().anyMatch(bp -> bp < 0);
    }
}
