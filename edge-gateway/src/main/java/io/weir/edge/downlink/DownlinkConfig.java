package io.weir.edge.downlink;

import java.time.Duration;

/**
 * @param replyTimeout how long a device may take to answer a command
 * @param farewell how long a device that is another gateway's now may take to answer that it will
 *     ask where to connect; 0 = it is cut off untold
 * @param perDevice commands waiting for one device's replies at most
 */
public record DownlinkConfig(Duration replyTimeout, int perDevice, Duration farewell) {
    public DownlinkConfig {
        if (replyTimeout.toMillis() < 50 || perDevice < 1 || farewell.isNegative()) {
            throw new IllegalArgumentException("replyTimeout, perDevice, farewell");
        }
    }
}
