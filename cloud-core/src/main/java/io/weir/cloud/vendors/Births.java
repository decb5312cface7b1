package io.weir.cloud.vendors;

import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.rights.Rights.Changed;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A tenant and its first login, which live in two contexts: first the tenant, inactive; then the
 * account; then the tenant comes into force. A node killed in between leaves an inactive tenant
 * that the one above sees and removes.
 */
final class Births {
    private static final int CODES_TRIED = 50;

    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final Vendors vendors;

    Births(Tx tx, Time time, Bus bus, Vendors vendors) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.vendors = vendors;
    }

    /**
     * @param parent path of the tenant above
     * @param code null = one that is free
     * @param user name of its login; null = nobody logs in
     */
    Kept give(
            Call call,
            String kind,
            String parent,
            @Nullable String code,
            Profile profile,
            @Nullable String user,
            @Nullable String pwd,
            boolean signed,
            String zone) {
        Tenant tenant = placed(call, kind, parent, code, profile, zone);
        String uid = null;
        if (user != null) {
            try {
                uid = account(call, tenant, user, pwd);
            } catch (Exception e) { // await() throws what the future failed with
                tx.system(
                        c -> {
                            VendorStore.drop(c, tenant.id());
                            return tenant;
                        });
                throw e;
            }
        }
        String owner = uid;
        Kept born =
                tx.system(
                        c -> {
                            Kept bare =
                                    Objects.requireNonNull(
                                            VendorStore.locked(c, Scope.PLATFORM, tenant.id()));
                            Kept whole =
                                    new Kept(
                                            Profile.standing(
                                                    profile.of(bare.vendor()),
                                                    2,
                                                    signed,
                                                    null,
                                                    zone),
                                            parent,
                                            owner,
                                            null);
                            VendorStore.set(c, whole);
                            Vendors.stand(c, whole.vendor());
                            vendors.audit(c, call, "tenant.create", null, whole.vendor());
                            return whole;
                        });
        bus.publish(Rights.CHANGED, new Changed());
        return born;
    }

    private Tenant placed(
            Call call,
            String kind,
            String parent,
            @Nullable String code,
            Profile profile,
            String zone) {
        if (code != null) {
            Tree.code(code);
        }
        String name = Objects.requireNonNull(profile.name());
        for (int i = 0; i < CODES_TRIED; i++) {
            String path = parent + (code == null ? Tree.anyCode() : code) + "/";
            var fresh = new Tenant(Tree.number(), path, kind, name, zone);
            if (tx.system(c -> TenantStore.create(c, fresh, parent, 1, time.now()))) {
                return fresh;
            }
            if (code != null) {
                break;
            }
        }
        throw Tree.taken();
    }

    private String account(Call call, Tenant tenant, String user, @Nullable String pwd) {
        var put =
                new PutAccount(
                        tenant.path(),
                        tenant.id(),
                        Role.valueOf(tenant.kind()),
                        user,
                        null,
                        pwd,
                        2,
                        null);
        return bus.call(MemberOps.CREATE_ACCOUNT, put, Call.system(call.requestId())).await().uid();
    }
}
