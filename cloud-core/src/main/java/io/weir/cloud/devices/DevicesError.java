package io.weir.cloud.devices;

import io.weir.model.problem.ErrorCode;

/** Codes of the devices context. */
enum DevicesError implements ErrorCode {
    /** Only the dispense engine uses this service or property (DESIGN section 5.7). */
    CONTROLLED_BY_DISPENSE(403),
    /** A command needs a connected device; it is never kept for later. */
    DEVICE_OFFLINE(409),
    /** Not in stock yet, disabled, or its product is. */
    DEVICE_NOT_USABLE(409),
    /** It dispenses now. */
    DEVICE_IN_USE(409),
    BATCH_CONFIRMED(409),
    /** Its devices are being made. */
    BATCH_NOT_READY(409),
    /** Too many for one answer: fetch the file. */
    BATCH_TOO_LARGE(409),
    /** Devices of the product are there: what they know must go on, unless it is forced. */
    MODEL_BREAKS(409),
    /** Devices of the product are there. */
    PRODUCT_IN_USE(409),
    /** It can't go there from where it is in its lifecycle. */
    LIFECYCLE_MOVE(409),
    /** Suspended or scrapped: its lifecycle has to be moved, not its state. */
    DEVICE_HALTED(409);

    private final int status;

    DevicesError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
