package io.weir.cloud.twin;

import io.weir.api.twin.TwinOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/twin.yaml} is answered by. */
public final class TwinRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("getDesired", TwinOps.GET_DESIRED, 200),
                    Route.of("setDesired", TwinOps.SET_DESIRED, 201),
                    Route.of("deleteDesired", TwinOps.DROP_DESIRED, 204),
                    Route.of("getShadow", TwinOps.GET_SHADOW, 200),
                    Route.of("wantShadow", TwinOps.WANT_SHADOW, 201),
                    Route.of("clearShadow", TwinOps.CLEAR_SHADOW, 204),
                    Route.of("getTags", TwinOps.GET_TAGS, 200),
                    Route.of("putTags", TwinOps.PUT_TAGS, 201),
                    Route.of("deleteTag", TwinOps.DROP_TAG, 204),
                    Route.of("findTagged", TwinOps.FIND_TAGGED, 200),
                    Route.of("switchDeviceLog", TwinOps.SWITCH_LOG, 201),
                    Route.of("listDeviceLogs", TwinOps.LIST_LOGS, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("twin", ROUTES);

    private TwinRoutes() {}
}
