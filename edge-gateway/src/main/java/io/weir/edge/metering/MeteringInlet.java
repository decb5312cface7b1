package io.weir.edge.metering;

import io.weir.model.time.Tick;

/**
 * Where device sessions hand over what the meter needs. Called on any thread, in order per
 * connection, after the fact behind it is journaled; must return at once.
 */
public interface MeteringInlet {
    /** Does a dispense run on the device, so that unchanged counters matter too? */
    boolean wants(String deviceId);

    void counters(CounterReport report);

    void connected(String deviceId, long connection, long epoch, Tick at);

    void disconnected(String deviceId, long connection, Tick at);

    /**
     * @param paramsJson the event's output params
     */
    void event(String deviceId, long connection, String event, byte[] paramsJson, Tick at);
}
