package io.weir.cloud.members;

import io.weir.model.problem.ErrorCode;

/** Failures of the members context. */
enum MembersError implements ErrorCode {
    /** Unknown user, wrong password or code, disabled account: one answer for all (DESIGN 4). */
    BAD_CREDENTIALS(401),
    BAD_REFRESH_TOKEN(401),
    /** WeChat doesn't know the code, or it was used, or is too old. */
    BAD_WECHAT_CODE(401),
    /** Its member unbound it: log in otherwise and bind it again. */
    WECHAT_UNBOUND(401),
    /** Another WeChat account is bound: unbind it first. */
    WECHAT_BOUND(409),
    /** The wallet must be emptied before an account is closed. */
    BALANCE_LEFT(409),
    NAME_TAKEN(422),
    MOBILE_TAKEN(422),
    UNKNOWN_REFERRER(422),
    REFERRER_FIXED(422),
    /** Wrong, used, too old or tried too often: one answer for all. */
    BAD_CODE(422),
    /** Read an image first: {@code GET /challenges}. */
    CHALLENGE_REQUIRED(422),
    /** Not begun here, by somebody else, too long ago, or used before: one answer for all. */
    BAD_WECHAT_STATE(422),
    WECHAT_TAKEN(422),
    TOO_MANY_CODES(429),
    SMS_UNAVAILABLE(503),
    WECHAT_UNAVAILABLE(503);

    private final int status;

    MembersError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
