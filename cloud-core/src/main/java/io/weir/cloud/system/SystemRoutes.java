package io.weir.cloud.system;

import io.weir.api.system.SystemOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What the system context answers over HTTP. */
public final class SystemRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "system",
                    List.of(
                            Route.of("getSystemSettings", SystemOps.SETTINGS, 200),
                            Route.of("listServices", SystemOps.SERVICES, 200)));

    private SystemRoutes() {}
}
