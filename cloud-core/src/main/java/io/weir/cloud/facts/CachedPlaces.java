package io.weir.cloud.facts;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the devices context and remembers the answer for a while. A change of assignment takes
 * effect within {@code keepMs}; an unknown device is asked for again much sooner, since it may just
 * have been registered.
 */
public final class CachedPlaces implements Places {
    private static final int ASK_AT_ONCE = 500;
    private static final int UNKNOWN_SHARE = 15;

    private record Known(@Nullable Place place, long untilMs) {}

    private final Bus bus;
    private final Time time;
    private final long keepMs;
    private final int limit;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /**
     * @param keepMs how old an answer may be; unknown devices: a fifteenth of it
     * @param limit devices remembered; beyond it everything is forgotten and asked for again
     */
    public CachedPlaces(Bus bus, Time time, long keepMs, int limit) {
        this.bus = bus;
        this.time = time;
        this.keepMs = keepMs;
        this.limit = limit;
    }

    @Override
    public void load(Set<String> devices) {
        long now = time.tick().ms();
        List<String> missing = new ArrayList<>();
        for (String device : devices) {
            Known k = known.get(device);
            if (k == null || k.untilMs <= now) {
                missing.add(device);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        if (known.size() + missing.size() > limit) {
            known.clear();
            missing = new ArrayList<>(devices);
        }
        for (int from = 0; from < missing.size(); from += ASK_AT_ONCE) {
            ask(missing.subList(from, Math.min(from + ASK_AT_ONCE, missing.size())), now);
        }
    }

    @Override
    public @Nullable Place get(String device) {
        Known k = known.get(device);
        return k == null ? null : k.place;
    }

    private void ask(List<String> devices, long now) {
        List<Place> places =
                bus.call(DevicesApi.PLACES, new GetPlaces(devices), Call.system("places")).await();
        Known unknown = new Known(null, now + keepMs / UNKNOWN_SHARE);
        devices.forEach(device -> known.put(device, unknown));
        places.forEach(place -> known.put(place.deviceId(), new Known(place, now + keepMs)));
    }
}
