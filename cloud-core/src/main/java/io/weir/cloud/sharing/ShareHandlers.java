package io.weir.cloud.sharing;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.sharing.SharingOps.Accept;
import io.weir.api.sharing.SharingOps.CreateShare;
import io.weir.api.sharing.SharingOps.EndShare;
import io.weir.api.sharing.SharingOps.OfDevice;
import io.weir.api.sharing.SharingOps.OfMember;
import io.weir.api.sharing.SharingOps.OmsPage;
import io.weir.api.sharing.SharingOps.RemoveShare;
import io.weir.api.sharing.SharingOps.Share;
import io.weir.api.sharing.SharingOps.Usable;
import io.weir.api.sharing.SharingOps.User;
import io.weir.cloud.sharing.ShareStore.Bound;
import io.weir.model.Page;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * AB-15 and AB-16: the holder offers, a guest accepts with the code; ended by the holder, the guest
 * or an administrator, or by its time, at once. Guests don't share on, so no circle can be.
 */
final class ShareHandlers {
    private final Tx tx;
    private final Time time;
    private final Members members;
    private final SharingConfig config;

    ShareHandlers(Tx tx, Time time, Members members, SharingConfig config) {
        this.tx = tx;
        this.time = time;
        this.members = members;
        this.config = config;
    }

    Share create(Call call, CreateShare q) {
        Instant now = time.now();
        if (q.expiresTms() != null && !q.expiresTms().isAfter(now)) {
            throw Rejected.invalid("expires_tms", "must be in the future");
        }
        String code = ShareCodes.fresh();
        return tx.run(
                call.scope(),
                c -> {
                    Bound bound = held(c, call, q.deviceId());
                    if (ShareStore.shares(c, q.deviceId(), now) >= config.shares()) {
                        throw new Rejected(
                                SharingError.TOO_MANY,
                                "a device has at most " + config.shares() + " shares and offers");
                    }
                    Share offer =
                            ShareStore.add(
                                    c,
                                    bound,
                                    q.rights() == null ? ShareStore.ALL : distinct(q),
                                    ShareCodes.hash(code),
                                    q.expiresTms(),
                                    now);
                    audit(c, call, bound.tenant(), "share.offer", null, offer);
                    return told(offer, code);
                });
    }

    private static List<io.weir.api.sharing.SharingApi.Right> distinct(CreateShare q) {
        return java.util.Objects.requireNonNull(q.rights()).stream().distinct().sorted().toList();
    }

    /** NOT_FOUND for everybody but the holder, as if there were no such device. */
    private Bound held(SqlConnection c, Call call, String device) {
        Bound bound = ShareStore.locked(c, call.scope(), device);
        if (bound == null || !bound.binding().uid().equals(call.actor().uid())) {
            throw Rejected.notFound("device " + device + " among those that you hold");
        }
        return bound;
    }

    Share accept(Call call, Accept q) {
        Instant now = time.now();
        return tx.run(
                call.scope(),
                c -> {
                    Share offer =
                            ShareStore.offered(c, call.scope(), ShareCodes.hash(q.code()), now);
                    if (offer == null) {
                        throw new Rejected(
                                SharingError.BAD_CODE,
                                "the code is unknown, used or expired",
                                List.of(new FieldError("code", "must be one that is still good")));
                    }
                    if (offer.ownerUid().equals(call.actor().uid())) {
                        throw new Rejected(
                                SharingError.OWN_DEVICE, "you hold this device yourself");
                    }
                    // Locked, so that of two offers taken at once the later one stays.
                    Bound bound = ShareStore.locked(c, call.scope(), offer.deviceId());
                    Share accepted = ShareStore.accept(c, offer, call.actor().uid(), now);
                    audit(c, call, tenant(bound, call), "share.accept", offer, accepted);
                    return accepted;
                });
    }

    List<Share> list(Call call, OfDevice q) {
        members.tenantOf(call, q.deviceId());
        Instant now = time.now();
        return tx.run(
                call.scope(),
                c -> {
                    if (!call.actor().isMember()) {
                        return ShareStore.of(c, call.scope(), q.deviceId(), null, now);
                    }
                    String uid = call.actor().uid();
                    Bound bound = ShareStore.binding(c, call.scope(), q.deviceId());
                    boolean holder = bound != null && bound.binding().uid().equals(uid);
                    List<Share> seen =
                            ShareStore.of(c, call.scope(), q.deviceId(), holder ? null : uid, now);
                    if (!holder && seen.isEmpty()) {
                        throw Rejected.notFound("device " + q.deviceId());
                    }
                    return seen;
                });
    }

    Done end(Call call, EndShare q) {
        members.tenantOf(call, q.deviceId());
        String uid = q.uid() == null && call.actor().isMember() ? call.actor().uid() : q.uid();
        if (uid == null) {
            throw new Rejected(
                    CommonError.MALFORMED,
                    "uid: is required",
                    List.of(new FieldError("uid", "is required")));
        }
        return remove(
                call,
                c ->
                        ShareStore.of(c, call.scope(), q.deviceId(), uid, time.now()).stream()
                                .findFirst()
                                .orElse(null));
    }

    Done remove(Call call, RemoveShare q) {
        return remove(call, c -> ShareStore.byId(c, call.scope(), q.shareId(), time.now()));
    }

    private Done remove(
            Call call, java.util.function.Function<SqlConnection, @Nullable Share> find) {
        tx.run(
                call.scope(),
                c -> {
                    Share share = find.apply(c);
                    if (share == null || !concerns(call, share)) {
                        throw Rejected.notFound("share");
                    }
                    ShareStore.remove(c, share.shareId());
                    Bound bound = ShareStore.binding(c, call.scope(), share.deviceId());
                    audit(c, call, tenant(bound, call), "share.end", share, null);
                    return share;
                });
        return Done.DONE;
    }

    private static boolean concerns(Call call, Share share) {
        String uid = call.actor().uid();
        return !call.actor().isMember() || share.ownerUid().equals(uid) || uid.equals(share.uid());
    }

    /** A member's own; administrators ask for those of their scope. */
    Page<Usable> devices(Call call, OfMember q) {
        if (call.actor().isMember() && !call.actor().uid().equals(q.uid())) {
            throw Rejected.notFound("user " + q.uid());
        }
        return tx.run(
                call.scope(),
                c ->
                        ShareStore.usable(
                                c, call.scope(), q.uid(), q.limit(), q.offset(), time.now()));
    }

    Page<Usable> omsDevices(Call call, OmsPage q) {
        return tx.run(
                call.scope(),
                c -> ShareStore.usable(c, call.scope(), q.id(), size(q), offset(q), time.now()));
    }

    Page<User> users(Call call, OmsPage q) {
        members.tenantOf(call, q.id());
        return tx.run(
                call.scope(),
                c -> ShareStore.users(c, call.scope(), q.id(), size(q), offset(q), time.now()));
    }

    static int size(OmsPage q) {
        return q.limit() == null ? q.pageSize() : q.limit();
    }

    static int offset(OmsPage q) {
        return q.offset() == null ? (q.page() - 1) * q.pageSize() : q.offset();
    }

    private static String tenant(@Nullable Bound bound, Call call) {
        return bound == null ? call.scope().path() : bound.tenant();
    }

    private static Share told(Share s, String code) {
        return new Share(
                s.shareId(),
                s.deviceId(),
                s.ownerUid(),
                s.uid(),
                s.rights(),
                s.state(),
                s.expiresTms(),
                code,
                s.createTms());
    }

    private void audit(
            SqlConnection c,
            Call call,
            String tenant,
            String action,
            @Nullable Share before,
            @Nullable Share after) {
        Share about = after == null ? before : after;
        AuditStore.add(
                c,
                call,
                time.now(),
                tenant,
                "sharing." + action,
                "device:" + (about == null ? "" : about.deviceId()),
                before,
                after);
    }
}
