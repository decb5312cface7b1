package io.weir.api.twin;

import io.weir.api.Done;
import io.weir.api.Op;

/** What other contexts ask of the twin. */
public interface TwinApi {
    /** Desired properties, shadow, tags and log of a device go. System only. */
    Op<ClearDevice, Done> CLEAR = Op.of("twin.device.clear.v1", ClearDevice.class, Done.class);

    record ClearDevice(String deviceId) {}
}
