package io.weir.cloud.sharing;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import java.util.List;

/** What sharing asks of the contexts that own members and devices. */
final class Members {
    private final Bus bus;

    Members(Bus bus) {
        this.bus = bus;
    }

    /** The tenant of a device in the caller's scope; NOT_FOUND else. */
    String tenantOf(Call call, String device) {
        return device(call, device).tenant();
    }

    /** The same of one that may be used now. */
    String usable(Call call, String device) {
        Dispenser found = device(call, device);
        if (!found.usable()) {
            throw new Rejected(
                    SharingError.DEVICE_NOT_USABLE, "the device is not in stock or is disabled");
        }
        return found.tenant();
    }

    private Dispenser device(Call call, String device) {
        Dispenser found =
                bus.call(
                                DevicesApi.DISPENSER,
                                new GetDispenser(device),
                                Call.system(call.requestId()))
                        .await();
        if (!call.scope().ofAll().covers(found.tenant())) {
            throw Rejected.notFound("device " + device);
        }
        return found;
    }

    /** An active member of the vendor that the tenant belongs to. */
    MemberFacts member(Call call, String uid, String tenant) {
        try {
            MemberFacts member =
                    bus.call(MembersApi.FACTS, new GetMember(uid), Call.system(call.requestId()))
                            .await();
            if (member.active() && Scope.vendorOf(tenant).equals(member.tenant())) {
                return member;
            }
        } catch (Rejected e) {
            if (!e.is(CommonError.NOT_FOUND)) {
                throw e;
            }
        }
        throw new Rejected(
                CommonError.INVALID,
                "uid: is no member of the device's vendor",
                List.of(new FieldError("uid", "is no member of the device's vendor")));
    }
}
