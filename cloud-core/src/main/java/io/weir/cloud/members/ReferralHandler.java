package io.weir.cloud.members;

import io.weir.api.members.MemberOps.GetUser;
import io.weir.api.members.MemberOps.Referral;
import io.weir.model.access.Role;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import java.net.URI;

/** A member's referral code: who registers at the page it leads to has them as referrer. */
final class ReferralHandler {
    private final Users users;
    private final URI page;

    ReferralHandler(Users users, URI page) {
        this.users = users;
        this.page = page;
    }

    Referral get(Call call, GetUser q) {
        Account account = users.find(call, q.uid());
        String vid = account.vid();
        if (account.role() != Role.MEMBER || vid == null) {
            throw Rejected.notFound("member " + q.uid());
        }
        return new Referral(account.uid(), vid, page + "?vid=" + vid + "&rid=" + account.uid());
    }
}
