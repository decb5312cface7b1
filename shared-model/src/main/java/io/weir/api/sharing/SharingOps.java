package io.weir.api.sharing;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.api.sharing.SharingApi.How;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Binding and sharing of devices over HTTP (AB-11, AB-13, AB-15, AB-16, A-027). */
public interface SharingOps {
    /** One holder a device: of two at once one gets ALREADY_BOUND. */
    Op<Bind, Binding> BIND = Op.of("sharing.bind.v1", Bind.class, Binding.class);

    /** Shares and places in groups end too. */
    Op<OfDevice, Done> UNBIND = Op.of("sharing.unbind.v1", OfDevice.class, Done.class);

    /** An offer with a code that is good once. */
    Op<CreateShare, Share> CREATE = Op.of("sharing.share.create.v1", CreateShare.class, Share.class);

    Op<Accept, Share> ACCEPT = Op.of("sharing.share.accept.v1", Accept.class, Share.class);

    /** The holder and administrators see all, a guest their own. */
    Op<OfDevice, List<Share>> LIST =
            Op.listed("sharing.share.list.v1", OfDevice.class, Share.class);

    /** A guest leaves; the holder and administrators name whose share ends. */
    Op<EndShare, Done> END = Op.of("sharing.share.end.v1", EndShare.class, Done.class);

    Op<RemoveShare, Done> REMOVE =
            Op.of("sharing.share.remove.v1", RemoveShare.class, Done.class);

    /** What a member may use: bound, shared, of a group. */
    Op<OfMember, Page<Usable>> DEVICES =
            Op.paged("sharing.member.devices.v1", OfMember.class, Usable.class);

    /** OMS 2.15. */
    Op<OmsPage, Page<User>> USERS = Op.paged("sharing.device.users.v1", OmsPage.class, User.class);

    /** OMS 4.5. */
    Op<OmsPage, Page<Usable>> OMS_DEVICES =
            Op.paged("sharing.user.devices.v1", OmsPage.class, Usable.class);

    /**
     * @param uid of the member; members may leave it out, it can only be themselves
     */
    record Bind(String deviceId, @Nullable String uid) {}

    record Binding(String deviceId, String uid, Instant bindTms) {}

    record OfDevice(String deviceId) {}

    /**
     * @param rights null = VIEW, CONTROL and DISPENSE
     * @param expiresTms null = until it is ended
     */
    record CreateShare(
            String deviceId, @Nullable List<Right> rights, @Nullable Instant expiresTms) {}

    /**
     * @param code only in the answer of CREATE
     * @param state OFFERED, ACCEPTED or EXPIRED
     */
    record Share(
            long shareId,
            String deviceId,
            String ownerUid,
            @Nullable String uid,
            List<Right> rights,
            String state,
            @Nullable Instant expiresTms,
            @Nullable String code,
            Instant createTms) {}

    record Accept(String code) {
        @Override
        public String toString() {
            return "Accept[]";
        }
    }

    /**
     * @param uid whose share; null = the caller's own
     */
    record EndShare(String deviceId, @Nullable String uid) {}

    record RemoveShare(long shareId) {}

    record OfMember(String uid, int limit, int offset) {}

    record Usable(
            String deviceId,
            How how,
            List<Right> rights,
            @Nullable Long groupId,
            @Nullable Instant expiresTms) {}

    record User(String uid, How how, List<Right> rights, @Nullable Instant expiresTms) {}

    /**
     * @param id a device's or a member's
     */
    record OmsPage(
            String id,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}
}
