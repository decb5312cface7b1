package io.weir.cloud.vendors;

import io.weir.model.problem.ErrorCode;

/** Failures of the vendors context. */
enum VendorsError implements ErrorCode {
    CODE_TAKEN(422),
    WRONG_PARENT(422);

    private final int status;

    VendorsError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
