package io.weir.edge.downlink;

import io.weir.edge.registry.Device;

/** One live connection of a device, whatever it speaks. Safe for any thread. */
public interface DeviceLine {
    Device device();

    /** The device or its product changed; still usable. */
    void update(Device device);

    /** Number of the connection at this gateway's boot, rising. */
    long connection();

    /** 0 when the cloud gave none in time. */
    long epoch();

    /** The device takes synchronous calls on {@code /ext/rrpc} (facts: alink.md section 6). */
    boolean extRrpc();

    /**
     * Publishes once, at QoS 0.
     *
     * @return false when it was not sent: the line is down or its outbound bound is reached
     */
    boolean publish(String topic, byte[] payload);

    /**
     * Ends the line: told to journal and meter, then the socket goes. Only the first call counts.
     */
    void end(String reason);
}
