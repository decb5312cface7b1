package io.weir.edge.quota;

import io.weir.model.time.Tick;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps people from guessing codes at a device: after some wrong ones it is deaf for a while, each
 * time twice as long, until a right one. By ticks, so no clock step opens it; a restart does, which
 * 60 bits of code bear. Pure.
 */
final class CodeGuard {
    private static final int DEVICES_MAX = 100_000;
    private static final long LONGEST_MS = Duration.ofDays(1).toMillis();
    private static final int DOUBLINGS_MAX = 20;

    private record Tries(int wrong, int blocks, long deafUntilMs) {}

    private static final Tries NONE = new Tries(0, 0, Long.MIN_VALUE);

    private final Map<String, Tries> devices = new LinkedHashMap<>();
    private final int most;
    private final long blockMs;

    CodeGuard(QuotaConfig config) {
        this.most = config.wrongCodes();
        this.blockMs = config.blockFor().toMillis();
    }

    boolean deaf(String device, Tick now) {
        return now.ms() < devices.getOrDefault(device, NONE).deafUntilMs();
    }

    void wrong(String device, Tick now) {
        Tries before = devices.getOrDefault(device, NONE);
        int wrong = before.wrong() + 1;
        if (wrong < most) {
            put(device, new Tries(wrong, before.blocks(), before.deafUntilMs()));
        } else {
            long deaf = Math.min(LONGEST_MS, blockMs << Math.min(before.blocks(), DOUBLINGS_MAX));
            put(device, new Tries(0, before.blocks() + 1, now.ms() + deaf));
        }
    }

    void right(String device) {
        devices.remove(device);
    }

    private void put(String device, Tries tries) {
        devices.put(device, tries);
        if (devices.size() > DEVICES_MAX) {
            devices.remove(devices.keySet().iterator().next());
        }
    }
}
