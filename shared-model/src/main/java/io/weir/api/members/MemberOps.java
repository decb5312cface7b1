package io.weir.api.members;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Accounts and logins, as the HTTP API asks for them, and the seeding of accounts over the bus. */
public interface MemberOps {
    Op<Login, Tokens> LOGIN = Op.of("members.login.v1", Login.class, Tokens.class);

    Op<Refresh, Tokens> REFRESH = Op.of("members.refresh.v1", Refresh.class, Tokens.class);

    Op<Logout, Done> LOGOUT = Op.of("members.logout.v1", Logout.class, Done.class);

    /** Those of the caller's scope that are not closed (AA-01). */
    Op<ListUsers, Page<User>> LIST_USERS =
            Op.paged("members.user.list.v1", ListUsers.class, User.class);

    /** NOT_FOUND for an account outside the caller's scope, GONE for a closed one. */
    Op<GetUser, User> GET_USER = Op.of("members.user.get.v1", GetUser.class, User.class);

    /** AA-04. What is left out stays. */
    Op<UpdateUser, User> UPDATE_USER =
            Op.of("members.user.update.v1", UpdateUser.class, User.class);

    /** AA-05. Ends all other sessions of the account. */
    Op<SetPassword, Done> SET_PASSWORD =
            Op.of("members.password.set.v1", SetPassword.class, Done.class);

    /** AA-10: anonymised for ever. BALANCE_LEFT while the wallet is not empty. */
    Op<RemoveUser, Done> REMOVE_USER =
            Op.of("members.user.remove.v1", RemoveUser.class, Done.class);

    /** A member's own wish to leave; the platform closes the account. */
    Op<GetUser, Leave> ASK_LEAVE = Op.of("members.leave.ask.v1", GetUser.class, Leave.class);

    Op<GetUser, Done> WITHDRAW_LEAVE =
            Op.of("members.leave.withdraw.v1", GetUser.class, Done.class);

    Op<ListSessions, List<Session>> LIST_SESSIONS =
            Op.listed("members.sessions.list.v1", ListSessions.class, Session.class);

    Op<EndSession, Done> END_SESSION =
            Op.of("members.sessions.end.v1", EndSession.class, Done.class);

    /** What a referral code leads to. */
    Op<GetUser, Referral> REFERRAL =
            Op.of("members.referral.get.v1", GetUser.class, Referral.class);

    /**
     * Creates the account with this name (or, for a member, this mobile of this vendor) or sets
     * name, state and password of the one that is there. Platform only; not on HTTP.
     */
    Op<PutAccount, User> PUT_ACCOUNT =
            Op.of("members.account.put.v1", PutAccount.class, User.class);

    /** The same for an account that must not be there yet: NAME_TAKEN, MOBILE_TAKEN. */
    Op<PutAccount, User> CREATE_ACCOUNT =
            Op.of("members.account.create.v1", PutAccount.class, User.class);

    /** Another name to log in with. Platform only; not on HTTP. */
    Op<RenameAccount, Done> RENAME_ACCOUNT =
            Op.of("members.account.rename.v1", RenameAccount.class, Done.class);

    record RenameAccount(String uid, String name) {}

    /**
     * @param user a name; with {@code vid} a mobile
     * @param pwd 32 hex digits are taken as its MD5, anything else as the password itself
     * @param code sent by SMS to the mobile; in the place of {@code pwd}
     * @param challengeId of an image, when CHALLENGE_REQUIRED was answered
     */
    record Login(
            String user,
            @Nullable String pwd,
            @Nullable String code,
            @Nullable String vid,
            @Nullable String challengeId,
            @Nullable String challengeAnswer) {
        @Override
        public String toString() {
            return "Login[user=" + user + ", vid=" + vid + "]";
        }
    }

    record Refresh(String refreshToken) {
        @Override
        public String toString() {
            return "Refresh[]";
        }
    }

    /**
     * @param session taken from the caller's token by the API
     */
    record Logout(String session) {}

    /**
     * @param expiresIn seconds
     */
    record Tokens(String accessToken, String refreshToken, int expiresIn, String uid, Role role) {
        @Override
        public String toString() {
            return "Tokens[uid=" + uid + "]";
        }
    }

    /**
     * @param name part of the name
     * @param mobile part of the mobile
     * @param area beginning of the area
     * @param sort uid, name or reg_tms
     */
    record ListUsers(
            @Nullable String name,
            @Nullable String mobile,
            @Nullable Integer state,
            @Nullable Role role,
            @Nullable String vid,
            @Nullable String rid,
            @Nullable String area,
            @Nullable Boolean leaving,
            String sort,
            String order,
            int limit,
            int offset) {}

    record GetUser(String uid) {}

    /**
     * @param state 0 disabled, 1 inactive, 2 active; not for members
     * @param remark not for members
     * @param mobile of members only what it is already: it changes by code
     * @param rid the referrer, once
     */
    record UpdateUser(
            String uid,
            @Nullable String name,
            @Nullable String avatar,
            @Nullable String mobile,
            @Nullable String email,
            @Nullable String area,
            @Nullable String address,
            @Nullable String remark,
            @Nullable Integer state,
            @Nullable String vid,
            @Nullable String rid) {}

    /**
     * @param oldPwd demanded for the caller's own password when there is one
     * @param session the caller's, which stays
     */
    record SetPassword(
            String uid,
            @Nullable String oldPwd,
            String newPwd,
            @Nullable String challengeId,
            @Nullable String challengeAnswer,
            String session) {
        @Override
        public String toString() {
            return "SetPassword[uid=" + uid + "]";
        }
    }

    record RemoveUser(String uid) {}

    record Leave(String uid, Instant askedTms) {}

    record ListSessions(String uid, String session) {}

    record EndSession(String uid, String sid) {}

    /**
     * @param current whether it is the one that asks
     */
    record Session(
            String sid, Instant beginTms, Instant lastTms, Instant endTms, boolean current) {}

    /**
     * @param url of the page where somebody becomes a member with this referrer
     */
    record Referral(String uid, String vid, String url) {}

    /**
     * What is known of a bound WeChat account.
     *
     * @param sex 0 unknown, 1 male, 2 female
     * @param sbcTms since when it is bound
     */
    record Weixin(
            String nick,
            String avatar,
            int sex,
            Instant sbcTms,
            @JsonProperty("OpenID") String openId,
            @JsonProperty("UnionID") @Nullable String unionId) {}

    /**
     * @param state 0 disabled, 1 inactive, 2 active
     * @param type 0, other values have no meaning yet
     * @param rid the referrer
     * @param vid the vendor's number; only administrators see it, and role and remark
     * @param leaveTms since when the member wants to leave
     * @param devices how many a member holds; null of others, and where only the profile is
     *     told
     */
    record User(
            String uid,
            @Nullable Role role,
            int state,
            int type,
            String name,
            String avatar,
            @Nullable String mobile,
            String email,
            String area,
            String address,
            @Nullable String remark,
            @Nullable String rid,
            @Nullable String vid,
            @Nullable Weixin weixin,
            @Nullable Instant leaveTms,
            @Nullable Integer devices,
            Instant regTms) {
        public User withDevices(int count) {
            return new User(
                    uid, role, state, type, name, avatar, mobile, email, area, address, remark, rid,
                    vid, weixin, leaveTms, count, regTms);
        }
    }

    /**
     * @param tenant path of the tenant that the account belongs to; a member's is the vendor's
     * @param vid the vendor's number, needed for a member
     * @param pwd as in {@link Login}; null leaves it as it is
     * @param rid the referrer, a member of the same vendor; counts only when the account is new
     */
    record PutAccount(
            String tenant,
            @Nullable String vid,
            Role role,
            String name,
            @Nullable String mobile,
            @Nullable String pwd,
            int state,
            @Nullable String rid) {
        @Override
        public String toString() {
            return "PutAccount[tenant=" + tenant + ", role=" + role + ", name=" + name + "]";
        }
    }
}
