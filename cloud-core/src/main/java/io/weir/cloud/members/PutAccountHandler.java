package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.RenameAccount;
import io.weir.api.members.MemberOps.User;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Creates an account, or sets name, state and password of the one that is there. */
final class PutAccountHandler {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{2,31}");
    static final Pattern MOBILE = Pattern.compile("\\+?[0-9]{6,15}");

    private final Tx tx;
    private final Time time;
    private final Passwords passwords;
    private final Sessions sessions;

    PutAccountHandler(Tx tx, Time time, Passwords passwords, Sessions sessions) {
        this.tx = tx;
        this.time = time;
        this.passwords = passwords;
        this.sessions = sessions;
    }

    /** Refuses what is there, where {@link #put} changes it. */
    User create(Call call, PutAccount a) {
        return put(call, a, true);
    }

    User put(Call call, PutAccount a) {
        return put(call, a, false);
    }

    Done rename(Call call, RenameAccount q) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform renames accounts");
        }
        if (!NAME.matcher(q.name()).matches()) {
            throw Rejected.invalid("user", "must match " + NAME.pattern());
        }
        tx.system(
                c -> {
                    AccountStore.alone(c);
                    Account other = AccountStore.byName(c, q.name());
                    if (other != null && !other.uid().equals(q.uid())) {
                        throw taken();
                    }
                    AccountStore.rename(c, q.uid(), q.name());
                    return q;
                });
        return Done.DONE;
    }

    private static Rejected taken() {
        return new Rejected(
                MembersError.NAME_TAKEN,
                "user: is taken by another account",
                List.of(new FieldError("user", "is taken by another account")));
    }

    private User put(Call call, PutAccount a, boolean fresh) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform puts accounts");
        }
        check(a);
        String hash = a.pwd() == null ? null : passwords.hash(a.pwd());
        Account account = tx.system(c -> put(c, a, hash, fresh));
        if (hash != null || !account.active()) {
            sessions.endAll(account.uid(), "account set by the platform");
        }
        return Users.user(account, Role.PLATFORM);
    }

    private Account put(SqlConnection c, PutAccount a, @Nullable String hash, boolean fresh) {
        AccountStore.alone(c);
        Account there = there(c, a);
        String uid;
        if (there == null) {
            referrer(c, a);
            uid = AccountStore.insert(c, code(a.tenant()), a, time.now());
        } else {
            if (fresh) {
                throw taken();
            }
            if (there.role() != a.role() || !there.tenant().equals(a.tenant())) {
                throw new Rejected(MembersError.NAME_TAKEN, "name: is taken by another account");
            }
            uid = there.uid();
            AccountStore.update(c, uid, a.name(), a.state());
        }
        if (hash != null) {
            AccountStore.setPassword(c, uid, hash, time.now());
        }
        return Objects.requireNonNull(AccountStore.byUid(c, Scope.PLATFORM, uid));
    }

    private static @Nullable Account there(SqlConnection c, PutAccount a) {
        if (a.role() != Role.MEMBER) {
            return AccountStore.byName(c, a.name());
        }
        return AccountStore.byMobile(
                c, Objects.requireNonNull(a.vid()), Objects.requireNonNull(a.mobile()));
    }

    private static void check(PutAccount a) {
        if (a.role() == Role.MEMBER) {
            if (a.vid() == null) {
                throw Rejected.invalid("vid", "is required for a member");
            }
            if (a.mobile() == null || !MOBILE.matcher(a.mobile()).matches()) {
                throw Rejected.invalid("mobile", "must be 6 to 15 digits");
            }
        } else if (!NAME.matcher(a.name()).matches()) {
            throw Rejected.invalid("name", "must match " + NAME.pattern());
        }
        if (a.name().isBlank() || a.name().length() > 64) {
            throw Rejected.invalid("name", "must have 1 to 64 characters");
        }
        if (a.state() < 0 || a.state() > 2) {
            throw Rejected.invalid("state", "must be 0, 1 or 2");
        }
    }

    /** Nobody is above who is just born: no cycle can be. */
    private static void referrer(SqlConnection c, PutAccount a) {
        if (a.rid() == null) {
            return;
        }
        Referrers.check(c, a.tenant(), a.rid());
    }

    /** VVVV of the account's number: the vendor's code, 0000 for the platform. */
    static String code(String tenant) {
        String vendor = Scope.vendorOf(tenant);
        return vendor.equals("/") ? "0000" : vendor.substring(1, vendor.length() - 1);
    }
}
