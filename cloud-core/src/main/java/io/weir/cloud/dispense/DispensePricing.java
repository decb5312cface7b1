package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.Money;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a dispense costs and who gets it (DESIGN sections 5.4 and 6). Pure.
 *
 * <p>One named rounding: {@link #tariff} rounds half up, once per dispense. The split after it moves
 * whole fen by largest remainder and always sums to what is charged.
 */
final class DispensePricing {
    private static final long ML_PER_LITRE = 1000;

    private DispensePricing() {}

    /** The price of a volume. */
    static Money tariff(Terms terms, long ml) {
        return terms.price().timesHalfUp(ml, ML_PER_LITRE);
    }

    /** An overrun is stored, never charged. */
    static long billedMl(long pouredMl, long orderedMl) {
        return Math.min(pouredMl, orderedMl);
    }

    /**
     * The credits of a capture, without empty ones. A party that isn't there leaves its share to the
     * vendor. An odd fen goes to the largest remainder, on a tie to the earlier of vendor, agent,
     * dealer, partner, referrers, platform.
     */
    static List<Leg> legs(Terms terms, Parties parties, Money charged) {
        Shares shares = new Shares();
        shares.add(LegKind.PAYABLE, parties.agent(), 0, terms.agent());
        shares.add(LegKind.PAYABLE, parties.dealer(), 0, terms.dealer());
        shares.add(LegKind.PAYABLE, parties.partner(), 0, terms.partner());
        int levels = Math.min(terms.commission().size(), parties.referrers().size());
        for (int i = 0; i < levels; i++) {
            shares.add(
                    LegKind.COMMISSION, parties.referrers().get(i), i + 1, terms.commission().get(i));
        }
        shares.add(LegKind.PLATFORM_FEE, "", 0, terms.platform());
        return shares.divide(parties.vendor(), charged);
    }

    /** Everybody's weight; what nobody claims is the vendor's, who comes first. */
    private static final class Shares {
        private final List<Leg> legs = new ArrayList<>();
        private final List<Long> weights = new ArrayList<>();
        private long claimed;

        void add(LegKind kind, @Nullable String to, int level, int basisPoints) {
            if (to != null) {
                legs.add(new Leg(kind, to, level, Money.ZERO));
                weights.add((long) basisPoints);
                claimed += basisPoints;
            }
        }

        List<Leg> divide(String vendor, Money charged) {
            legs.addFirst(new Leg(LegKind.PAYABLE, vendor, 0, Money.ZERO));
            weights.addFirst(Terms.WHOLE - claimed);
            List<Money> parts = charged.split(weights);
            List<Leg> filled = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Leg leg = legs.get(i);
                if (parts.get(i).isPositive()) {
                    filled.add(new Leg(leg.kind(), leg.to(), leg.level(), parts.get(i)));
                }
            }
            return List.copyOf(filled);
        }
    }
}
