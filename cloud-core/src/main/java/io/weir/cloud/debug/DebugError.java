package io.weir.cloud.debug;

import io.weir.model.problem.ErrorCode;

/** Failures of the debug context. */
enum DebugError implements ErrorCode {
    /** The device, or its owner's devices together, are watched by as many as may. */
    TOO_MANY_SESSIONS(409),
    /** It was closed, its time is over, or the device is another tenant's now. */
    SESSION_OVER(409);

    private final int status;

    DebugError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
