package io.weir.cloud.debug;

import io.weir.api.debug.DebugOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/debug.yaml} is answered by. */
public final class DebugRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "debug",
                    List.of(
                            Route.of("openDebugSession", DebugOps.OPEN, 201),
                            Route.of("listDebugSessions", DebugOps.LIST, 200),
                            Route.of("getDebugSession", DebugOps.GET, 200),
                            Route.of("closeDebugSession", DebugOps.CLOSE, 204),
                            Route.of("readDebugTraffic", DebugOps.TRAFFIC, 200),
                            Route.of("measureLatency", DebugOps.LATENCY, 200)));

    private DebugRoutes() {}
}
