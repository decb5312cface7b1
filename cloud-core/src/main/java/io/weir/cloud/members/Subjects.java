package io.weir.cloud.members;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

/**
 * Whom somebody means who is not logged in: a uid, or {@code vid.mobile} when they have
 * forgotten that too.
 */
final class Subjects {
    private Subjects() {}

    static @Nullable Account find(SqlConnection c, String account) {
        int dot = account.indexOf('.');
        return dot < 0
                ? AccountStore.byUid(c, Scope.PLATFORM, account)
                : AccountStore.byMobile(
                        c, account.substring(0, dot), account.substring(dot + 1));
    }
}
