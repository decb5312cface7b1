package io.weir.api.sharing;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.sharing.SharingOps.OmsPage;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * Groups: members who use one another's devices (O-046). The OMS seed only reads them; here they
 * come from somewhere.
 */
public interface GroupOps {
    Op<ListGroups, Page<Group>> LIST = Op.paged("sharing.group.list.v1", ListGroups.class, Group.class);

    Op<CreateGroup, Group> CREATE =
            Op.of("sharing.group.create.v1", CreateGroup.class, Group.class);

    Op<GetGroup, Group> GET = Op.of("sharing.group.get.v1", GetGroup.class, Group.class);

    Op<RenameGroup, Group> RENAME =
            Op.of("sharing.group.rename.v1", RenameGroup.class, Group.class);

    Op<GetGroup, Done> REMOVE = Op.of("sharing.group.remove.v1", GetGroup.class, Done.class);

    /** A new code to join with; the one before is good no more. */
    Op<GetGroup, Code> NEW_CODE = Op.of("sharing.group.code.v1", GetGroup.class, Code.class);

    Op<Join, Group> JOIN = Op.of("sharing.group.join.v1", Join.class, Group.class);

    /** A member leaves, or the owner removes them. */
    Op<OfGroupMember, Done> LEAVE =
            Op.of("sharing.group.leave.v1", OfGroupMember.class, Done.class);

    Op<OfGroupMember, Group> TRANSFER =
            Op.of("sharing.group.transfer.v1", OfGroupMember.class, Group.class);

    Op<GetGroup, List<GroupMember>> MEMBERS =
            Op.listed("sharing.group.members.v1", GetGroup.class, GroupMember.class);

    Op<GetGroup, List<GroupDevice>> DEVICES =
            Op.listed("sharing.group.devices.v1", GetGroup.class, GroupDevice.class);

    /** Only its holder brings a device. */
    Op<OfGroupDevice, GroupDevice> ADD_DEVICE =
            Op.of("sharing.group.device.add.v1", OfGroupDevice.class, GroupDevice.class);

    /** By who brought it, or the owner. */
    Op<OfGroupDevice, Done> REMOVE_DEVICE =
            Op.of("sharing.group.device.remove.v1", OfGroupDevice.class, Done.class);

    /** OMS 5.1. */
    Op<OmsListGroups, Page<Group>> OMS_LIST =
            Op.paged("sharing.group.oms.list.v1", OmsListGroups.class, Group.class);

    /** OMS 5.2 to 5.4. */
    Op<OmsGroup, Group> OMS_GET = Op.of("sharing.group.oms.get.v1", OmsGroup.class, Group.class);

    Op<OmsGroup, List<GroupMember>> OMS_MEMBERS =
            Op.listed("sharing.group.oms.members.v1", OmsGroup.class, GroupMember.class);

    Op<OmsGroup, List<GroupDevice>> OMS_DEVICES =
            Op.listed("sharing.group.oms.devices.v1", OmsGroup.class, GroupDevice.class);

    /** OMS 2.16 and 4.6. */
    Op<OmsPage, Page<Group>> OF_DEVICE =
            Op.paged("sharing.group.ofdevice.v1", OmsPage.class, Group.class);

    Op<OmsPage, Page<Group>> OF_MEMBER =
            Op.paged("sharing.group.ofmember.v1", OmsPage.class, Group.class);

    record ListGroups(@Nullable String name, int limit, int offset) {}

    record CreateGroup(String name) {}

    record GetGroup(long groupId) {}

    record RenameGroup(long groupId, String name) {}

    record Code(String code) {
        @Override
        public String toString() {
            return "Code[]";
        }
    }

    record Join(String code) {
        @Override
        public String toString() {
            return "Join[]";
        }
    }

    record OfGroupMember(long groupId, String uid) {}

    record OfGroupDevice(long groupId, String deviceId) {}

    record OmsGroup(long id) {}

    record OmsListGroups(
            @Nullable String name,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}

    record Group(
            long groupId, String name, String ownerUid, int members, int devices, Instant createTms) {}

    record GroupMember(String uid, boolean owner, Instant joinTms) {}

    record GroupDevice(String deviceId, String uid, Instant addTms) {}
}
