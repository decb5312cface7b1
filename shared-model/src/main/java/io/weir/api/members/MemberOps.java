package io.weir.api.members;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** Accounts and logins, as the HTTP API asks for them, and the seeding of accounts over the bus. */
public interface MemberOps {
    Op<Login, Tokens> LOGIN = Op.of("members.login.v1", Login.class, Tokens.class);

    Op<Refresh, Tokens> REFRESH = Op.of("members.refresh.v1", Refresh.class, Tokens.class);

    Op<Logout, Done> LOGOUT = Op.of("members.logout.v1", Logout.class, Done.class);

    /** NOT_FOUND for an account outside the caller's scope. */
    Op<GetUser, User> GET_USER = Op.of("members.user.get.v1", GetUser.class, User.class);

    /**
     * Creates the account with this name (or, for a member, this mobile of this vendor) or sets
     * name, state and password of the one that is there. Platform only; not on HTTP.
     */
    Op<PutAccount, User> PUT_ACCOUNT =
            Op.of("members.account.put.v1", PutAccount.class, User.class);

    /**
     * @param user a name; with {@code vid} a mobile
     * @param pwd 32 hex digits are taken as its MD5, anything else as the password itself
     */
    record Login(String user, @Nullable String pwd, @Nullable String code, @Nullable String vid) {
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

    record GetUser(String uid) {}

    /**
     * @param state 0 disabled, 1 inactive, 2 active
     * @param rid the referrer
     * @param vid the vendor's number; only administrators see it
     */
    record User(
            String uid,
            Role role,
            int state,
            String name,
            @Nullable String mobile,
            @Nullable String rid,
            @Nullable String vid,
            Instant regTms) {}

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
