package io.weir.cloud.members;

import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.ListUsers;
import io.weir.api.members.MemberOps.User;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.CountBound;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.ArrayList;
import java.util.List;

/** Reads accounts: for people within their scope, for other contexts with the referrers. */
final class Users {
    private final Tx tx;
    private final Bus bus;

    Users(Tx tx, Bus bus) {
        this.tx = tx;
        this.bus = bus;
    }

    User get(Call call, GetUser request) {
        return counted(call, List.of(find(call, request.uid()))).getFirst();
    }

    /** AA-01: what somebody may see of whom depends on who they are. */
    Page<User> list(Call call, ListUsers q) {
        Page<Account> page = tx.run(call.scope(), c -> AccountStore.list(c, call.scope(), q));
        return new Page<>(page.total(), counted(call, page.items()));
    }

    /** With how many devices each member holds. */
    private List<User> counted(Call call, List<Account> accounts) {
        List<String> members =
                accounts.stream().filter(a -> a.role() == Role.MEMBER).map(Account::uid).toList();
        List<Integer> counts =
                members.isEmpty()
                        ? List.of()
                        : bus.call(
                                        SharingApi.COUNT,
                                        new CountBound(members),
                                        Call.system(call.requestId()))
                                .await()
                                .counts();
        List<User> users = new ArrayList<>();
        int next = 0;
        for (Account a : accounts) {
            User user = user(a, call.actor().role());
            users.add(a.role() == Role.MEMBER ? user.withDevices(counts.get(next++)) : user);
        }
        return users;
    }

    /**
     * As {@link #find}, for a change. Members and installers are everybody's to manage who has the
     * right; the accounts of those who work for a tenant are their own and those above's, by
     * vendors, agents and staff: or a right to change members would open the owner's account.
     */
    Account manage(Call call, String uid) {
        Account account = find(call, uid);
        boolean own = call.actor().uid().equals(uid);
        boolean open = account.role() == Role.MEMBER || account.role() == Role.INSTALLER;
        boolean platform = call.actor().role() == Role.PLATFORM && account.role() != Role.PLATFORM;
        if (own || open || platform) {
            return account;
        }
        throw new Rejected(
                CommonError.FORBIDDEN, "accounts of " + account.role() + " are not managed here");
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
                    if (account == null
                            || account.role() != Role.MEMBER
                            || !call.scope().covers(account.tenant())) {
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
                null,
                a.createdAt());
    }
}
