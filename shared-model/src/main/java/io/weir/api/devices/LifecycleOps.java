package io.weir.api.devices;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A device's way from the factory to the scrap heap, over HTTP (cloud API seed AB,
 *
 */
public interface LifecycleOps {
    Op<MoveDevice, Step> MOVE = Op.of("devices.lifecycle.move.v1", MoveDevice.class, Step.class);

    /** The latest first. */
    Op<ListSteps, Page<Step>> HISTORY =
            Op.paged("devices.lifecycle.history.v1", ListSteps.class, Step.class);

    /**
     * @param to name of the state
     * @param tenant path of the new owner: must be given with ALLOTTED, may be with RECOVERED
     */
    record MoveDevice(String deviceId, String to, @Nullable String tenant, String reason) {}

    record ListSteps(String deviceId, int limit, int offset) {}

    /**
     * @param tenant path of the owner since then
     * @param actor who did it
     */
    record Step(
            String deviceId,
            String from,
            String to,
            String tenant,
            String reason,
            String actor,
            Instant at) {}
}
