package io.weir.api.devices;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import java.time.Duration;
import java.time.Instant;

/** Sub-devices and their gateway devices over HTTP. */
public interface TopologyOps {
    /** A gateway device is told of what staff did to it; longer than the edge may take for it. */
    Duration WITHIN = Duration.ofSeconds(10);

    Op<ListSubs, Page<Sub>> LIST = Op.paged("devices.topology.list.v1", ListSubs.class, Sub.class);
    Op<ChangeSub, Sub> ADD =
            Op.of("devices.topology.add.v1", ChangeSub.class, Sub.class).within(WITHIN);
    Op<ChangeSub, Done> REMOVE =
            Op.of("devices.topology.remove.v1", ChangeSub.class, Done.class).within(WITHIN);
    Op<ListSubs, Page<Found>> FOUND =
            Op.paged("devices.topology.found.v1", ListSubs.class, Found.class);

    /** Asks the gateway device to add what it has found, with the sub-device's own signature. */
    Op<ConfirmFound, Found> CONFIRM =
            Op.of("devices.topology.confirm.v1", ConfirmFound.class, Found.class).within(WITHIN);

    Op<SetNodeType, ProductNode> SET_NODE_TYPE =
            Op.of("devices.product.node-type.v1", SetNodeType.class, ProductNode.class);

    /** What the devices of a product are. */
    enum NodeType {
        DIRECT,
        GATEWAY,
        SUB
    }

    /**
     * @param deviceId the gateway device
     */
    record ListSubs(String deviceId, int limit, int offset) {}

    /**
     * @param deviceId the gateway device
     */
    record ChangeSub(String deviceId, String subId) {}

    /**
     * @param addedBy {@code device}, or the uid of who added it
     */
    record Sub(
            String deviceId,
            String name,
            String productKey,
            String deviceName,
            boolean online,
            String addedBy,
            Instant addedTms) {}

    record Found(String productKey, String deviceName, Instant foundTms) {}

    /**
     * @param deviceId the gateway device
     */
    record ConfirmFound(String deviceId, String productKey, String deviceName) {}

    record SetNodeType(long productId, NodeType nodeType) {}

    record ProductNode(long productId, NodeType nodeType) {}
}
