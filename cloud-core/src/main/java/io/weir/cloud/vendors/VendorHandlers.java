package io.weir.cloud.vendors;

import io.weir.api.Done;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.members.MemberOps.RenameAccount;
import io.weir.api.vendors.VendorOps.CreateVendor;
import io.weir.api.vendors.VendorOps.Created;
import io.weir.api.vendors.VendorOps.GetVendor;
import io.weir.api.vendors.VendorOps.ListVendors;
import io.weir.api.vendors.VendorOps.SetMobile;
import io.weir.api.vendors.VendorOps.SetOptions;
import io.weir.api.vendors.VendorOps.SetPassword;
import io.weir.api.vendors.VendorOps.UpdateVendor;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.cloud.rights.Modules;
import io.weir.cloud.rights.RightsStore;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** AX-01 to AX-06, AX-08 and AX-13: vendors, as the platform keeps them. */
final class VendorHandlers {
    private static final List<String> VENDORS = List.of("VENDOR");

    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final Vendors vendors;
    private final Births births;
    private final Merchants merchants;
    private final String usualZone;

    VendorHandlers(
            Tx tx,
            Time time,
            Bus bus,
            Vendors vendors,
            Births births,
            Merchants merchants,
            String usualZone) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.vendors = vendors;
        this.births = births;
        this.merchants = merchants;
        this.usualZone = usualZone;
    }

    Page<Vendor> list(Call call, ListVendors q) {
        String sort =
                switch (q.sort()) {
                    case "name" -> "name";
                    case "vid" -> "id";
                    default -> "created_at";
                };
        return tx.run(
                call.scope(),
                c ->
                        VendorStore.list(
                                c,
                                call.scope(),
                                VENDORS,
                                q.name(),
                                q.state(),
                                q.area(),
                                q.signed(),
                                sort,
                                q.order().equals("desc"),
                                q.limit(),
                                q.offset()));
    }

    Created create(Call call, CreateVendor q) {
        var profile =
                new Profile(
                        q.user(),
                        q.name(),
                        q.abbv(),
                        q.logo(),
                        q.domain(),
                        q.contact(),
                        q.mobile(),
                        q.wechat(),
                        q.email(),
                        q.area(),
                        q.address(),
                        q.remark(),
                        q.mpGid(),
                        q.mpAppid(),
                        q.mchGid(),
                        q.mchAppid());
        Kept born =
                births.give(
                        call,
                        "VENDOR",
                        "/",
                        q.code(),
                        profile,
                        q.user(),
                        q.pwd(),
                        false,
                        Tree.zone(q.zone(), usualZone));
        String vid = born.vendor().id();
        merchants.keep(vid, q.mpSecret(), q.mchSecret());
        return new Created(vid);
    }

    Vendor get(Call call, GetVendor q) {
        return vendor(q.vid()).vendor();
    }

    Created update(Call call, UpdateVendor q) {
        Kept before = vendor(q.vid());
        String uid = before.ownerUid();
        if (q.user() != null && !q.user().equals(before.vendor().user())) {
            if (uid == null) {
                throw Rejected.invalid("user", "this vendor has no login");
            }
            bus.call(
                            MemberOps.RENAME_ACCOUNT,
                            new RenameAccount(uid, q.user()),
                            Call.system(call.requestId()))
                    .await();
        }
        var profile =
                new Profile(
                        q.user(),
                        q.name(),
                        q.abbv(),
                        q.logo(),
                        q.domain(),
                        q.contact(),
                        q.mobile(),
                        q.wechat(),
                        q.email(),
                        q.area(),
                        q.address(),
                        q.remark(),
                        null,
                        null,
                        null,
                        null);
        vendors.change(call, q.vid(), "profile.change", (c, k) -> k.with(profile.of(k.vendor())));
        return new Created(q.vid());
    }

    Created password(Call call, SetPassword q) {
        Kept kept = vendor(q.vid());
        password(call, kept, q.pwd());
        vendors.change(call, q.vid(), "password.change", (c, k) -> k);
        return new Created(q.vid());
    }

    /** Of the login of a tenant; its sessions end. */
    void password(Call call, Kept kept, String pwd) {
        Vendor tenant = kept.vendor();
        String user = tenant.user();
        String uid = kept.ownerUid();
        if (user == null || uid == null) {
            throw Rejected.invalid("pwd", "this tenant has no login");
        }
        // A change of name that was cut off may have left the account with the other one.
        bus.call(
                        MemberOps.RENAME_ACCOUNT,
                        new RenameAccount(uid, user),
                        Call.system(call.requestId()))
                .await();
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
        bus.call(MemberOps.PUT_ACCOUNT, put, Call.system(call.requestId())).await();
    }

    Created mobile(Call call, SetMobile q) {
        vendor(q.vid());
        vendors.change(
                call,
                q.vid(),
                "mobile.change",
                (c, k) -> k.with(Profile.mobile(q.mobile()).of(k.vendor())));
        return new Created(q.vid());
    }

    Created options(Call call, SetOptions q) {
        vendor(q.vid());
        List<String> asked = q.modules();
        if (asked != null && !Modules.GRANTED.containsAll(asked)) {
            throw new Rejected(
                    VendorsError.UNKNOWN_MODULE,
                    "modules: must be of " + Modules.GRANTED,
                    List.of(new FieldError("modules", "must be of " + Modules.GRANTED)));
        }
        if (asked != null && Boolean.TRUE.equals(q.allModules())) {
            throw Rejected.invalid("all_modules", "contradicts modules");
        }
        vendors.change(
                call,
                q.vid(),
                "options.change",
                (c, k) -> {
                    Vendor v = k.vendor();
                    return k.with(
                            Profile.standing(
                                    v,
                                    q.state() == null ? v.state() : q.state(),
                                    v.signed(),
                                    modules(v, q.allModules(), asked),
                                    v.zone()));
                });
        return new Created(q.vid());
    }

    private static @Nullable List<String> modules(
            Vendor v, @Nullable Boolean all, @Nullable List<String> asked) {
        if (asked != null) {
            return asked.stream().distinct().sorted().toList();
        }
        return Boolean.TRUE.equals(all) ? null : v.modules();
    }

    Done close(Call call, GetVendor q) {
        close(call, vendor(q.vid()));
        return Done.DONE;
    }

    /** With all that stands below it; the door refuses its people from now on. */
    void close(Call call, Kept kept) {
        Vendor v = kept.vendor();
        tx.system(
                c -> {
                    VendorStore.close(c, v.path(), time.now());
                    RightsStore.setStanding(c, v.path(), true, true, List.of());
                    vendors.audit(c, call, "tenant.close", v, null);
                    return v;
                });
        bus.publish(io.weir.cloud.rights.Rights.CHANGED, new io.weir.cloud.rights.Rights.Changed());
    }

    /** Agents and dealers have numbers too, but are not vendors. */
    private Kept vendor(String vid) {
        Kept kept = vendors.find(Scope.PLATFORM, vid);
        if (!kept.vendor().kind().equals("VENDOR")) {
            throw Rejected.notFound("vendor " + vid);
        }
        return kept;
    }
}
