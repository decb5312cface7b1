package io.weir.edge.alink;

import io.weir.edge.downlink.DeviceLine;

/**
 * One device at work: a connection, a sub-device on its gateway's connection, or a device that
 * posts over HTTP. Its messages are handled on one event loop.
 */
public interface Sender extends DeviceLine {
    /** What of its posts the meter has heard; null when the device is not metered. */
    @org.jspecify.annotations.Nullable
    CounterWatch counters();

    /** One of its own sub-devices that is logged in; null when there is none of that name. */
    default @org.jspecify.annotations.Nullable Sender sub(String productKey, String deviceName) {
        return null;
    }
}
