package io.weir.cloud.configuration;

import io.weir.api.configuration.ConfigurationOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/configuration.yaml} is answered by. */
public final class ConfigurationRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("getConfiguration", ConfigurationOps.GET, 200),
                    Route.of("switchConfiguration", ConfigurationOps.SWITCH, 201),
                    Route.of("addConfigurationVersion", ConfigurationOps.ADD, 201),
                    Route.of("listConfigurationVersions", ConfigurationOps.VERSIONS, 200),
                    Route.of("getConfigurationVersion", ConfigurationOps.VERSION, 200),
                    Route.of("activateConfiguration", ConfigurationOps.ACTIVATE, 201),
                    Route.of("startConfigurationPush", ConfigurationOps.START_PUSH, 201),
                    Route.of("listConfigurationPushes", ConfigurationOps.PUSHES, 200),
                    Route.of("listConfigurationTargets", ConfigurationOps.TARGETS, 200));
    public static final ContextRoutes CONTEXT = new ContextRoutes("configuration", ROUTES);

    private ConfigurationRoutes() {}
}
