package io.weir.cloud.vendors;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.vendors.StaffOps.DataScope;
import io.weir.api.vendors.StaffOps.Staff;
import io.weir.api.vendors.StaffOps.StaffRole;
import io.weir.cloud.rights.BuiltInRole;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Nobody of the staff gives, changes or takes more than they have, nor changes what they have
 * themselves. Owners, and those above, are no staff: nothing limits them here. Runs as the system,
 * in the transaction of the deed.
 */
final class StaffLimits {
    private StaffLimits() {}

    /**
     * @param about who is changed; null = a new one
     * @param now what they are to be; null = removed
     */
    static void check(SqlConnection c, Call call, @Nullable Staff about, @Nullable Staff now) {
        Staff caller = caller(c, call);
        if (caller == null) {
            return;
        }
        if (about != null && about.uid().equals(caller.uid())) {
            throw refused("nobody changes their own place among the staff");
        }
        for (Staff one : new Staff[] {about, now}) {
            if (one == null) {
                continue;
            }
            if (caller.dataScope() == DataScope.OWN && one.dataScope() != DataScope.OWN) {
                throw refused("data_scope: yours is OWN");
            }
            if (!administrator(caller)) {
                Long roleId = one.roleId();
                StaffRole role = roleId == null ? null : StaffStore.role(c, call.scope(), roleId);
                if (role == null) {
                    throw refused("role: " + one.role() + " may do what you may not");
                }
                within(c, call, caller, role.operations());
            }
        }
    }

    /** For custom roles, before and after. */
    static void check(SqlConnection c, Call call, Collection<String> operations) {
        Staff caller = caller(c, call);
        if (caller != null && !administrator(caller)) {
            within(c, call, caller, operations);
        }
    }

    /** Null when it is none of the staff. Who looks after a tenant below is none of its staff. */
    private static @Nullable Staff caller(SqlConnection c, Call call) {
        Staff caller = StaffStore.anywhere(c, call.actor().uid());
        if (caller != null && StaffStore.get(c, call.scope(), caller.uid()) == null) {
            throw refused("the staff of an agent or dealer is their own business");
        }
        return caller;
    }

    private static boolean administrator(Staff caller) {
        return caller.role().equals(BuiltInRole.ADMIN.name());
    }

    private static void within(
            SqlConnection c, Call call, Staff caller, Collection<String> operations) {
        Long roleId = caller.roleId();
        StaffRole own = roleId == null ? null : StaffStore.role(c, call.scope(), roleId);
        Set<String> more = new HashSet<>(operations);
        if (own != null) {
            more.removeAll(own.operations());
        }
        if (own == null || !more.isEmpty()) {
            throw refused("role: may do what you may not: " + more.stream().sorted().toList());
        }
    }

    private static Rejected refused(String why) {
        return new Rejected(CommonError.FORBIDDEN, why);
    }
}
