package io.weir.edge.ota;

import io.weir.edge.download.Content;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which content stands behind the number of a stream that a device was offered over MQTT. Bounded:
 * the offer unused for longest is forgotten first, and the cloud asked again. Any thread.
 */
final class Offers {
    private record Stream(String deviceId, long streamId) {}

    private final Map<Stream, Content> offers = new LinkedHashMap<>(16, 0.75f, true);

    synchronized void put(String deviceId, long streamId, Content content, int most) {
        offers.put(new Stream(deviceId, streamId), content);
        while (offers.size() > most) {
            var eldest = offers.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Null when this device was not offered it, or that is forgotten. */
    synchronized @Nullable Content find(String deviceId, long streamId) {
        return offers.get(new Stream(deviceId, streamId));
    }
}
