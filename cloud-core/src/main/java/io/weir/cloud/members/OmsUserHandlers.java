package io.weir.cloud.members;

import io.weir.api.Done;
import io.weir.api.members.CodeOps.Registered;
import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.ListUsers;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.RemoveUser;
import io.weir.api.members.MemberOps.User;
import io.weir.api.members.OmsUserOps.OmsAddUser;
import io.weir.api.members.OmsUserOps.OmsListUsers;
import io.weir.api.members.OmsUserOps.OmsUpdateUser;
import io.weir.api.members.OmsUserOps.OmsUser;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;
import java.util.Map;

/** OMS 4.1 to 4.4 and 4.7: members, as enterprises see them. */
final class OmsUserHandlers {
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Users users;
    private final Passwords hashing;
    private final PasswordHandler passwords;
    private final LeaveHandlers leave;
    private final Sessions sessions;

    OmsUserHandlers(
            Bus bus,
            Tx tx,
            Time time,
            Users users,
            Passwords hashing,
            PasswordHandler passwords,
            LeaveHandlers leave,
            Sessions sessions) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.users = users;
        this.hashing = hashing;
        this.passwords = passwords;
        this.leave = leave;
        this.sessions = sessions;
    }

    Page<User> list(Call call, OmsListUsers q) {
        int limit = q.limit() == null ? q.pageSize() : q.limit();
        int offset = q.offset() == null ? (q.page() - 1) * q.pageSize() : q.offset();
        return users.list(
                call,
                new ListUsers(
                        null,
                        q.username(),
                        null,
                        Role.MEMBER,
                        null,
                        null,
                        null,
                        null,
                        "uid",
                        "asc",
                        limit,
                        offset));
    }

    Registered add(Call call, OmsAddUser q) {
        Tenant vendor = vendor(call, q);
        String hash = hashing.hash(q.password());
        return tx.system(
                c -> {
                    AccountStore.alone(c);
                    if (AccountStore.byMobile(c, vendor.id(), q.username()) != null) {
                        throw new Rejected(
                                MembersError.MOBILE_TAKEN,
                                "username: is another member's",
                                List.of(new FieldError("username", "is another member's")));
                    }
                    var put =
                            new PutAccount(
                                    vendor.path(),
                                    vendor.id(),
                                    Role.MEMBER,
                                    q.username(),
                                    q.username(),
                                    null,
                                    2,
                                    null);
                    String uid =
                            AccountStore.insert(
                                    c, PutAccountHandler.code(vendor.path()), put, time.now());
                    AccountStore.setPassword(c, uid, hash, time.now());
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            vendor.path(),
                            "members.account.add",
                            "user:" + uid,
                            null,
                            Map.of("mobile", q.username()));
                    return new Registered(uid);
                });
    }

    /** Of the app; the platform's own app names one. */
    private Tenant vendor(Call call, OmsAddUser q) {
        Scope scope = call.scope();
        if (scope.path().equals("/")) {
            if (q.vid() == null) {
                throw Rejected.invalid("vid", "is required for the platform");
            }
            return bus.call(VendorsApi.BY_VID, new GetByVid(q.vid()), call).await();
        }
        Tenant own =
                bus.call(VendorsApi.CHAIN, new GetChain(scope.path()), call)
                        .await()
                        .tenants()
                        .getFirst();
        if (q.vid() != null && !q.vid().equals(own.id())) {
            throw Rejected.invalid("vid", "is not your own");
        }
        return own;
    }

    Done update(Call call, OmsUpdateUser q) {
        Account account = member(call, q.id());
        passwords.store(call, account, q.password(), "members.password.set");
        sessions.endAll(account.uid(), "password set");
        return Done.DONE;
    }

    User get(Call call, OmsUser q) {
        member(call, q.id());
        return users.get(call, new GetUser(q.id()));
    }

    Done remove(Call call, OmsUser q) {
        member(call, q.id());
        return leave.remove(call, new RemoveUser(q.id()));
    }

    /** Staff are none of OMS's users. */
    private Account member(Call call, String uid) {
        Account account = users.find(call, uid);
        if (account.role() != Role.MEMBER) {
            throw Rejected.notFound("user " + uid);
        }
        return account;
    }
}
