package io.weir.cloud.vendors;

import io.weir.model.problem.ErrorCode;

/** Failures of the vendors context. */
enum VendorsError implements ErrorCode {
    /** Others stand below it. */
    HAS_CHILDREN(409),
    /** Somebody has this role. */
    IN_USE(409),
    /** The record can't go from its state to that one. */
    WRONG_STATE(409),
    CODE_TAKEN(422),
    WRONG_PARENT(422),
    UNKNOWN_OPERATION(422),
    UNKNOWN_MENU(422),
    UNKNOWN_ROLE(422),
    UNKNOWN_MODULE(422),
    ROLE_TAKEN(422);

    private final int status;

    VendorsError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
