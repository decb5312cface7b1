package io.weir.cloud.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A loaded account.
 *
 * @param balance fen; 0 and meaningless for append-only kinds
 * @param flagged below zero because a refund took back what was already paid out
 */
record Account(
        long id,
        String code,
        AccountKind kind,
        String tenant,
        @Nullable String member,
        long balance,
        boolean flagged) {
    Account with(long newBalance) {
        return new Account(
                id, code, kind, tenant, member, newBalance, newBalance < 0 && kind.clawedBack());
    }
}
