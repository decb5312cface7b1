package io.weir.cloud.members;

import io.weir.api.members.CodeOps;
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
                    Route.of("listUsers", MemberOps.LIST_USERS, 200),
                    Route.of("getUser", MemberOps.GET_USER, 200),
                    Route.of("updateUser", MemberOps.UPDATE_USER, 201),
                    Route.of("setPassword", MemberOps.SET_PASSWORD, 201),
                    Route.of("deregisterUser", MemberOps.REMOVE_USER, 204),
                    Route.of("askToLeave", MemberOps.ASK_LEAVE, 201),
                    Route.of("withdrawLeave", MemberOps.WITHDRAW_LEAVE, 204),
                    Route.of("listSessions", MemberOps.LIST_SESSIONS, 200),
                    Route.of("endSession", MemberOps.END_SESSION, 204),
                    Route.of("getReferral", MemberOps.REFERRAL, 200),
                    Route.of("getChallenge", CodeOps.CHALLENGE, 200),
                    Route.of("sendRegisterCode", CodeOps.SEND_ENTER, 200),
                    Route.of("registerUser", CodeOps.REGISTER, 201),
                    Route.of("sendMobileCode", CodeOps.SEND_MOBILE, 200),
                    Route.of("setMobile", CodeOps.SET_MOBILE, 201),
                    Route.of("sendResetCode", CodeOps.SEND_RESET, 200),
                    Route.of("resetPassword", CodeOps.RESET, 201),
                    Route.of("beginEnterByWechat", CodeOps.BEGIN_ENTER, 201),
                    Route.of("beginBindWechat", CodeOps.BEGIN_BIND, 201),
                    Route.of("enterByWechat", CodeOps.ENTER_BY_WECHAT, 201),
                    Route.of("bindWechat", CodeOps.BIND_WECHAT, 201),
                    Route.of("unbindWechat", CodeOps.UNBIND_WECHAT, 204));
    public static final ContextRoutes CONTEXT = new ContextRoutes("members", ROUTES);

    private MembersRoutes() {}
}
