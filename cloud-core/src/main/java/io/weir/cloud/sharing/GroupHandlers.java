package io.weir.cloud.sharing;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.sharing.GroupOps.Code;
import io.weir.api.sharing.GroupOps.CreateGroup;
import io.weir.api.sharing.GroupOps.GetGroup;
import io.weir.api.sharing.GroupOps.Group;
import io.weir.api.sharing.GroupOps.GroupDevice;
import io.weir.api.sharing.GroupOps.GroupMember;
import io.weir.api.sharing.GroupOps.Join;
import io.weir.api.sharing.GroupOps.ListGroups;
import io.weir.api.sharing.GroupOps.OfGroupDevice;
import io.weir.api.sharing.GroupOps.OfGroupMember;
import io.weir.api.sharing.GroupOps.OmsListGroups;
import io.weir.api.sharing.GroupOps.RenameGroup;
import io.weir.api.sharing.SharingOps.OmsPage;
import io.weir.cloud.sharing.ShareStore.Bound;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** Groups of members of one vendor; who is in one uses the devices that its members brought. */
final class GroupHandlers {
    private final Tx tx;
    private final Time time;
    private final SharingConfig config;

    GroupHandlers(Tx tx, Time time, SharingConfig config) {
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    Page<Group> list(Call call, ListGroups q) {
        Scope scope = call.scope();
        return tx.run(
                scope,
                c ->
                        GroupStore.list(
                                c, scope, scope.member(), q.name(), null, q.limit(), q.offset()));
    }

    Page<Group> omsList(Call call, OmsListGroups q) {
        var page = new OmsPage("", q.page(), q.pageSize(), q.limit(), q.offset());
        return paged(call, page, null, q.name(), null);
    }

    Page<Group> ofDevice(Call call, OmsPage q) {
        return paged(call, q, null, null, q.id());
    }

    Page<Group> ofMember(Call call, OmsPage q) {
        return paged(call, q, q.id(), null, null);
    }

    private Page<Group> paged(
            Call call,
            OmsPage q,
            @Nullable String member,
            @Nullable String name,
            @Nullable String device) {
        return tx.run(
                call.scope(),
                c ->
                        GroupStore.list(
                                c,
                                call.scope(),
                                member,
                                name,
                                device,
                                ShareHandlers.size(q),
                                ShareHandlers.offset(q)));
    }

    Group create(Call call, CreateGroup q) {
        String uid = call.actor().uid();
        String tenant = call.scope().path();
        return tx.run(
                call.scope(),
                c -> {
                    ShareStore.alone(c, uid);
                    if (GroupStore.owned(c, uid) >= config.groups()) {
                        throw tooMany("groups of one member", config.groups());
                    }
                    byte[] hash = ShareCodes.hash(ShareCodes.fresh());
                    long id = GroupStore.add(c, tenant, q.name(), uid, hash, time.now());
                    audit(c, call, id, "group.create", null, q);
                    return there(c, call, id);
                });
    }

    Group get(Call call, GetGroup q) {
        return get(call, q.groupId());
    }

    Group get(Call call, long id) {
        return tx.run(call.scope(), c -> there(c, call, id));
    }

    Group rename(Call call, RenameGroup q) {
        return tx.run(
                call.scope(),
                c -> {
                    Group before = owned(c, call, q.groupId());
                    GroupStore.set(c, q.groupId(), q.name(), before.ownerUid());
                    Group after = there(c, call, q.groupId());
                    audit(c, call, q.groupId(), "group.rename", before, after);
                    return after;
                });
    }

    Done remove(Call call, GetGroup q) {
        tx.run(
                call.scope(),
                c -> {
                    Group before = owned(c, call, q.groupId());
                    GroupStore.remove(c, q.groupId());
                    audit(c, call, q.groupId(), "group.remove", before, null);
                    return before;
                });
        return Done.DONE;
    }

    Code newCode(Call call, GetGroup q) {
        String code = ShareCodes.fresh();
        tx.run(
                call.scope(),
                c -> {
                    owned(c, call, q.groupId());
                    GroupStore.setCode(c, q.groupId(), ShareCodes.hash(code));
                    audit(c, call, q.groupId(), "group.code", null, null);
                    return code;
                });
        return new Code(code);
    }

    Group join(Call call, Join q) {
        return tx.run(
                call.scope(),
                c -> {
                    Group group = GroupStore.byCode(c, call.scope(), ShareCodes.hash(q.code()));
                    if (group == null) {
                        throw new Rejected(
                                SharingError.BAD_CODE,
                                "the code is unknown or was replaced",
                                List.of(new FieldError("code", "must be one that is still good")));
                    }
                    Scope vendor = Scope.tenant(call.scope().path());
                    Group now = Objects.requireNonNull(GroupStore.get(c, vendor, group.groupId()));
                    if (now.members() >= config.members()) {
                        throw tooMany("members of one group", config.members());
                    }
                    String uid = call.actor().uid();
                    GroupStore.join(c, group.groupId(), uid, call.scope().path(), time.now());
                    audit(c, call, group.groupId(), "group.join", null, uid(uid));
                    return there(c, call, group.groupId());
                });
    }

    Done leave(Call call, OfGroupMember q) {
        tx.run(
                call.scope(),
                c -> {
                    GroupStore.lock(c, q.groupId());
                    Group group = there(c, call, q.groupId());
                    boolean own = call.actor().uid().equals(q.uid());
                    if (!own) {
                        owned(c, call, q.groupId());
                    }
                    if (q.uid().equals(group.ownerUid())) {
                        throw new Rejected(
                                SharingError.OWNER_STAYS,
                                "transfer the group to another member, or remove it");
                    }
                    if (!GroupStore.leave(c, q.groupId(), q.uid())) {
                        throw Rejected.notFound("member " + q.uid() + " of the group");
                    }
                    audit(c, call, q.groupId(), "group.leave", uid(q.uid()), null);
                    return group;
                });
        return Done.DONE;
    }

    Group transfer(Call call, OfGroupMember q) {
        return tx.run(
                call.scope(),
                c -> {
                    Group before = owned(c, call, q.groupId());
                    boolean member =
                            GroupStore.members(c, before).stream()
                                    .anyMatch(m -> m.uid().equals(q.uid()));
                    if (!member) {
                        throw Rejected.invalid("uid", "must be a member of the group");
                    }
                    GroupStore.set(c, q.groupId(), before.name(), q.uid());
                    Group after = there(c, call, q.groupId());
                    audit(c, call, q.groupId(), "group.transfer", before, after);
                    return after;
                });
    }

    List<GroupMember> members(Call call, long id) {
        return tx.run(call.scope(), c -> GroupStore.members(c, there(c, call, id)));
    }

    List<GroupDevice> devices(Call call, long id) {
        return tx.run(call.scope(), c -> GroupStore.devices(c, there(c, call, id).groupId()));
    }

    GroupDevice addDevice(Call call, OfGroupDevice q) {
        String uid = call.actor().uid();
        return tx.run(
                call.scope(),
                c -> {
                    GroupStore.lock(c, q.groupId());
                    Group group = there(c, call, q.groupId());
                    Bound bound = ShareStore.locked(c, call.scope(), q.deviceId());
                    if (bound == null || !bound.binding().uid().equals(uid)) {
                        throw Rejected.notFound(
                                "device " + q.deviceId() + " among those that you hold");
                    }
                    if (group.devices() >= config.members()) {
                        throw tooMany("devices of one group", config.members());
                    }
                    GroupStore.addDevice(
                            c, q.groupId(), q.deviceId(), call.scope().path(), uid, time.now());
                    audit(c, call, q.groupId(), "group.device.add", null, q);
                    return device(c, q);
                });
    }

    Done removeDevice(Call call, OfGroupDevice q) {
        tx.run(
                call.scope(),
                c -> {
                    Group group = there(c, call, q.groupId());
                    GroupDevice device = device(c, q);
                    String uid = call.actor().uid();
                    if (!uid.equals(device.uid()) && !uid.equals(group.ownerUid())) {
                        throw new Rejected(
                                CommonError.FORBIDDEN, "only who brought it or the owner");
                    }
                    GroupStore.removeDevice(c, q.groupId(), q.deviceId());
                    audit(c, call, q.groupId(), "group.device.remove", q, null);
                    return device;
                });
        return Done.DONE;
    }

    private static GroupDevice device(SqlConnection c, OfGroupDevice q) {
        return GroupStore.devices(c, q.groupId()).stream()
                .filter(d -> d.deviceId().equals(q.deviceId()))
                .findFirst()
                .orElseThrow(() -> Rejected.notFound("device " + q.deviceId() + " of the group"));
    }

    private static Group there(SqlConnection c, Call call, long id) {
        Group group = GroupStore.get(c, call.scope(), id);
        if (group == null) {
            throw Rejected.notFound("group " + id);
        }
        return group;
    }

    private static Group owned(SqlConnection c, Call call, long id) {
        Group group = there(c, call, id);
        if (call.actor().isMember() && !group.ownerUid().equals(call.actor().uid())) {
            throw new Rejected(CommonError.FORBIDDEN, "only the owner of the group");
        }
        GroupStore.lock(c, id);
        return Objects.requireNonNull(GroupStore.get(c, call.scope(), id));
    }

    private static Rejected tooMany(String what, int most) {
        return new Rejected(SharingError.TOO_MANY, "at most " + most + " " + what);
    }

    private static Object uid(String uid) {
        return java.util.Map.of("uid", uid);
    }

    private void audit(
            SqlConnection c,
            Call call,
            long group,
            String action,
            @Nullable Object before,
            @Nullable Object after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                Scope.vendorOf(call.scope().path()),
                "sharing." + action,
                "group:" + group,
                before,
                after);
    }
}
