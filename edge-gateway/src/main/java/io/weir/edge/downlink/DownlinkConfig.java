package io.weir.edge.downlink;

import java.time.Duration;

/**
 * @param replyTimeout how long a device may take to answer a command
 * @param perDevice commands waiting for one device's replies at most
 */
public record DownlinkConfig(Duration replyTimeout, int perDevice) {
    public DownlinkConfig {
        if (replyTimeout.toMillis() < 50 || perDevice < 1) {
            throw new IllegalArgumentException("replyTimeout, perDevice");
        }
    }
}
