package io.weir.cloud.twin;

import io.weir.model.problem.ErrorCode;

/** What only this context answers. */
enum TwinError implements ErrorCode {
    /** Only the dispense engine sets it (DESIGN section 5, point 7). */
    CONTROLLED_BY_DISPENSE(403),
    /** Somebody else was quicker: read it again. */
    VERSION_CONFLICT(409);

    private final int status;

    TwinError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
