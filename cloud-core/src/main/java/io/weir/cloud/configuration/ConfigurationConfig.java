package io.weir.cloud.configuration;

import java.time.Duration;

/**
 * @param documentBytes largest document in UTF-8 (facts: alink.md section 12)
 * @param versions kept of a product, besides the active one and those that are being pushed
 * @param pushDevices of one push at most
 * @param pushesOpen of one product at the same time
 * @param pace pushes a second of one cloud node
 * @param patience how long to wait for a device's reply, before it is told anew
 * @param again how long an offline device is left alone, when nobody hears that it came
 * @param tries of a device that is online and does not reply
 * @param open how long a push waits for devices to come online
 */
public record ConfigurationConfig(
        int documentBytes,
        int versions,
        int pushDevices,
        int pushesOpen,
        int pace,
        Duration patience,
        Duration again,
        int tries,
        Duration open) {
    public ConfigurationConfig {
        if (documentBytes < 2 || documentBytes > 65_536) {
            throw new IllegalArgumentException("documentBytes must be 2..65536");
        }
        if (versions < 1 || pushDevices < 1 || pushesOpen < 1 || tries < 1) {
            throw new IllegalArgumentException("versions, pushDevices, pushesOpen, tries from 1");
        }
        if (pace < 1 || pace > 1000) {
            throw new IllegalArgumentException("pace must be 1..1000");
        }
        if (patience.toSeconds() < 15) {
            throw new IllegalArgumentException("patience must be 15 s or more: a push takes 10 s");
        }
        if (again.toSeconds() < 1 || open.toMinutes() < 1) {
            throw new IllegalArgumentException("again of a second, open of a minute at least");
        }
    }
}
