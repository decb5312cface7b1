package io.weir.cloud.ledger;

import io.weir.api.ledger.LedgerApi.LegKind;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What one party got of a capture, in fen, and how much of it was refunded since.
 *
 * @param n its place among the capture's shares
 * @param tenant path whose scope sees it
 * @param payee tenant id, member uid or empty
 * @param availableAt when commission may be withdrawn; null for other kinds
 * @param state of commission; null for other kinds
 */
record Share(
        long hold,
        int n,
        String tenant,
        LegKind kind,
        String payee,
        int level,
        long amount,
        long refunded,
        @Nullable Instant availableAt,
        @Nullable State state) {
    /** REVERSED: nothing is left of it after refunds. */
    enum State {
        PENDING,
        AVAILABLE,
        REVERSED
    }

    long remaining() {
        return amount - refunded;
    }

    @Nullable String member() {
        return kind == LegKind.COMMISSION ? payee : null;
    }

    /** The account that its money lies in now. */
    AccountRef account() {
        return switch (kind) {
            case PAYABLE -> AccountRef.payable(tenant, payee);
            case PLATFORM_FEE -> AccountRef.platformFee();
            case COMMISSION ->
                    state == State.PENDING
                            ? AccountRef.commissionPending(tenant, payee)
                            : AccountRef.commission(tenant, payee);
        };
    }

    Share refundedBy(long fen) {
        long total = refunded + fen;
        State next = state != null && total == amount ? State.REVERSED : state;
        return new Share(hold, n, tenant, kind, payee, level, amount, total, availableAt, next);
    }

    Share available() {
        return new Share(
                hold,
                n,
                tenant,
                kind,
                payee,
                level,
                amount,
                refunded,
                availableAt,
                State.AVAILABLE);
    }
}
