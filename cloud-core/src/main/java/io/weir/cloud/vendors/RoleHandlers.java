package io.weir.cloud.vendors;

import io.weir.api.Done;
import io.weir.api.vendors.StaffOps.GetRole;
import io.weir.api.vendors.StaffOps.ListRoles;
import io.weir.api.vendors.StaffOps.MenuItem;
import io.weir.api.vendors.StaffOps.PutRole;
import io.weir.api.vendors.StaffOps.Staff;
import io.weir.api.vendors.StaffOps.StaffRole;
import io.weir.cloud.rights.BuiltInRole;
import io.weir.cloud.rights.Menu;
import io.weir.cloud.rights.Modules;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.rights.Rights.Changed;
import io.weir.cloud.rights.RightsStore;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Built-in and custom roles of staff, and what menus somebody sees. */
final class RoleHandlers {
    private final Tx tx;
    private final Time time;
    private final Bus bus;
    private final Set<String> operations;

    /**
     * @param operations every operation of the contract that a right may name
     */
    RoleHandlers(Tx tx, Time time, Bus bus, Set<String> operations) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
        this.operations = operations;
    }

    List<StaffRole> list(Call call, ListRoles q) {
        List<StaffRole> roles = new ArrayList<>();
        for (BuiltInRole role : BuiltInRole.values()) {
            roles.add(new StaffRole(null, role.name(), true, List.of(), names(Menu.of(role))));
        }
        roles.addAll(tx.run(call.scope(), c -> StaffStore.roles(c, call.scope())));
        return roles;
    }

    StaffRole add(Call call, PutRole q) {
        StaffRole fresh = checked(q);
        return tx.system(
                c -> {
                    StaffLimits.check(c, call, fresh.operations());
                    Long id = StaffStore.addRole(c, call.scope(), fresh, time.now());
                    if (id == null) {
                        throw taken();
                    }
                    var added =
                            new StaffRole(
                                    id, fresh.name(), false, fresh.operations(), fresh.menus());
                    audit(c, call, "role.add", null, added);
                    return added;
                });
    }

    StaffRole update(Call call, PutRole q) {
        StaffRole after = checked(q);
        long id = Objects.requireNonNull(q.roleId());
        Scope scope = call.scope();
        tx.system(
                c -> {
                    StaffRole before = there(StaffStore.role(c, scope, id), id);
                    StaffLimits.check(c, call, before.operations());
                    StaffLimits.check(c, call, after.operations());
                    Long named = StaffStore.named(c, scope, after.name());
                    if (named != null && named != id) {
                        throw taken();
                    }
                    StaffStore.setRole(c, id, after);
                    for (String uid : StaffStore.having(c, id)) {
                        RightsStore.setStaff(c, uid, StaffHandlers.CUSTOM, after.operations());
                    }
                    audit(c, call, "role.change", before, after);
                    return after;
                });
        bus.publish(Rights.CHANGED, new Changed());
        return after;
    }

    Done remove(Call call, GetRole q) {
        tx.system(
                c -> {
                    StaffRole before =
                            there(StaffStore.role(c, call.scope(), q.roleId()), q.roleId());
                    StaffLimits.check(c, call, before.operations());
                    if (!StaffStore.having(c, q.roleId()).isEmpty()) {
                        throw new Rejected(VendorsError.IN_USE, "somebody has this role");
                    }
                    StaffStore.removeRole(c, q.roleId());
                    audit(c, call, "role.remove", before, null);
                    return before;
                });
        return Done.DONE;
    }

    /** By role, capped by what the vendor was granted. */
    List<MenuItem> menus(Call call, ListRoles q) {
        Set<Menu> seen = seen(call);
        List<String> granted = granted(call);
        return Arrays.stream(Menu.values())
                .filter(seen::contains)
                .filter(
                        menu ->
                                granted == null
                                        || granted.contains(menu.module)
                                        || !Modules.GRANTED.contains(menu.module))
                .map(menu -> new MenuItem(menu.name(), menu.zh, menu.en, menu.module))
                .toList();
    }

    /** Agents and dealers have no marketing and don't sign. */
    private Set<Menu> seen(Call call) {
        Role role = call.actor().role();
        if (role == Role.STAFF) {
            return ofStaff(call);
        }
        Set<Menu> all = EnumSet.allOf(Menu.class);
        if (role != Role.VENDOR && role != Role.PLATFORM) {
            all.removeAll(EnumSet.of(Menu.SIGNING, Menu.MARKETING, Menu.PRODUCTS));
        }
        return all;
    }

    private Set<Menu> ofStaff(Call call) {
        return tx.run(
                call.scope(),
                c -> {
                    Staff staff = StaffStore.get(c, call.scope(), call.actor().uid());
                    if (staff == null) {
                        return Set.of();
                    }
                    Long roleId = staff.roleId();
                    if (roleId == null) {
                        return Menu.of(BuiltInRole.valueOf(staff.role()));
                    }
                    StaffRole role = StaffStore.role(c, call.scope(), roleId);
                    return role == null
                            ? Set.of()
                            : Set.copyOf(Menu.named(new HashSet<>(role.menus())));
                });
    }

    private @Nullable List<String> granted(Call call) {
        String vendor = Scope.vendorOf(call.scope().path());
        return tx.system(
                c -> {
                    var kept = VendorStore.at(c, vendor);
                    return kept == null ? null : kept.vendor().modules();
                });
    }

    private StaffRole checked(PutRole q) {
        for (int i = 0; i < q.operations().size(); i++) {
            if (!operations.contains(q.operations().get(i))) {
                throw unknown(
                        VendorsError.UNKNOWN_OPERATION,
                        "operations[" + i + "]",
                        "must be an operationId of the contract");
            }
        }
        Set<String> menus = new HashSet<>();
        Arrays.stream(Menu.values()).forEach(menu -> menus.add(menu.name()));
        for (int i = 0; i < q.menus().size(); i++) {
            if (!menus.contains(q.menus().get(i))) {
                throw unknown(
                        VendorsError.UNKNOWN_MENU, "menus[" + i + "]", "must be one of the menus");
            }
        }
        return new StaffRole(
                q.roleId(),
                q.name(),
                false,
                q.operations().stream().distinct().sorted().toList(),
                q.menus().stream().distinct().sorted().toList());
    }

    private static Rejected unknown(VendorsError error, String field, String rule) {
        return new Rejected(error, field + ": " + rule, List.of(new FieldError(field, rule)));
    }

    private static StaffRole there(@Nullable StaffRole found, long id) {
        if (found == null) {
            throw Rejected.notFound("role " + id);
        }
        return found;
    }

    private static Rejected taken() {
        return unknown(VendorsError.ROLE_TAKEN, "name", "is taken by another role");
    }

    private static List<String> names(Set<Menu> menus) {
        return menus.stream().sorted().map(Enum::name).toList();
    }

    private void audit(
            io.vertx.sqlclient.SqlConnection c,
            Call call,
            String action,
            @Nullable StaffRole before,
            @Nullable StaffRole after) {
        StaffRole about = after == null ? before : after;
        AuditStore.add(
                c,
                call,
                time.now(),
                call.scope().path(),
                "vendors." + action,
                "role:" + (about == null ? "" : about.name()),
                before,
                after);
    }
}
