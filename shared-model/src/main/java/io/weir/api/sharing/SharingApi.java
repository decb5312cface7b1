package io.weir.api.sharing;

import io.weir.api.Done;
import io.weir.api.Op;

import java.util.List;
import java.util.Set;

/** What other contexts ask about who may use which device. */
public interface SharingApi {
    /** What a member may do with a device. Asked by the system, after the tenant was checked. */
    Op<GetAccess, Access> ACCESS = Op.of("sharing.access.v1", GetAccess.class, Access.class);

    /** How many devices are bound to each member, in the order asked. */
    Op<CountBound, Counts> COUNT = Op.of("sharing.count.v1", CountBound.class, Counts.class);

    /** Who uses these devices, at most 500 at once; those that nobody holds are left out. */
    Op<GetUsers, List<Users>> USERS = Op.listed("sharing.users.v1", GetUsers.class, Users.class);

    /** The devices that a member holds, or may view by a share or a group. */
    Op<GetViewable, Ids> VIEWABLE = Op.of("sharing.viewable.v1", GetViewable.class, Ids.class);

    /** The device is no more, or was cleared: binding, shares and places in groups end. */
    Op<DropDevice, Done> DROP_DEVICE =
            Op.of("sharing.device.drop.v1", DropDevice.class, Done.class);

    /** The member is no more. */
    Op<DropMember, Done> DROP_MEMBER =
            Op.of("sharing.member.drop.v1", DropMember.class, Done.class);

    /** What a share can allow. */
    enum Right {
        /** See its values and history. */
        VIEW,
        /** Set properties and invoke services. */
        CONTROL,
        /** Order what flows. */
        DISPENSE
    }

    /** Why somebody may. */
    enum How {
        NONE,
        HOLDER,
        SHARE,
        GROUP
    }

    record GetAccess(String deviceId, String uid) {}

    /**
     * @param bound whether somebody holds the device
     */
    record Access(boolean bound, How how, Set<Right> rights) {
        /** A device that nobody holds stands open to its vendor's members, but for control. */
        public boolean may(Right right) {
            return bound || how != How.NONE ? rights.contains(right) : right != Right.CONTROL;
        }
    }

    record GetUsers(List<String> deviceIds) {}

    /**
     * @param holder uid of who holds it
     * @param guests uids of those whom it is shared with
     */
    record Users(String deviceId, String holder, List<String> guests) {}

    /**
     * @param heldOnly not what is others'
     */
    record GetViewable(String uid, boolean heldOnly) {}

    record Ids(List<String> deviceIds) {}

    record CountBound(List<String> uids) {}

    record Counts(List<Integer> counts) {}

    record DropDevice(String deviceId) {}

    record DropMember(String uid) {}
}
