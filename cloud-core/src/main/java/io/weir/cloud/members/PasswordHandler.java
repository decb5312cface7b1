package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.members.MemberOps.SetPassword;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * AA-05. Everybody changes their own password and shows the old one; platform and vendors set those
 * of their scope without it. All other sessions of the account end.
 */
final class PasswordHandler {
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final Passwords passwords;
    private final Sessions sessions;
    private final Challenges challenges;

    PasswordHandler(
            Tx tx,
            Time time,
            Users users,
            Passwords passwords,
            Sessions sessions,
            Challenges challenges) {
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.passwords = passwords;
        this.sessions = sessions;
        this.challenges = challenges;
    }

    Done set(Call call, SetPassword q) {
        boolean own = call.actor().uid().equals(q.uid());
        Role role = call.actor().role();
        if (!own && role != Role.PLATFORM && role != Role.VENDOR) {
            throw new Rejected(CommonError.FORBIDDEN, "only your own password");
        }
        Account account = users.manage(call, q.uid());
        if (own) {
            old(account, q);
        }
        store(call, account, q.newPwd(), "members.password.change");
        sessions.endOthers(account.uid(), own ? q.session() : "", "password changed");
        return Done.DONE;
    }

    /** Who has proved who they are in another way. */
    void store(Call call, Account account, String password, String action) {
        String hash = passwords.hash(password);
        tx.system(
                c -> {
                    AccountStore.setPassword(c, account.uid(), hash, time.now());
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            account.tenant(),
                            action,
                            "user:" + account.uid(),
                            null,
                            Map.of("uid", account.uid()));
                    return hash;
                });
    }

    /** Members who came by code or WeChat have none yet. */
    private void old(Account account, SetPassword q) {
        String hash =
                Objects.requireNonNull(tx.system(c -> AccountStore.locked(c, account.uid())))
                        .hash();
        if (hash == null) {
            return;
        }
        String who = "old:" + account.uid();
        challenges.demand(who, q.challengeId(), q.challengeAnswer());
        if (!passwords.matches(q.oldPwd(), hash)) {
            challenges.failed(who);
            throw new Rejected(
                    CommonError.INVALID,
                    "old_pwd: is wrong",
                    List.of(new FieldError("old_pwd", "is wrong")));
        }
        challenges.succeeded(who);
    }
}
