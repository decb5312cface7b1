package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.cloud.dispense.Parties.Payee;
import io.weir.model.Money;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a dispense costs and who gets it (DESIGN sections 5.4 and 6). Pure.
 *
 * <p>One named rounding: {@link #tariff} rounds half up, once per dispense. The split after it
 * moves whole fen by largest remainder and always sums to what is charged.
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
     * The credits of a capture, without empty ones. A party that isn't there leaves its share to
     * the vendor. An odd fen goes to the largest remainder, on a tie to the earlier of vendor,
     * agent, dealer, partner, referrers, platform.
     */
    static List<Leg> legs(Terms terms, Parties parties, Money charged) {
        Shares shares = new Shares();
        shares.payable(parties.agent(), terms.agent());
        shares.payable(parties.dealer(), terms.dealer());
        shares.payable(parties.partner(), terms.partner());
        int levels = Math.min(terms.commission().size(), parties.referrers().size());
        for (int i = 0; i < levels; i++) {
            String referrer = parties.referrers().get(i);
            shares.add(
                    new Leg(LegKind.COMMISSION, referrer, i + 1, Money.ZERO),
                    terms.commission().get(i));
        }
        shares.add(new Leg(LegKind.PLATFORM_FEE, "", 0, Money.ZERO), terms.platform());
        return shares.divide(parties.vendor(), charged);
    }

    /** Everybody's weight; what nobody claims is the vendor's, who comes first. */
    private static final class Shares {
        private final List<Leg> legs = new ArrayList<>();
        private final List<Long> weights = new ArrayList<>();
        private long claimed;

        void payable(@Nullable Payee payee, int basisPoints) {
            if (payee != null) {
                add(leg(payee), basisPoints);
            }
        }

        void add(Leg leg, int basisPoints) {
            legs.add(leg);
            weights.add((long) basisPoints);
            claimed += basisPoints;
        }

        private static Leg leg(Payee payee) {
            return new Leg(LegKind.PAYABLE, payee.id(), 0, Money.ZERO, payee.path());
        }

        List<Leg> divide(Payee vendor, Money charged) {
            legs.addFirst(leg(vendor));
            weights.addFirst(Terms.WHOLE - claimed);
            List<Money> parts = charged.split(weights);
            List<Leg> filled = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                Leg leg = legs.get(i);
                if (parts.get(i).isPositive()) {
                    filled.add(
                            new Leg(leg.kind(), leg.to(), leg.level(), parts.get(i), leg.path()));
                }
            }
            return List.copyOf(filled);
        }
    }
}
