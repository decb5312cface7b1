package io.weir.cloud.ledger;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an accepted request does. Its postings sum to zero and name each account once, or it can't
 * be made.
 *
 * @param id of the transaction
 * @param hold the hold concerned, if any
 * @param holding the hold's new state, if it changes
 * @param shares new or changed ones
 * @param paidIn the top-up attempt that succeeds by it, if any
 */
record Decision(
        long id,
        TransactionKind kind,
        String tenant,
        @Nullable String member,
        @Nullable Long hold,
        String purpose,
        String reason,
        List<Posting> postings,
        @Nullable Holding holding,
        List<Share> shares,
        @Nullable String paidIn,
        Object answer) {
    Decision {
        postings = merged(postings);
        long sum = postings.stream().mapToLong(Posting::fen).reduce(0, Math::addExact);
        if (sum != 0) {
            throw new IllegalStateException(kind + " " + purpose + " is off by " + sum + " fen");
        }
        shares = List.copyOf(shares);
    }

    private static List<Posting> merged(List<Posting> postings) {
        Map<String, Posting> byCode = new LinkedHashMap<>();
        for (Posting p : postings) {
            byCode.merge(
                    p.account().code(),
                    p,
                    (a, b) -> new Posting(a.account(), Math.addExact(a.fen(), b.fen())));
        }
        List<Posting> all = new ArrayList<>(byCode.values());
        all.removeIf(p -> p.fen() == 0);
        return List.copyOf(all);
    }
}
