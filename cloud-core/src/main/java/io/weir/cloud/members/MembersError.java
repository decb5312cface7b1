package io.weir.cloud.members;

import io.weir.model.problem.ErrorCode;

/** Failures of the members context. */
enum MembersError implements ErrorCode {
    /** Unknown user, wrong password or code, disabled account: one answer for all (DESIGN 4). */
    BAD_CREDENTIALS(401),
    BAD_REFRESH_TOKEN(401),
    NAME_TAKEN(422),
    MOBILE_TAKEN(422),
    UNKNOWN_REFERRER(422);

    private final int status;

    MembersError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
