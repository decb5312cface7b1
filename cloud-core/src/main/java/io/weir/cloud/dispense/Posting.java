package io.weir.cloud.dispense;

import io.weir.api.ledger.LedgerApi.Leg;
import io.weir.model.Money;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Something the ledger has to be told, written in the transaction of the change that caused it and
 * told until the ledger has answered. All that goes to the ledger is frozen here, so that asking
 * again under the same key is asking the same.
 *
 * @param key the ledger's idempotency key, unique
 * @param hold the ledger's hold; null for {@link Kind#UNHOLD}, which finds it out
 * @param legs of a capture
 * @param reason of a refund or bad debt, for people
 */
record Posting(
        Kind kind,
        String key,
        String dispense,
        @Nullable String hold,
        Money amount,
        List<Leg> legs,
        String reason) {
    enum Kind {
        /** It is not known whether the hold was made: make it (again), then give it back. */
        UNHOLD,
        RELEASE,
        CAPTURE,
        /** A later end was lower. */
        CORRECT,
        /** The vendor gives back. */
        REFUND,
        BAD_DEBT
    }

    Posting {
        legs = List.copyOf(legs);
    }

    static String holdKey(String dispense) {
        return "dispense:" + dispense + ":hold";
    }

    static String releaseKey(String dispense) {
        return "dispense:" + dispense + ":release";
    }

    static String captureKey(String dispense) {
        return "dispense:" + dispense + ":capture";
    }

    static String correctKey(String dispense, long ml) {
        return "dispense:" + dispense + ":correct:" + ml;
    }

    static String badDebtKey(String dispense) {
        return "dispense:" + dispense + ":bad-debt";
    }

    /** One refund per key of the caller. */
    static String refundKey(String dispense, String callersKey) {
        return "dispense:" + dispense + ":refund:" + callersKey;
    }
}
