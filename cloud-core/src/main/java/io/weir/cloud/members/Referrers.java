package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Who may be whose referrer: a member of the same vendor, given at any time, once; nobody
 * is their own referrer, however far up.
 */
final class Referrers {
    private Referrers() {}

    /** For somebody who is just born. */
    static void check(SqlConnection c, String tenant, @Nullable String rid) {
        if (rid == null) {
            return;
        }
        Account referrer = AccountStore.byUid(c, Scope.tenant(Scope.vendorOf(tenant)), rid);
        boolean fine =
                referrer != null && referrer.role() == Role.MEMBER && referrer.closedAt() == null;
        if (!fine) {
            throw refused(MembersError.UNKNOWN_REFERRER, "must be a member of the same vendor");
        }
    }

    /** For somebody who is there; the caller holds {@link AccountStore#alone}. */
    static @Nullable String bound(SqlConnection c, Account account, @Nullable String rid) {
        if (rid == null || rid.equals(account.rid())) {
            return account.rid();
        }
        if (account.role() != Role.MEMBER) {
            throw refused(MembersError.UNKNOWN_REFERRER, "is for members only");
        }
        if (account.rid() != null) {
            throw refused(MembersError.REFERRER_FIXED, "is bound already, for ever");
        }
        check(c, account.tenant(), rid);
        if (AccountStore.isAbove(c, rid, account.uid())) {
            throw refused(MembersError.UNKNOWN_REFERRER, "would be below its own referral");
        }
        return rid;
    }

    private static Rejected refused(MembersError error, String rule) {
        return new Rejected(error, "rid: " + rule, List.of(new FieldError("rid", rule)));
    }
}
