package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.members.CodeOps.Register;
import io.weir.api.members.CodeOps.Registered;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.members.Codes.For;
import io.weir.cloud.members.Codes.Purpose;
import io.weir.model.access.Role;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * AA-02B: somebody becomes a member of a vendor with a code that came to their mobile. Without a
 * password they log in by code until they set one.
 */
final class RegisterHandler {
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Passwords passwords;
    private final Codes codes;

    RegisterHandler(Bus bus, Tx tx, Time time, Passwords passwords, Codes codes) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.passwords = passwords;
        this.codes = codes;
    }

    Registered register(Call call, Register q) {
        Tenant vendor = bus.call(VendorsApi.BY_VID, new GetByVid(q.vid()), call).await();
        // Checked before the code is used up, so that it can be corrected.
        tx.system(
                c -> {
                    Referrers.check(c, vendor.path(), q.rid());
                    return q;
                });
        codes.take(new For(Purpose.ENTER, q.vid(), q.vid(), q.mobile()), q.code());
        String hash = q.pwd() == null ? null : passwords.hash(q.pwd());
        return new Registered(tx.system(c -> born(c, call, vendor, q, hash)));
    }

    private String born(
            SqlConnection c, Call call, Tenant vendor, Register q, @Nullable String hash) {
        AccountStore.alone(c);
        if (AccountStore.byMobile(c, q.vid(), q.mobile()) != null) {
            throw ProfileHandler.taken();
        }
        var put =
                new PutAccount(
                        vendor.path(),
                        q.vid(),
                        Role.MEMBER,
                        q.name(),
                        q.mobile(),
                        null,
                        2,
                        q.rid());
        String uid = AccountStore.insert(c, PutAccountHandler.code(vendor.path()), put, time.now());
        Account bare = Objects.requireNonNull(AccountStore.locked(c, uid));
        AccountStore.setProfile(
                c,
                new Account(
                        uid,
                        bare.tenant(),
                        bare.vid(),
                        bare.role(),
                        bare.type(),
                        bare.name(),
                        or(q.avatar()),
                        bare.mobile(),
                        or(q.email()),
                        or(q.area()),
                        or(q.address()),
                        bare.remark(),
                        bare.state(),
                        bare.rid(),
                        null,
                        null,
                        null,
                        bare.createdAt(),
                        null));
        if (hash != null) {
            AccountStore.setPassword(c, uid, hash, time.now());
        }
        AuditStore.add(
                c,
                call,
                time.now(),
                vendor.path(),
                "members.account.register",
                "user:" + uid,
                null,
                Users.user(bare, Role.PLATFORM));
        return uid;
    }

    private static String or(@Nullable String given) {
        return given == null ? "" : given;
    }
}
