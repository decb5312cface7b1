package io.weir.cloud.devices;

import java.util.HashMap;
import java.util.Map;

/**
 * So many registrations of a product a minute. Counted only once the signature is right: as many
 * products as there are, and nobody uses up another's. Takes time as an argument; safe for any
 * thread.
 */
final class RegistrationPace {
    private static final long MINUTE_MS = 60_000;

    private record Window(long from, int count) {}

    private final int perMinute;
    private final Map<Long, Window> windows = new HashMap<>();

    RegistrationPace(int perMinute) {
        this.perMinute = perMinute;
    }

    /**
     * @param nowMs of any clock that goes on; set back it begins a new minute
     */
    synchronized boolean allow(long productId, long nowMs) {
        Window before = windows.get(productId);
        Window now =
                before == null || nowMs < before.from() || nowMs - before.from() >= MINUTE_MS
                        ? new Window(nowMs, 1)
                        : new Window(before.from(), before.count() + 1);
        windows.put(productId, now);
        return now.count() <= perMinute;
    }
}
