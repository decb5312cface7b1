package io.weir.cloud.sharing;

import io.weir.model.problem.ErrorCode;

/** Failures of the sharing context. */
enum SharingError implements ErrorCode {
    /** Somebody else holds the device. */
    ALREADY_BOUND(409),
    /** Not in stock yet, disabled, or its product is. */
    DEVICE_NOT_USABLE(409),
    /** A limit of shares, devices, groups or members is reached. */
    TOO_MANY(409),
    /** The owner of a group transfers or removes it. */
    OWNER_STAYS(409),
    /** Unknown, used or expired: one answer for all. */
    BAD_CODE(422),
    /** One can't share with oneself. */
    OWN_DEVICE(422);

    private final int status;

    SharingError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
