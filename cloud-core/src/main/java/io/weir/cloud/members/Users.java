package io.weir.cloud.members;

import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.User;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.cloud.members.AccountStore.Account;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
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
        Scope scope = call.scope();
        Account account = tx.run(scope, c -> AccountStore.byUid(c, scope, request.uid()));
        if (account == null) {
            throw Rejected.notFound("user " + request.uid());
        }
        return user(account, call.actor().role());
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

    /** {@code vid} is for administrators' eyes. */
    static User user(Account a, Role reader) {
        return new User(
                a.uid(),
                a.role(),
                a.state(),
                a.name(),
                a.mobile(),
                a.rid(),
                reader == Role.MEMBER ? null : a.vid(),
                a.createdAt());
    }
}
