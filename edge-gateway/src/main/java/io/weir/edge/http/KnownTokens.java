package io.weir.edge.http;

import io.weir.edge.http.HttpTokens.Checked;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.DeviceRegistry;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tokens that were found good on one event loop: a device posts with the same one for days, and to
 * check it costs as much as to take the post. The least recently used goes; it is only checked
 * again.
 */
final class KnownTokens {
    private static final int MOST = 16_384;

    /** What the token was signed for. */
    private record Known(String deviceId, String secret, long until) {}

    private final HttpTokens tokens;
    private final DeviceRegistry registry;
    private final Map<String, Known> known = new LinkedHashMap<>(64, 0.75f, true);

    KnownTokens(HttpTokens tokens, DeviceRegistry registry) {
        this.tokens = tokens;
        this.registry = registry;
    }

    Checked check(@Nullable String token, Instant now) {
        Known one = known.get(token);
        Device device = one == null ? null : registry.find(one.deviceId());
        if (one != null
                && device != null
                && device.secret().equals(one.secret())
                && one.until() >= now.getEpochSecond()) {
            return new Checked(HttpCode.OK, device, one.until());
        }
        Checked checked = tokens.check(token, now);
        if (checked.device() == null || token == null) {
            known.remove(token);
        } else {
            keep(token, checked.device(), checked.until());
        }
        return checked;
    }

    private void keep(String token, Device device, long until) {
        known.put(token, new Known(device.deviceId(), device.secret(), until));
        if (known.size() > MOST) {
            var eldest = known.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
