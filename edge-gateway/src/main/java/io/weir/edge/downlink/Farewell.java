package io.weir.edge.downlink;

import io.vertx.core.Vertx;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets go of devices whose state changed. One that is another gateway's now is told first to ask
 * where to connect, and has a moment to answer (facts: alink.md section 4); this gateway refuses it
 * from then on, so it finds the other. All others go at once.
 */
final class Farewell {
    private static final String REMOVED = "REMOVED";
    private static final String NOTIFY = "thing/bootstrap/notify";
    private static final String ASK_AGAIN = "{\"cmd\":0}";

    private final Vertx vertx;
    private final Downlink downlink;
    private final DeviceLines lines;
    private final DeviceRegistry registry;
    private final long withinMs;
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();

    /**
     * @param withinMs how long a device may take to answer; 0 = it is not told
     */
    Farewell(
            Vertx vertx,
            Downlink downlink,
            DeviceLines lines,
            DeviceRegistry registry,
            long withinMs) {
        this.vertx = vertx;
        this.downlink = downlink;
        this.lines = lines;
        this.registry = registry;
        this.withinMs = withinMs;
    }

    void changed(Device device) {
        String id = device.deviceId();
        if (withinMs == 0 || !REMOVED.equals(device.refusal()) || lines.find(id) == null) {
            lines.changed(device);
        } else if (leaving.add(id)) {
            long timer = vertx.setTimer(withinMs, t -> leave(id));
            downlink.request(new DeviceRequest(id, NOTIFY, ASK_AGAIN, true))
                    .onComplete(
                            answered -> {
                                vertx.cancelTimer(timer);
                                leave(id);
                            });
        }
    }

    /** Unless it was given back meanwhile. */
    private void leave(String id) {
        Device now = leaving.remove(id) ? registry.find(id) : null;
        if (now != null) {
            lines.changed(now);
        }
    }
}
