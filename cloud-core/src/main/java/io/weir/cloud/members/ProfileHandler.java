package io.weir.cloud.members;

import io.weir.api.members.MemberOps.UpdateUser;
import io.weir.api.members.MemberOps.User;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * AA-04. Members change their own profile; a mobile only by code (AA-06), vendor and, once bound,
 * referrer never, remark and state not at all. Administrators change what is in their scope.
 */
final class ProfileHandler {
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final Sessions sessions;

    ProfileHandler(Tx tx, Time time, Users users, Sessions sessions) {
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.sessions = sessions;
    }

    User update(Call call, UpdateUser q) {
        Account seen = users.manage(call, q.uid());
        if (call.actor().isMember()) {
            own(seen, q);
        } else {
            same("vid", seen.vid(), q.vid());
            if (seen.role() == Role.MEMBER) {
                mobile(q.mobile());
            }
        }
        Account after =
                tx.system(
                        c -> {
                            AccountStore.alone(c);
                            Account before =
                                    Objects.requireNonNull(AccountStore.locked(c, q.uid()));
                            Account changed =
                                    changed(before, q, Referrers.bound(c, before, q.rid()));
                            free(c, before, changed);
                            AccountStore.setProfile(c, changed);
                            AuditStore.add(
                                    c,
                                    call,
                                    time.now(),
                                    before.tenant(),
                                    "members.profile.change",
                                    "user:" + q.uid(),
                                    Users.user(before, Role.PLATFORM),
                                    Users.user(changed, Role.PLATFORM));
                            return changed;
                        });
        if (!after.active()) {
            sessions.endAll(after.uid(), "disabled");
        }
        return Users.user(after, call.actor().role());
    }

    private static void own(Account seen, UpdateUser q) {
        same("vid", seen.vid(), q.vid());
        same("mobile", seen.mobile(), q.mobile());
        same("remark", seen.remark(), q.remark());
        if (q.state() != null && q.state() != seen.state()) {
            throw Rejected.invalid("state", "is not for members to change");
        }
    }

    private static void same(String field, @Nullable String there, @Nullable String given) {
        if (given != null && !given.equals(there)) {
            throw Rejected.invalid(field, "can't be changed here");
        }
    }

    private static void mobile(@Nullable String mobile) {
        if (mobile != null && !PutAccountHandler.MOBILE.matcher(mobile).matches()) {
            throw Rejected.invalid("mobile", "must be 6 to 15 digits");
        }
    }

    /** The index says it too; here it gets its name. */
    private static void free(io.vertx.sqlclient.SqlConnection c, Account before, Account changed) {
        String mobile = changed.mobile();
        String vid = changed.vid();
        if (mobile == null || vid == null || mobile.equals(before.mobile())) {
            return;
        }
        if (changed.role() == Role.MEMBER && AccountStore.byMobile(c, vid, mobile) != null) {
            throw taken();
        }
    }

    static Rejected taken() {
        return new Rejected(
                MembersError.MOBILE_TAKEN,
                "mobile: is another member's",
                List.of(new FieldError("mobile", "is another member's")));
    }

    private static Account changed(Account a, UpdateUser q, @Nullable String rid) {
        // Who logs in by name keeps it: a name is what others know them by.
        String name = a.role() == Role.MEMBER ? or(q.name(), a.name()) : a.name();
        return new Account(
                a.uid(),
                a.tenant(),
                a.vid(),
                a.role(),
                a.type(),
                name,
                or(q.avatar(), a.avatar()),
                q.mobile() == null ? a.mobile() : q.mobile(),
                or(q.email(), a.email()),
                or(q.area(), a.area()),
                or(q.address(), a.address()),
                or(q.remark(), a.remark()),
                q.state() == null ? a.state() : q.state(),
                rid,
                a.weixin(),
                a.leaveAskedAt(),
                a.closedAt(),
                a.createdAt(),
                null);
    }

    private static String or(@Nullable String given, String there) {
        return given == null ? there : given;
    }
}
