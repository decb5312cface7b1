package io.weir.cloud.door;

import io.weir.api.door.DoorApi;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/door.yaml} is answered by. */
public final class DoorRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "door",
                    List.of(
                            Route.of("issueEnrolment", DoorApi.ISSUE, 201),
                            Route.of("revokeGateway", DoorApi.REVOKE, 201)));

    private DoorRoutes() {}
}
