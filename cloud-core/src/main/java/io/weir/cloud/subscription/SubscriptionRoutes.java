package io.weir.cloud.subscription;

import io.weir.api.subscription.SubscriptionOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/subscription.yaml} is answered by. */
public final class SubscriptionRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listSubscriptions", SubscriptionOps.LIST, 200),
                    Route.of("createSubscription", SubscriptionOps.CREATE, 201),
                    Route.of("getSubscription", SubscriptionOps.GET, 200),
                    Route.of("removeSubscription", SubscriptionOps.REMOVE, 204),
                    Route.of("rotateSubscriptionSecret", SubscriptionOps.ROTATE, 201),
                    Route.of("pullMessages", SubscriptionOps.PULL, 200),
                    Route.of("acknowledgeMessages", SubscriptionOps.ACKNOWLEDGE, 201),
                    Route.of("seekSubscription", SubscriptionOps.SEEK, 201));
    public static final ContextRoutes CONTEXT = new ContextRoutes("subscription", ROUTES);

    private SubscriptionRoutes() {}
}
