package io.weir.cloud.vendors;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.vendors.StaffOps.AddStaff;
import io.weir.api.vendors.StaffOps.DataScope;
import io.weir.api.vendors.StaffOps.GetStaff;
import io.weir.api.vendors.StaffOps.ListStaff;
import io.weir.api.vendors.StaffOps.Staff;
import io.weir.api.vendors.StaffOps.StaffRole;
import io.weir.api.vendors.StaffOps.UpdateStaff;
import io.weir.cloud.rights.BuiltInRole;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.rights.Rights.Changed;
import io.weir.cloud.rights.RightsStore;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** Accounts of a tenant's staff and their roles (P-008 to P-012); a change is in force at once. */
final class StaffHandlers {
    static final String CUSTOM = "CUSTOM";

    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final Vendors vendors;

    StaffHandlers(Tx tx, Time time, Bus bus, Vendors vendors) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.vendors = vendors;
    }

    Page<Staff> list(Call call, ListStaff q) {
        return tx.run(call.scope(), c -> StaffStore.list(c, call.scope(), q));
    }

    Staff add(Call call, AddStaff q) {
        var tenant = vendors.own(call).vendor();
        String area = area(call, q.areaVid());
        Staff wish = wish(q, area, "");
        tx.system(c -> allowed(c, call, null, wish));
        var put =
                new PutAccount(
                        tenant.path(), tenant.id(), Role.STAFF, q.user(), null, q.pwd(), 2, null);
        String uid =
                bus.call(MemberOps.CREATE_ACCOUNT, put, Call.system(call.requestId()))
                        .await()
                        .uid();
        Staff staff = wish(q, area, uid);
        tx.system(
                c -> {
                    store(c, call, allowed(c, call, null, staff), staff, area);
                    audit(c, call, "staff.add", null, staff);
                    return staff;
                });
        bus.publish(Rights.CHANGED, new Changed());
        return staff;
    }

    private Staff wish(AddStaff q, @Nullable String area, String uid) {
        return new Staff(
                uid,
                q.user(),
                q.name(),
                q.role(),
                q.roleId(),
                2,
                area == null ? null : q.areaVid(),
                q.dataScope(),
                q.remark() == null ? "" : q.remark(),
                time.now());
    }

    Staff update(Call call, UpdateStaff q) {
        Staff seen = find(call, q.uid());
        String areaVid = q.areaVid() == null ? seen.areaVid() : q.areaVid();
        String area = area(call, areaVid);
        Staff wish = changed(seen, q, area == null ? null : areaVid);
        tx.system(c -> allowed(c, call, seen, wish));
        if (q.pwd() != null || wish.state() != seen.state()) {
            account(call, wish, q.pwd(), wish.state());
        }
        Staff after =
                tx.system(
                        c -> {
                            Staff before =
                                    there(StaffStore.locked(c, call.scope(), q.uid()), q.uid());
                            Staff now = changed(before, q, area == null ? null : areaVid);
                            store(c, call, allowed(c, call, before, now), now, area);
                            audit(c, call, "staff.change", before, now);
                            return now;
                        });
        bus.publish(Rights.CHANGED, new Changed());
        return after;
    }

    /** What isn't said stays. */
    private static Staff changed(Staff before, UpdateStaff q, @Nullable String areaVid) {
        String role = q.role() == null ? before.role() : q.role();
        return new Staff(
                before.uid(),
                before.user(),
                q.name() == null ? before.name() : q.name(),
                role,
                role.equals(CUSTOM)
                        ? (q.roleId() == null ? before.roleId() : q.roleId())
                        : q.roleId(),
                q.state() == null ? before.state() : q.state(),
                areaVid,
                q.dataScope() == null ? before.dataScope() : q.dataScope(),
                q.remark() == null ? before.remark() : q.remark(),
                before.regTms());
    }

    Done remove(Call call, GetStaff q) {
        Staff seen = find(call, q.uid());
        tx.system(
                c -> {
                    StaffLimits.check(c, call, seen, null);
                    return seen;
                });
        account(call, seen, null, 0);
        tx.system(
                c -> {
                    Staff before = there(StaffStore.locked(c, call.scope(), q.uid()), q.uid());
                    StaffLimits.check(c, call, before, null);
                    StaffStore.remove(c, q.uid());
                    RightsStore.dropStaff(c, q.uid());
                    audit(c, call, "staff.remove", before, null);
                    return before;
                });
        bus.publish(Rights.CHANGED, new Changed());
        return Done.DONE;
    }

    /** Name and tenant stay: who is removed stays known to the audit log. */
    private void account(Call call, Staff staff, @Nullable String pwd, int state) {
        var tenant = vendors.own(call).vendor();
        var put =
                new PutAccount(
                        tenant.path(),
                        tenant.id(),
                        Role.STAFF,
                        staff.user(),
                        null,
                        pwd,
                        state,
                        null);
        bus.call(MemberOps.PUT_ACCOUNT, put, Call.system(call.requestId())).await();
    }

    /** The operations of the role that they are to have; null for a built-in one. */
    private static Operations allowed(
            SqlConnection c, Call call, @Nullable Staff before, Staff now) {
        List<String> operations = operations(c, call, now.role(), now.roleId());
        StaffLimits.check(c, call, before, now);
        return new Operations(operations);
    }

    /**
     * @param named null for a built-in role
     */
    private record Operations(@Nullable List<String> named) {}

    private static void store(
            SqlConnection c, Call call, Operations may, Staff staff, @Nullable String area) {
        StaffStore.put(c, call.scope().path(), staff);
        RightsStore.setStaff(c, staff.uid(), staff.role(), may.named());
        RightsStore.setArea(c, staff.uid(), area, staff.dataScope() == DataScope.OWN);
    }

    /** The path of an agent or dealer below; null for all. */
    private @Nullable String area(Call call, @Nullable String vid) {
        if (vid == null || vid.isEmpty()) {
            return null;
        }
        try {
            String path = vendors.find(call.scope(), vid).vendor().path();
            if (!path.equals(call.scope().path())) {
                return path;
            }
        } catch (Rejected e) {
            if (e.status() != 404 && e.status() != 410) {
                throw e;
            }
        }
        throw Rejected.invalid("area_vid", "must be an agent's or dealer's below");
    }

    /** Of a custom role; null for a built-in one. */
    private static @Nullable List<String> operations(
            SqlConnection c, Call call, String role, @Nullable Long roleId) {
        if (!role.equals(CUSTOM)) {
            if (roleId != null) {
                throw unknown("role_id", "goes with role CUSTOM only");
            }
            if (Arrays.stream(BuiltInRole.values()).noneMatch(r -> r.name().equals(role))) {
                throw unknown("role", "must be one of " + List.of(BuiltInRole.values()));
            }
            return null;
        }
        StaffRole custom = roleId == null ? null : StaffStore.role(c, call.scope(), roleId);
        if (custom == null) {
            throw unknown("role_id", "must be one of the tenant's own roles");
        }
        return custom.operations();
    }

    private static Rejected unknown(String field, String rule) {
        return new Rejected(
                VendorsError.UNKNOWN_ROLE,
                field + ": " + rule,
                List.of(new FieldError(field, rule)));
    }

    private Staff find(Call call, String uid) {
        return there(tx.run(call.scope(), c -> StaffStore.get(c, call.scope(), uid)), uid);
    }

    private static Staff there(@Nullable Staff staff, String uid) {
        if (staff == null) {
            throw Rejected.notFound("staff " + uid);
        }
        return staff;
    }

    private void audit(
            SqlConnection c,
            Call call,
            String action,
            @Nullable Staff before,
            @Nullable Staff after) {
        Staff about = after == null ? before : after;
        AuditStore.add(
                c,
                call,
                time.now(),
                call.scope().path(),
                "vendors." + action,
                "user:" + (about == null ? "" : about.uid()),
                before,
                after);
    }
}
