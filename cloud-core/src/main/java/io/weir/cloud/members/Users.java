package io.weir.cloud.members;

import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.ListUsers;
import io.weir.api.members.MemberOps.User;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** Reads accounts: for people within their scope, for other contexts with the referrers. */
final class Users {
    private final Tx tx;

    Users(Tx tx) {
        this.tx = tx;
    }

    User get(Call call, GetUser request) {
        return user(find(call, request.uid()), call.actor().role());
    }

    /** AA-01: what somebody may see of whom depends on who they are. */
    Page<User> list(Call call, ListUsers q) {
        Page<Account> page = tx.run(call.scope(), c -> AccountStore.list(c, call.scope(), q));
        Role reader = call.actor().role();
        return new Page<>(page.total(), page.items().stream().map(a -> user(a, reader)).toList());
    }

    /** NOT_FOUND outside the caller's scope, GONE when it was closed. */
    Account find(Call call, String uid) {
        Scope scope = call.scope();
        Account account = tx.run(scope, c -> AccountStore.byUid(c, scope, uid));
        if (account == null) {
            throw Rejected.notFound("user " + uid);
        }
        if (account.closedAt() != null) {
            throw new Rejected(CommonError.GONE, "user " + uid + " is closed for ever");
        }
        return account;
    }

    /**
     * Referrers are rows that the member itself may not see, so this reads as the system, after
     * checking that the member is within the caller's scope.
     */
    MemberFacts facts(Call call, GetMember request) {
        return tx.system(
                c -> {
                    Account account = AccountStore.byUid(c, call.scope(), request.uid());
                    if (account == null || account.role() != Role.MEMBER) {
                        throw Rejected.notFound("member " + request.uid());
                    }
                    return new MemberFacts(
                            account.uid(),
                            account.tenant(),
                            account.name(),
                            account.active(),
                            AccountStore.referrers(c, account.uid()));
                });
    }

    /** {@code vid}, role and remark are for administrators' eyes. */
    static User user(Account a, Role reader) {
        boolean administrator = reader != Role.MEMBER;
        return new User(
                a.uid(),
                administrator ? a.role() : null,
                a.state(),
                a.type(),
                a.name(),
                a.avatar(),
                a.mobile(),
                a.email(),
                a.area(),
                a.address(),
                administrator ? a.remark() : null,
                a.rid(),
                administrator ? a.vid() : null,
                a.weixin(),
                a.leaveAskedAt(),
                a.createdAt());
    }
}
