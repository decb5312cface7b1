package io.weir.edge.downlink;

import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

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
     * Puts something to the device that it must acknowledge, whatever it is made for. One at a
     * time: who asks meanwhile hears the same.
     *
     * @return null when its transport has nothing of the kind
     */
    default @Nullable Echo echo() {
        return null;
    }

    /**
     * Ends the line: told to journal and meter, then the socket goes. Only the first call counts.
     */
    void end(String reason);
}
