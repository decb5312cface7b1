package io.weir.cloud.members;

import io.weir.api.members.MemberOps.Weixin;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A row of {@code members.account}.
 *
 * @param leaveAskedAt when the member asked to leave
 * @param closedAt since when nobody is there any more
 * @param hash of the password; null when there is none or it was not asked for
 */
record Account(
        String uid,
        String tenant,
        @Nullable String vid,
        Role role,
        int type,
        String name,
        String avatar,
        @Nullable String mobile,
        String email,
        String area,
        String address,
        String remark,
        int state,
        @Nullable String rid,
        @Nullable Weixin weixin,
        @Nullable Instant leaveAskedAt,
        @Nullable Instant closedAt,
        Instant createdAt,
        @Nullable String hash) {
    boolean active() {
        return state == 2 && closedAt == null;
    }
}
