package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.api.ledger.LedgerApi.LegKind;
import io.weir.model.access.Scope;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Turns the legs of a sale into shares: pure. */
final class Legs {
    private Legs() {}

    /**
     * Legs of nothing make no share.
     *
     * @param matures when commission becomes available
     */
    static List<Share> shares(
            Books books, long hold, String tenant, List<Leg> legs, Instant matures) {
        Rules.legs(books, tenant, legs);
        List<Share> shares = new ArrayList<>();
        for (Leg leg : legs) {
            if (leg.amount().isPositive()) {
                shares.add(share(hold, shares.size(), tenant, leg, matures));
            }
        }
        return shares;
    }

    /** The path whose scope sees the payee's account. */
    static String pathOf(Leg leg, String tenant) {
        String path = leg.path();
        return path == null ? Scope.vendorOf(tenant) : path;
    }

    private static Share share(long hold, int n, String tenant, Leg leg, Instant matures) {
        boolean commission = leg.kind() == LegKind.COMMISSION;
        return new Share(
                hold,
                n,
                pathOf(leg, tenant),
                leg.kind(),
                leg.to(),
                leg.level(),
                leg.amount().fen(),
                0,
                commission ? matures : null,
                commission ? Share.State.PENDING : null);
    }
}
