package io.weir.cloud.files;

import io.weir.api.files.FilesApi;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/files.yaml} is answered by. */
public final class FilesRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listDeviceFiles", FilesApi.LIST, 200),
                    Route.of("getDeviceFile", FilesApi.GET, 200),
                    Route.of("removeDeviceFile", FilesApi.REMOVE, 204));
    public static final ContextRoutes CONTEXT = new ContextRoutes("files", ROUTES);

    private FilesRoutes() {}
}
