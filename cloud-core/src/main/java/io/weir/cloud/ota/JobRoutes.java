package io.weir.cloud.ota;

import io.weir.api.ota.JobOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/jobs.yaml} is answered by. */
public final class JobRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listJobs", JobOps.LIST, 200),
                    Route.of("createJob", JobOps.CREATE, 201),
                    Route.of("getJob", JobOps.GET, 200),
                    Route.of("cancelJob", JobOps.CANCEL, 201),
                    Route.of("listTasks", JobOps.TASKS, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("jobs", ROUTES);

    private JobRoutes() {}
}
