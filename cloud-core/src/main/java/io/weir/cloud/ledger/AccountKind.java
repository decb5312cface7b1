package io.weir.cloud.ledger;

import java.util.Locale;

/** The chart of accounts (facts/commerce.md 5.2). A balance is what Weir owes to the account. */
enum AccountKind {
    /** A member's money to spend. */
    WALLET(true, false),
    /** A member's money set aside. */
    HOLD(true, false),
    /** What a tenant earned and was not paid yet. */
    PAYABLE(true, true),
    /** A referrer's commission that a refund may still take back. */
    COMMISSION_PENDING(true, false),
    /** A referrer's commission to withdraw. */
    COMMISSION(true, true),
    PLATFORM_FEE(false, false),
    /** What a pay channel took in for Weir and owes to it; runs below zero. */
    CLEARING(false, false),
    /** What was poured but may not be charged any more, per vendor; its counterpart is UNBILLED. */
    BAD_DEBT(false, false),
    UNBILLED(false, false);

    private final boolean constrained;
    private final boolean clawedBack;

    AccountKind(boolean constrained, boolean clawedBack) {
        this.constrained = constrained;
        this.clawedBack = clawedBack;
    }

    /**
     * Has a materialised balance with a lower limit; all others are append-only and never locked.
     */
    boolean constrained() {
        return constrained;
    }

    /** A refund may take it below zero, and only a refund. */
    boolean clawedBack() {
        return clawedBack;
    }

    String prefix() {
        return name().toLowerCase(Locale.ROOT);
    }
}
