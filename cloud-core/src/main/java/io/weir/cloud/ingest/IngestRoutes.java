package io.weir.cloud.ingest;

import io.weir.api.ingest.IngestOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/ingest.yaml} is answered by. */
public final class IngestRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("deviceProperties", IngestOps.PROPERTIES, 200),
                    Route.of("listPropertyLogs", IngestOps.PROPERTY_LOGS, 200),
                    Route.of("listEventLogs", IngestOps.EVENT_LOGS, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("ingest", ROUTES);

    private IngestRoutes() {}
}
