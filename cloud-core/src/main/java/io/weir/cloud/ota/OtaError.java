package io.weir.cloud.ota;

import io.weir.model.problem.ErrorCode;

/** What only this context answers. */
enum OtaError implements ErrorCode {
    /** Who made a campaign doesn't approve it. */
    SAME_PERSON(403),
    TOO_MANY_PACKAGES(409),
    /** The product has one of this module, version and source versions. */
    PACKAGE_EXISTS(409),
    /** A content that is whole never changes. */
    CONTENT_FIXED(409),
    CONTENT_MISSING(409),
    /** Another upload of the package began, or it took too long. */
    UPLOAD_OVER(409),
    /** A campaign that is not over has it. */
    PACKAGE_IN_USE(409),
    /** The campaign's state refuses the step. */
    WRONG_STATE(409);

    private final int status;

    OtaError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
