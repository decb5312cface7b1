package io.weir.cloud.members;

import io.weir.api.members.MemberOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What the members context answers over HTTP. */
public final class MembersRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("login", MemberOps.LOGIN, 201),
                    Route.of("refresh", MemberOps.REFRESH, 201),
                    Route.of("logout", MemberOps.LOGOUT, 201),
                    Route.of("getUser", MemberOps.GET_USER, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("members", ROUTES);

    private MembersRoutes() {}
}
