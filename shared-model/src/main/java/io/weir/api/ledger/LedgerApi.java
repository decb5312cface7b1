package io.weir.api.ledger;

import io.weir.api.Op;
import io.weir.model.Money;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * Money moves only here. Every operation is idempotent by its {@code key}: the same key with the
 * same input answers the same; with another input it is refused with IDEMPOTENCY_KEY_REUSED.
 * HTTP-facing operations stand in {@code WalletOps}.
 */
public interface LedgerApi {
    /** Set money of a member's wallet aside. INSUFFICIENT_FUNDS (422) when there isn't enough. */
    Op<Hold, Held> HOLD = Op.of("ledger.hold.v1", Hold.class, Held.class);

    /**
     * Take at most what was held, to the given accounts, and give the rest back, all in one
     * transaction. The legs' sum is what is charged; it may be zero.
     */
    Op<Capture, Captured> CAPTURE = Op.of("ledger.capture.v1", Capture.class, Captured.class);

    /** Give all of a hold back. */
    Op<Release, Captured> RELEASE = Op.of("ledger.release.v1", Release.class, Captured.class);

    /** Reverse part or all of a capture in proportion to its legs (DESIGN section 6). */
    Op<Refund, Refunded> REFUND = Op.of("ledger.refund.v1", Refund.class, Refunded.class);

    /**
     * Book what a late, higher end would have added: never charged, the vendor's bad debt (DESIGN
     * section 5.5).
     */
    Op<BadDebt, Captured> BAD_DEBT = Op.of("ledger.bad-debt.v1", BadDebt.class, Captured.class);

    /**
     * @param tenant the vendor's path; the hold's rows are seen by it
     * @param purpose what it is for, e.g. {@code dispense:{id}}
     * @param expiresAt when the ledger gives it back by itself; null for a dispense, which only a
     *     fact of the edge may end (DESIGN section 5)
     */
    record Hold(
            String key,
            String tenant,
            String member,
            Money amount,
            String purpose,
            @Nullable Instant expiresAt) {
        public Hold(String key, String tenant, String member, Money amount, String purpose) {
            this(key, tenant, member, amount, purpose, null);
        }
    }

    record Held(String hold, Money amount) {}

    record Capture(String key, String hold, List<Leg> legs) {}

    /**
     * One credit of a capture.
     *
     * @param kind PAYABLE, COMMISSION or PLATFORM_FEE
     * @param to tenant id for PAYABLE, member uid for COMMISSION, empty for PLATFORM_FEE
     * @param level 1..3 for COMMISSION, else 0
     * @param path the payee's own tenant path, so that they see their account; null: only the
     *     vendor sees it
     */
    record Leg(LegKind kind, String to, int level, Money amount, @Nullable String path) {
        public Leg(LegKind kind, String to, int level, Money amount) {
            this(kind, to, level, amount, null);
        }
    }

    enum LegKind {
        PAYABLE,
        COMMISSION,
        PLATFORM_FEE
    }

    record Captured(@Nullable String transaction, Money charged, Money released) {}

    record Release(String key, String hold) {}

    /**
     * @param amount what goes back to the member; refused when all refunds would exceed what was
     *     captured
     */
    record Refund(String key, String hold, Money amount, String reason) {}

    record Refunded(String transaction, Money amount, Money refundedTotal) {}

    record BadDebt(String key, String hold, Money amount, String reason) {}
}
