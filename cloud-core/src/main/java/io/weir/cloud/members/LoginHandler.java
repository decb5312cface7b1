package io.weir.cloud.members;

import io.weir.api.members.MemberOps.Login;
import io.weir.api.members.MemberOps.Refresh;
import io.weir.api.members.MemberOps.Tokens;
import io.weir.cloud.rights.RightsStore;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * Login and refresh. Whatever is wrong at a login (no such user, wrong password, disabled, a code
 * that was never sent), the answer and the work done for it are the same.
 */
final class LoginHandler {
    private final Tx tx;
    private final Passwords passwords;
    private final Sessions sessions;
    private final Codes codes;
    private final Challenges challenges;

    LoginHandler(
            Tx tx, Passwords passwords, Sessions sessions, Codes codes, Challenges challenges) {
        this.tx = tx;
        this.passwords = passwords;
        this.sessions = sessions;
        this.codes = codes;
        this.challenges = challenges;
    }

    Tokens login(Call call, Login request) {
        if (request.code() == null) {
            passwords.demandRoom();
        }
        String who = "login:" + request.vid() + ":" + request.user().toLowerCase(Locale.ROOT);
        challenges.demand(who, request.challengeId(), request.challengeAnswer());
        Account account = find(request);
        boolean good =
                request.code() == null ? byPassword(request, account) : byCode(request, account);
        if (!good || account == null || !account.active() || shut(account)) {
            challenges.failed(who);
            throw new Rejected(MembersError.BAD_CREDENTIALS, "user, password or code is wrong");
        }
        challenges.succeeded(who);
        return tokens(account, sessions.open(account.uid()));
    }

    /** The people of a disabled or closed tenant are out, its members are not. */
    private boolean shut(Account account) {
        return account.role() != Role.MEMBER
                && tx.system(c -> RightsStore.disabled(c, account.tenant()));
    }

    private boolean byPassword(Login request, @Nullable Account account) {
        return passwords.matches(request.pwd(), account == null ? null : account.hash());
    }

    /**
     * A code of somebody who is no member stays good: it may still be registered with. The work and
     * what is counted as a failure are the same, or a later request would tell who is one.
     */
    private boolean byCode(Login request, @Nullable Account account) {
        String vid = request.vid();
        String code = request.code();
        if (vid == null || code == null) {
            return false;
        }
        String subject = account == null ? Subjects.NOBODY : vid;
        return codes.taken(new Codes.For(Codes.Purpose.ENTER, subject, vid, request.user()), code);
    }

    Tokens refresh(Call call, Refresh request) {
        Sessions.Renewed renewed = sessions.renew(request.refreshToken());
        String sid = renewed.sid();
        Account account = sid == null ? null : byUid(renewed.uid());
        if (sid == null || account == null) {
            throw bad();
        }
        if (!account.active()) {
            sessions.end(sid, "account not active");
            throw bad();
        }
        return tokens(account, renewed);
    }

    private @Nullable Account find(Login request) {
        String vid = request.vid();
        return tx.look(
                c ->
                        vid == null
                                ? AccountStore.byName(c, request.user())
                                : AccountStore.byMobile(c, vid, request.user()));
    }

    private @Nullable Account byUid(String uid) {
        return tx.system(c -> AccountStore.byUid(c, Scope.PLATFORM, uid));
    }

    /** Opens a session of somebody who has proved who they are. */
    Tokens enter(Account account) {
        return tokens(account, sessions.open(account.uid()));
    }

    private Tokens tokens(Account account, Sessions.Renewed session) {
        String sid = session.sid();
        if (sid == null) {
            throw bad();
        }
        var claims = new Claims(account.uid(), account.role(), account.tenant(), sid);
        return new Tokens(
                sessions.accessToken(claims),
                session.refreshToken(),
                sessions.accessSeconds(),
                account.uid(),
                account.role());
    }

    private static Rejected bad() {
        return new Rejected(
                MembersError.BAD_REFRESH_TOKEN, "the refresh token is not good any more, log in");
    }
}
