package io.weir.edge.downlink;

import io.weir.edge.registry.Device;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The live lines of this gateway: at most one per device, whichever event loop it lives on. */
public final class DeviceLines {
    private static final int STRIPES = 64;

    private final Map<String, DeviceLine> lines = new ConcurrentHashMap<>();
    private final AtomicLong connections = new AtomicLong();
    private final Object[] stripes = new Object[STRIPES];

    public DeviceLines() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    public long nextConnection() {
        return connections.incrementAndGet();
    }

    /**
     * Makes {@code line} the device's only one. The older one has ended, with all that it tells,
     * before {@code online} runs; two newcomers of one device go one after the other.
     */
    public void claim(DeviceLine line, Runnable online) {
        String device = line.device().deviceId();
        synchronized (stripe(device)) {
            DeviceLine older = lines.put(device, line);
            if (older != null) {
                older.end("taken over");
            }
            online.run();
        }
    }

    public void release(DeviceLine line) {
        lines.remove(line.device().deviceId(), line);
    }

    public @Nullable DeviceLine find(String deviceId) {
        return lines.get(deviceId);
    }

    public Collection<DeviceLine> all() {
        return Collections.unmodifiableCollection(lines.values());
    }

    public int size() {
        return lines.size();
    }

    /** A device or its product changed: its line goes on with the new state or ends. */
    public void changed(Device device) {
        synchronized (stripe(device.deviceId())) {
            DeviceLine line = lines.get(device.deviceId());
            String refusal = device.refusal();
            if (line == null) {
                return;
            }
            if (refusal == null) {
                line.update(device);
            } else {
                line.end(refusal);
            }
        }
    }

    private Object stripe(String deviceId) {
        return stripes[Math.floorMod(deviceId.hashCode(), STRIPES)];
    }
}
