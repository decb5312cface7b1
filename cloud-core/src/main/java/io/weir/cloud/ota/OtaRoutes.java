package io.weir.cloud.ota;

import io.weir.api.ota.PackageOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/ota.yaml} is answered by. */
public final class OtaRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listPackages", PackageOps.LIST, 200),
                    Route.of("createPackage", PackageOps.CREATE, 201),
                    Route.of("getPackage", PackageOps.GET, 200),
                    Route.of("removePackage", PackageOps.REMOVE, 204));
    public static final ContextRoutes CONTEXT = new ContextRoutes("ota", ROUTES);

    private OtaRoutes() {}
}
