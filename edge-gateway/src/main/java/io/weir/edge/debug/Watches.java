package io.weir.edge.debug;

import io.weir.api.debug.DebugApi.End;
import io.weir.api.debug.DebugApi.Read;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.edge.registry.Device;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The devices of this gateway that somebody watches just now. All that devices say and hear passes
 * here: who watches nobody pays one look at an empty map. Safe for any thread.
 */
public final class Watches {
    private final Time time;
    private volatile Map<String, Watch> watched = Map.of();
    private volatile @Nullable DebugConfig config;

    public Watches(Time time) {
        this.time = time;
    }

    void start(DebugConfig config) {
        this.config = config;
    }

    int size() {
        return watched.size();
    }

    /** Null when nobody watches it, or only in the name of another owner. */
    public @Nullable Watch of(Device device) {
        return watched.isEmpty() ? null : of(device.deviceId(), device.tenant());
    }

    @Nullable Watch of(String deviceId, @Nullable String tenant) {
        Watch watch = watched.get(deviceId);
        return watch == null || !watch.tenant().equals(tenant) ? null : watch;
    }

    /**
     * Begins to watch, or goes on.
     *
     * @param connected is this device connected here?
     */
    Seen read(Read ask, Predicate<String> connected) {
        Watch watch = begun(ask);
        Ring.Page page = watch.read(ask);
        return new Seen(watch.id(), page.entries(), page.lost(), connected.test(ask.deviceId()));
    }

    private synchronized Watch begun(Read ask) {
        DebugConfig c = config;
        if (c == null) {
            throw new Rejected(CommonError.UNAVAILABLE, "debugging has not started");
        }
        Watch known = watched.get(ask.deviceId());
        if (known != null && known.tenant().equals(ask.tenant())) {
            known.keep(ask);
            return known;
        }
        sweep();
        if (known == null && watched.size() >= c.devices()) {
            throw new Rejected(
                    CommonError.TOO_MANY_REQUESTS,
                    "the gateway watches " + c.devices() + " devices already");
        }
        // Of another owner's time nothing is told: what was noted of it goes.
        Watch fresh = new Watch(ask.tenant(), time, c);
        fresh.keep(ask);
        Map<String, Watch> more = new HashMap<>(watched);
        more.put(ask.deviceId(), fresh);
        watched = Map.copyOf(more);
        return fresh;
    }

    void end(End end) {
        Watch watch = watched.get(end.deviceId());
        if (watch != null) {
            watch.end(end.session());
            sweep();
        }
    }

    /** Forgets whom nobody watches any more. */
    synchronized void sweep() {
        Map<String, Watch> left = new HashMap<>(watched);
        if (left.values().removeIf(Watch::over)) {
            watched = Map.copyOf(left);
        }
    }
}
