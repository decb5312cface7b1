package io.weir.api.members;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.members.MemberOps.Tokens;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * What members do who are not logged in yet or must prove a mobile: codes by SMS, registration, a
 * new mobile, a forgotten password, WeChat (AA-02, AA-06 to AA-09).
 */
public interface CodeOps {
    Op<GetChallenge, Challenge> CHALLENGE =
            Op.of("members.challenge.v1", GetChallenge.class, Challenge.class);

    /** A code to register or to log in with: the answer is the same for known numbers. */
    Op<SendEnterCode, Sent> SEND_ENTER =
            Op.of("members.code.enter.v1", SendEnterCode.class, Sent.class);

    Op<SendMobileCode, Sent> SEND_MOBILE =
            Op.of("members.code.mobile.v1", SendMobileCode.class, Sent.class);

    /** The answer is the same for unknown numbers, which get none. */
    Op<SendResetCode, Sent> SEND_RESET =
            Op.of("members.code.reset.v1", SendResetCode.class, Sent.class);

    Op<Register, Registered> REGISTER =
            Op.of("members.register.v1", Register.class, Registered.class);

    Op<SetMobile, Done> SET_MOBILE = Op.of("members.mobile.set.v1", SetMobile.class, Done.class);

    Op<Reset, Done> RESET = Op.of("members.password.reset.v1", Reset.class, Done.class);

    /** Before the way to WeChat, for {@link #ENTER_BY_WECHAT}. */
    Op<BeginEnter, Begun> BEGIN_ENTER =
            Op.of("members.wechat.enter.begin.v1", BeginEnter.class, Begun.class);

    /** Before the way to WeChat, for {@link #BIND_WECHAT}. */
    Op<BeginBind, Begun> BEGIN_BIND =
            Op.of("members.wechat.bind.begin.v1", BeginBind.class, Begun.class);

    /** Logs in by WeChat; an unknown OpenID becomes a member. */
    Op<EnterByWechat, Tokens> ENTER_BY_WECHAT =
            Op.of("members.wechat.enter.v1", EnterByWechat.class, Tokens.class);

    Op<BindWechat, Done> BIND_WECHAT =
            Op.of("members.wechat.bind.v1", BindWechat.class, Done.class);

    Op<MemberOps.GetUser, Done> UNBIND_WECHAT =
            Op.of("members.wechat.unbind.v1", MemberOps.GetUser.class, Done.class);

    record GetChallenge() {}

    /**
     * @param image a PNG as data URL
     * @param expiresIn seconds
     */
    record Challenge(String challengeId, String image, int expiresIn) {}

    /**
     * @param clientAddress of the caller, put in by the API
     */
    record SendEnterCode(
            String vid,
            String mobile,
            @Nullable String challengeId,
            @Nullable String challengeAnswer,
            String clientAddress) {}

    /**
     * @param mobile the new one
     */
    record SendMobileCode(
            String uid,
            String mobile,
            @Nullable String challengeId,
            @Nullable String challengeAnswer,
            String clientAddress) {}

    /**
     * @param account a uid, or {@code vid.mobile} of who does not know it
     */
    record SendResetCode(
            String account,
            @Nullable String challengeId,
            @Nullable String challengeAnswer,
            String clientAddress) {}

    /**
     * @param expiresIn seconds that the code lives
     * @param againIn seconds after which another one may be asked for
     */
    record Sent(int expiresIn, int againIn) {}

    /**
     * @param pwd null: logs in by code until one is set
     * @param rid the referrer, a member of the same vendor
     */
    record Register(
            String vid,
            String mobile,
            String code,
            String name,
            @Nullable String pwd,
            @Nullable String avatar,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String rid) {
        @Override
        public String toString() {
            return "Register[vid=" + vid + "]";
        }
    }

    record Registered(String uid) {}

    record SetMobile(String uid, String mobile, String code) {
        @Override
        public String toString() {
            return "SetMobile[uid=" + uid + "]";
        }
    }

    /**
     * @param account as in {@link SendResetCode}
     * @param uid may say once more what the path says
     */
    record Reset(String account, @Nullable String uid, String pwd, String code) {
        @Override
        public String toString() {
            return "Reset[account=" + account + "]";
        }
    }

    record BeginEnter(String vid) {}

    /**
     * @param session the caller's
     */
    record BeginBind(String uid, String session) {}

    /**
     * @param appid of the vendor's public account
     * @param state goes to WeChat and comes back, good once
     * @param verifier stays with who began, and never goes to WeChat; null where a session is known
     */
    record Begun(String appid, String state, @Nullable String verifier, Instant expiresTms) {
        @Override
        public String toString() {
            return "Begun[appid=" + appid + "]";
        }
    }

    /**
     * @param code that WeChat's page gave, good once for five minutes
     * @param state of {@link Begun}, as WeChat gave it back
     * @param verifier of {@link Begun}
     * @param rid counts only when the member is new
     */
    record EnterByWechat(
            String vid, String code, String state, String verifier, @Nullable String rid) {
        @Override
        public String toString() {
            return "EnterByWechat[vid=" + vid + "]";
        }
    }

    record BindWechat(String uid, String code, String state, String session) {
        @Override
        public String toString() {
            return "BindWechat[uid=" + uid + "]";
        }
    }
}
