package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.members.Codes.For;
import io.weir.cloud.members.Codes.Purpose;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

/**
 * Whom somebody means who is not logged in: a uid, or {@code vid.mobile} when they have
 * forgotten that too.
 */
final class Subjects {
    /** No account has it, so no code that was sent is for it. */
    static final String NOBODY = "";

    /**
     * Nobody is counted, limited and looked up like somebody: else what a later request is answered
     * would tell who is there.
     *
     * @param account null when there is none that may have a code
     */
    record Subject(@Nullable Account account, For what) {}

    private Subjects() {}

    static Subject find(SqlConnection c, String name) {
        int dot = name.indexOf('.');
        String vid = dot < 0 ? "" : name.substring(0, dot);
        String mobile = name.substring(dot + 1);
        Account account =
                dot < 0
                        ? AccountStore.byUid(c, Scope.PLATFORM, name)
                        : AccountStore.byMobile(c, vid, mobile);
        String known = account == null ? null : account.mobile();
        if (account == null || known == null || !account.active()) {
            return new Subject(null, new For(Purpose.RESET, NOBODY, vid, mobile));
        }
        var what = new For(Purpose.RESET, account.uid(), CodeHandlers.vid(account), known);
        return new Subject(account, what);
    }

    /** By what was asked for, not by whom it means: failures of nobody count too. */
    static String failures(String name) {
        return "reset:" + name;
    }
}
