package io.weir.cloud.ledger;

/** What moved the money. */
enum TransactionKind {
    HOLD,
    CAPTURE,
    RELEASE,
    EXPIRY,
    REFUND,
    BAD_DEBT,
    TOP_UP,
    CHARGE,
    MATURITY
}
