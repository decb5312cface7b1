package io.weir.cloud.ledger;

import io.weir.model.problem.ErrorCode;

/** Codes of the ledger. */
enum LedgerError implements ErrorCode {
    INSUFFICIENT_FUNDS(422),
    /** A member's wallet lies with another vendor. */
    FOREIGN_WALLET(403),
    HOLD_NOT_OPEN(409),
    HOLD_STILL_OPEN(409),
    CAPTURE_EXCEEDS_HOLD(422),
    REFUND_EXCEEDS_CAPTURED(422),
    CHANNEL_NOT_ALLOWED(422),
    LEDGER_BUSY(503);

    private final int status;

    LedgerError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
