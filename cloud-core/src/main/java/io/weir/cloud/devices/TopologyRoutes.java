package io.weir.cloud.devices;

import io.weir.api.devices.TopologyOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/topology.yaml} is answered by. */
public final class TopologyRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "topology",
                    List.of(
                            Route.of("listSubDevices", TopologyOps.LIST, 200),
                            Route.of("addSubDevice", TopologyOps.ADD, 201),
                            Route.of("removeSubDevice", TopologyOps.REMOVE, 204),
                            Route.of("listFoundSubDevices", TopologyOps.FOUND, 200),
                            Route.of("confirmFoundSubDevice", TopologyOps.CONFIRM, 201),
                            Route.of("setNodeType", TopologyOps.SET_NODE_TYPE, 201)));

    private TopologyRoutes() {}
}
