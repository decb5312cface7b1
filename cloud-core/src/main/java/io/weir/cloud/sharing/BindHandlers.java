package io.weir.cloud.sharing;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.CountBound;
import io.weir.api.sharing.SharingApi.Counts;
import io.weir.api.sharing.SharingApi.DropDevice;
import io.weir.api.sharing.SharingApi.DropMember;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.GetUsers;
import io.weir.api.sharing.SharingApi.GetViewable;
import io.weir.api.sharing.SharingApi.Ids;
import io.weir.api.sharing.SharingOps.Bind;
import io.weir.api.sharing.SharingOps.Binding;
import io.weir.api.sharing.SharingOps.OfDevice;
import io.weir.cloud.sharing.ShareStore.Bound;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * AB-11 and AB-13: one holder a device. A member takes a device of its vendor that nobody holds, as
 * whoever stands before it knows its id; administrators bind and unbind in their scope.
 */
final class BindHandlers {
    private final Tx tx;
    private final Time time;
    private final Members members;
    private final SharingConfig config;

    BindHandlers(Tx tx, Time time, Members members, SharingConfig config) {
        this.tx = tx;
        this.time = time;
        this.members = members;
        this.config = config;
    }

    Binding bind(Call call, Bind q) {
        String uid = whom(call, q.uid());
        String tenant = members.usable(call, q.deviceId());
        members.member(call, uid, tenant);
        return tx.system(c -> bind(c, call, q.deviceId(), tenant, uid));
    }

    /**
     * As the system, after all was checked: a binding from before the device changed owner is
     * outside the caller's scope, and over.
     */
    private Binding bind(SqlConnection c, Call call, String device, String tenant, String uid) {
        ShareStore.alone(c, uid);
        Bound old = ShareStore.locked(c, Scope.PLATFORM, device);
        if (old != null && !old.tenant().equals(tenant)) {
            ShareStore.unbind(c, device);
            audit(c, call, old.tenant(), device, "device.unbind", old.binding().uid(), null);
        }
        if (ShareStore.bind(c, device, tenant, uid, time.now())) {
            if (ShareStore.held(c, uid) > config.devices()) {
                throw new Rejected(
                        SharingError.TOO_MANY, "a member holds at most " + config.devices());
            }
            audit(c, call, tenant, device, "device.bind", null, uid);
        }
        Bound bound = Objects.requireNonNull(ShareStore.binding(c, Scope.PLATFORM, device));
        if (!bound.binding().uid().equals(uid)) {
            throw new Rejected(SharingError.ALREADY_BOUND, "somebody else holds this device");
        }
        return bound.binding();
    }

    private static String whom(Call call, @Nullable String uid) {
        String own = call.actor().uid();
        if (call.actor().isMember()) {
            if (uid != null && !uid.equals(own)) {
                throw Rejected.invalid("uid", "a member binds for nobody else");
            }
            return own;
        }
        if (uid == null) {
            throw Rejected.invalid("uid", "is required");
        }
        return uid;
    }

    Done unbind(Call call, OfDevice q) {
        members.tenantOf(call, q.deviceId());
        tx.run(
                call.scope(),
                c -> {
                    Bound bound = ShareStore.locked(c, call.scope(), q.deviceId());
                    boolean own =
                            bound != null
                                    && (call.actor().role() != Role.MEMBER
                                            || bound.binding().uid().equals(call.actor().uid()));
                    if (bound == null || !own) {
                        throw Rejected.notFound("a binding of device " + q.deviceId());
                    }
                    ShareStore.unbind(c, q.deviceId());
                    audit(
                            c,
                            call,
                            bound.tenant(),
                            q.deviceId(),
                            "device.unbind",
                            bound.binding().uid(),
                            null);
                    return bound;
                });
        return Done.DONE;
    }

    Access access(Call call, GetAccess q) {
        systemOnly(call);
        return tx.look(c -> ShareStore.access(c, q.deviceId(), q.uid(), time.now()));
    }

    List<SharingApi.Users> users(Call call, GetUsers q) {
        systemOnly(call);
        if (q.deviceIds().size() > 500) {
            throw Rejected.invalid("device_ids", "must be at most 500");
        }
        return tx.look(c -> ShareStore.usersOf(c, q.deviceIds(), time.now()));
    }

    Ids viewable(Call call, GetViewable q) {
        systemOnly(call);
        return new Ids(tx.look(c -> ShareStore.viewable(c, q.uid(), q.heldOnly(), time.now())));
    }

    private static void systemOnly(Call call) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the system asks this");
        }
    }

    Counts count(Call call, CountBound q) {
        return new Counts(tx.run(call.scope(), c -> ShareStore.counts(c, q.uids())));
    }

    /** Who asks has checked the device; its former owner may be outside their scope. */
    Done dropDevice(Call call, DropDevice q) {
        tx.system(
                c -> {
                    Bound bound = ShareStore.locked(c, Scope.PLATFORM, q.deviceId());
                    if (bound != null) {
                        ShareStore.unbind(c, q.deviceId());
                        String uid = bound.binding().uid();
                        audit(c, call, bound.tenant(), q.deviceId(), "device.unbind", uid, null);
                    }
                    return q;
                });
        return Done.DONE;
    }

    Done dropMember(Call call, DropMember q) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform closes accounts");
        }
        tx.system(
                c -> {
                    ShareStore.forgetMember(c, q.uid());
                    return q;
                });
        return Done.DONE;
    }

    private void audit(
            SqlConnection c,
            Call call,
            String tenant,
            String device,
            String action,
            @Nullable String before,
            @Nullable String after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                tenant,
                "sharing." + action,
                "device:" + device,
                before == null ? null : Map.of("uid", before),
                after == null ? null : Map.of("uid", after));
    }
}
