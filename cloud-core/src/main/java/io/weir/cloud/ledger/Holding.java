package io.weir.cloud.ledger;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * Money set aside, in fen.
 *
 * @param id of the transaction that set it aside
 */
record Holding(
        long id,
        String tenant,
        String member,
        String purpose,
        long amount,
        long captured,
        long refunded,
        HoldState state,
        @Nullable Instant expiresAt) {
    Holding captured(long fen) {
        return new Holding(
                id, tenant, member, purpose, amount, fen, 0, HoldState.CAPTURED, expiresAt);
    }

    Holding given(HoldState how) {
        return new Holding(id, tenant, member, purpose, amount, 0, 0, how, expiresAt);
    }

    Holding refunded(long total) {
        return new Holding(id, tenant, member, purpose, amount, captured, total, state, expiresAt);
    }
}
