package io.weir.api.vendors;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Who works for a tenant and what they may do (P-008 to P-017, A-169). */
public interface StaffOps {
    Op<ListStaff, Page<Staff>> LIST =
            Op.paged("vendors.staff.list.v1", ListStaff.class, Staff.class);

    Op<AddStaff, Staff> ADD = Op.of("vendors.staff.add.v1", AddStaff.class, Staff.class);

    Op<UpdateStaff, Staff> UPDATE =
            Op.of("vendors.staff.update.v1", UpdateStaff.class, Staff.class);

    Op<GetStaff, Done> REMOVE = Op.of("vendors.staff.remove.v1", GetStaff.class, Done.class);

    Op<ListRoles, List<StaffRole>> LIST_ROLES =
            Op.listed("vendors.roles.list.v1", ListRoles.class, StaffRole.class);

    Op<PutRole, StaffRole> ADD_ROLE = Op.of("vendors.roles.add.v1", PutRole.class, StaffRole.class);

    Op<PutRole, StaffRole> UPDATE_ROLE =
            Op.of("vendors.roles.update.v1", PutRole.class, StaffRole.class);

    /** IN_USE while somebody has it. */
    Op<GetRole, Done> REMOVE_ROLE = Op.of("vendors.roles.remove.v1", GetRole.class, Done.class);

    /** What the caller's back office shows. */
    Op<ListRoles, List<MenuItem>> MENUS =
            Op.listed("vendors.menus.v1", ListRoles.class, MenuItem.class);

    /** What somebody of the staff sees of their tenant, or of the one that they look after. */
    enum DataScope {
        /** What belongs to it itself. */
        OWN,
        /** And to the tenants below. */
        BELOW
    }

    record ListStaff(@Nullable String name, @Nullable String role, int limit, int offset) {}

    /**
     * @param user name that they log in with
     * @param role a built-in role, or CUSTOM with {@code roleId}
     * @param areaVid number of the agent or dealer that they look after; null or empty: all below
     */
    record AddStaff(
            String user,
            String pwd,
            String name,
            String role,
            @Nullable Long roleId,
            @Nullable String areaVid,
            DataScope dataScope,
            @Nullable String remark) {
        @Override
        public String toString() {
            return "AddStaff[user=" + user + "]";
        }
    }

    record UpdateStaff(
            String uid,
            @Nullable String name,
            @Nullable String role,
            @Nullable Long roleId,
            @Nullable Integer state,
            @Nullable String pwd,
            @Nullable String areaVid,
            @Nullable DataScope dataScope,
            @Nullable String remark) {
        @Override
        public String toString() {
            return "UpdateStaff[uid=" + uid + "]";
        }
    }

    record GetStaff(String uid) {}

    record ListRoles() {}

    record GetRole(long roleId) {}

    /**
     * @param roleId null when it is added
     * @param operations operation ids of the contract
     */
    record PutRole(
            @Nullable Long roleId, String name, List<String> operations, List<String> menus) {}

    /**
     * @param builtIn one of the six, which can't be changed
     */
    record StaffRole(
            @Nullable Long roleId,
            String name,
            boolean builtIn,
            List<String> operations,
            List<String> menus) {}

    record Staff(
            String uid,
            String user,
            String name,
            String role,
            @Nullable Long roleId,
            int state,
            @Nullable String areaVid,
            DataScope dataScope,
            String remark,
            Instant regTms) {}

    record MenuItem(String menu, String zh, String en, String module) {}
}
