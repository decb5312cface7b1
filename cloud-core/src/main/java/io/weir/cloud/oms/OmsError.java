package io.weir.cloud.oms;

import io.weir.model.problem.ErrorCode;

/** Failures of the OMS context. */
enum OmsError implements ErrorCode {
    /** Unknown or revoked app, wrong signature, timestamp out of the window: one answer for all. */
    BAD_SIGNATURE(401),
    /** A right signature with a timestamp that was used before. */
    REPLAYED(401),
    UNKNOWN_VENDOR(422);

    private final int status;

    OmsError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
