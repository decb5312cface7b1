package io.weir.cloud.facts;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the devices context and remembers the answer for a while. A change of assignment takes
 * effect within {@code keepMs}; an unknown device is asked for again much sooner, since it may just
 * have been registered.
 *
 * <p>Two generations bound the memory: what was not loaded for a whole generation is forgotten,
 * what was just loaded never is.
 */
public final class CachedPlaces implements Places {
    private static final int ASK_AT_ONCE = 500;
    private static final int UNKNOWN_SHARE = 15;

    private record Known(@Nullable Place place, long untilMs) {}

    private final Bus bus;
    private final Time time;
    private final long keepMs;
    private final int limit;
    private volatile Map<String, Known> young = new ConcurrentHashMap<>();
    private volatile Map<String, Known> old = Map.of();

    /**
     * @param keepMs how old an answer may be; of unknown devices: a fifteenth of it
     * @param limit devices per generation
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
            Known k = find(device);
            if (k == null || k.untilMs <= now) {
                missing.add(device);
            } else {
                young.putIfAbsent(device, k);
            }
        }
        ask(missing, now);
        if (young.size() > limit) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }

    /**
     * Asks in any case. However young an answer is, the device may have moved since: a refusal upon
     * it would lose what the new gateway has confirmed. A gateway that tells of others' devices
     * costs one question for each batch of frames.
     */
    @Override
    public void loadAnew(Set<String> devices) {
        ask(List.copyOf(devices), time.tick().ms());
    }

    @Override
    public @Nullable Place get(String device) {
        Known k = find(device);
        return k == null ? null : k.place;
    }

    private @Nullable Known find(String device) {
        Known k = young.get(device);
        return k != null ? k : old.get(device);
    }

    private void ask(List<String> devices, long now) {
        for (int from = 0; from < devices.size(); from += ASK_AT_ONCE) {
            askAtOnce(devices.subList(from, Math.min(from + ASK_AT_ONCE, devices.size())), now);
        }
    }

    private void askAtOnce(List<String> devices, long now) {
        var call = bus.call(DevicesApi.PLACES, new GetPlaces(devices), Call.system("places"));
        Map<String, Place> answered = new HashMap<>();
        call.await().forEach(place -> answered.put(place.deviceId(), place));
        for (String device : devices) {
            Place place = answered.get(device);
            long keep = place == null ? keepMs / UNKNOWN_SHARE : keepMs;
            young.put(device, new Known(place, now + keep));
        }
    }
}
