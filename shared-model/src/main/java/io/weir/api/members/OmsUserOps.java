package io.weir.api.members;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.members.CodeOps.Registered;
import io.weir.api.members.MemberOps.User;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

/** Members in the OMS dialect (OMS 4.1 to 4.4, 4.7). */
public interface OmsUserOps {
    Op<OmsListUsers, Page<User>> LIST =
            Op.paged("members.oms.list.v1", OmsListUsers.class, User.class);

    /** A member without a code: the enterprise vouches for the number. */
    Op<OmsAddUser, Registered> ADD =
            Op.of("members.oms.add.v1", OmsAddUser.class, Registered.class);

    Op<OmsUpdateUser, Done> UPDATE =
            Op.of("members.oms.update.v1", OmsUpdateUser.class, Done.class);

    Op<OmsUser, User> GET = Op.of("members.oms.get.v1", OmsUser.class, User.class);

    /** As deregisterUser. */
    Op<OmsUser, Done> REMOVE = Op.of("members.oms.remove.v1", OmsUser.class, Done.class);

    /**
     * @param username part of the mobile
     */
    record OmsListUsers(
            @Nullable String username,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}

    /**
     * @param username the mobile
     * @param password itself or its MD5
     * @param vid the vendor's; null = the app's own
     */
    record OmsAddUser(String username, String password, @Nullable String vid) {
        @Override
        public String toString() {
            return "OmsAddUser[]";
        }
    }

    record OmsUpdateUser(String id, String password) {
        @Override
        public String toString() {
            return "OmsUpdateUser[id=" + id + "]";
        }
    }

    record OmsUser(String id) {}
}
