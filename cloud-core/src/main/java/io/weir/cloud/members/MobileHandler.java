package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.members.CodeOps.Reset;
import io.weir.api.members.CodeOps.SetMobile;
import io.weir.cloud.members.Codes.For;
import io.weir.cloud.members.Codes.Purpose;
import io.weir.cloud.members.Subjects.Subject;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.Map;
import java.util.Objects;

/** What a code proves: a new mobile (AA-06B), or that a forgotten password may be set (AA-07B). */
final class MobileHandler {
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final Codes codes;
    private final Challenges challenges;
    private final PasswordHandler passwords;
    private final Sessions sessions;

    MobileHandler(
            Tx tx,
            Time time,
            Users users,
            Codes codes,
            Challenges challenges,
            PasswordHandler passwords,
            Sessions sessions) {
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.codes = codes;
        this.challenges = challenges;
        this.passwords = passwords;
        this.sessions = sessions;
    }

    Done set(Call call, SetMobile q) {
        Account seen = users.manage(call, q.uid());
        String vid = CodeHandlers.vid(seen);
        codes.take(new For(Purpose.MOBILE, seen.uid(), vid, q.mobile()), q.code());
        tx.system(
                c -> {
                    AccountStore.alone(c);
                    Account account = Objects.requireNonNull(AccountStore.locked(c, q.uid()));
                    Account other =
                            account.role() == Role.MEMBER
                                    ? AccountStore.byMobile(c, vid, q.mobile())
                                    : null;
                    if (other != null && !other.uid().equals(account.uid())) {
                        throw ProfileHandler.taken();
                    }
                    AccountStore.setMobile(c, account.uid(), q.mobile());
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            account.tenant(),
                            "members.mobile.change",
                            "user:" + account.uid(),
                            Map.of("mobile", String.valueOf(account.mobile())),
                            Map.of("mobile", q.mobile()));
                    return account;
                });
        return Done.DONE;
    }

    /** An unknown account is answered, and counted, like a wrong code. */
    Done reset(Call call, Reset q) {
        if (q.uid() != null && !q.uid().equals(q.account())) {
            throw Rejected.invalid("uid", "differs from the path");
        }
        Subject subject = tx.system(c -> Subjects.find(c, q.account()));
        Account account = subject.account();
        String failures = Subjects.failures(q.account());
        if (!codes.taken(subject.what(), q.code()) || account == null) {
            challenges.failed(failures);
            throw Codes.bad();
        }
        challenges.succeeded(failures);
        passwords.store(call, account, q.pwd(), "members.password.reset");
        sessions.endAll(account.uid(), "password reset");
        return Done.DONE;
    }
}
