package io.weir.cloud.vendors;

import io.weir.api.vendors.VendorOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What the vendors context answers over HTTP. */
public final class VendorsRoutes {
    public static final List<Route> ROUTES =
            List.of(Route.of("getOwnVendor", VendorOps.GET_OWN, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("vendors", ROUTES);

    private VendorsRoutes() {}
}
