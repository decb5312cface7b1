package io.weir.cloud.vendors;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.vendors.VendorOps.Vendor;
import io.weir.cloud.rights.Rights;
import io.weir.cloud.rights.Rights.Changed;
import io.weir.cloud.rights.RightsStore;
import io.weir.cloud.vendors.VendorStore.Kept;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.function.BiFunction;

/** Finding tenants and changing them: one way, audited, with what the door must know of it. */
final class Vendors {
    private final Tx tx;
    private final Time time;
    private final Bus bus;

    Vendors(Tx tx, Time time, Bus bus) {
        this.tx = tx;
        this.time = time;
        this.bus = bus;
    }

    /** NOT_FOUND outside the scope, GONE when it was closed. */
    Kept find(Scope scope, String vid) {
        return there(tx.run(scope, c -> VendorStore.get(c, scope, vid)), vid);
    }

    Kept own(Call call) {
        String path = call.scope().path();
        Kept own = tx.run(Scope.tenant(path), c -> VendorStore.at(c, path));
        if (own == null) {
            throw Rejected.notFound("tenant " + path);
        }
        return own;
    }

    /**
     * Changes one that {@link #find} has found, locked.
     *
     * @param change runs in the transaction
     */
    Kept change(
            Call call, String vid, String action, BiFunction<SqlConnection, Kept, Kept> change) {
        Kept changed =
                tx.system(
                        c -> {
                            Kept before = there(VendorStore.locked(c, Scope.PLATFORM, vid), vid);
                            Kept after = change.apply(c, before);
                            VendorStore.set(c, after);
                            stand(c, after.vendor());
                            audit(c, call, action, before.vendor(), after.vendor());
                            return after;
                        });
        bus.publish(Rights.CHANGED, new Changed());
        return changed;
    }

    /** What the door must know of a tenant. */
    static void stand(SqlConnection c, Vendor v) {
        RightsStore.setStanding(c, v.path(), v.state() == 0, !v.signed(), v.modules());
    }

    void audit(
            SqlConnection c,
            Call call,
            String action,
            @Nullable Vendor before,
            @Nullable Vendor after) {
        Vendor about = after == null ? before : after;
        if (about == null) {
            throw new IllegalArgumentException("about whom?");
        }
        AuditStore.add(
                c,
                call,
                time.now(),
                about.path(),
                "vendors." + action,
                "tenant:" + about.id(),
                before,
                after);
    }

    static Kept there(@Nullable Kept found, String vid) {
        if (found == null) {
            throw Rejected.notFound("tenant " + vid);
        }
        if (found.closedAt() != null) {
            throw new Rejected(CommonError.GONE, "tenant " + vid + " is closed for ever");
        }
        return found;
    }
}
