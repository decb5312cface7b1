package io.weir.cloud.dispense;

import io.weir.model.problem.ErrorCode;

/** Codes of this context; INSUFFICIENT_FUNDS comes from the ledger as it is. */
enum DispenseError implements ErrorCode {
    /** Not confirmed into stock, disabled, or of a disabled product. */
    DEVICE_NOT_USABLE(409),
    DEVICE_OFFLINE(409),
    /** It did not stop when told to; no new dispense until it is cleared. */
    DEVICE_FAULTED(409),
    /** Somebody else dispenses there now. */
    DEVICE_BUSY(409),
    /** Staff dispenses in a channel only, and none that is open has room for so much. */
    NO_CHANNEL(409),
    /** A QC channel is for a device whose lifecycle stands at QC. */
    NOT_IN_QC(409),
    /** Somebody holds it and has not shared it with the caller. */
    NOT_SHARED(403),
    /** Nobody has set a price for this outlet. */
    NO_TARIFF(409),
    /** The operation does not fit the dispense's state. */
    WRONG_STATE(409),
    /** The product has no such outlet. */
    UNKNOWN_OUTLET(422),
    /** More than is left of what was charged. */
    REFUND_TOO_HIGH(422);

    private final int status;

    DispenseError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
