package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.EndReason;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * What became of the dispenses of the last days, so that no id is ever published twice. Ages count
 * the time that edge processes ran, by their ticks: a wall clock that jumps forgets nothing.
 */
final class KnownDispenses {
    /**
     * @param atMs on the engine's own running time
     */
    record Settled(String dispenseId, Known state, EndReason reason, long pouredMl, long atMs) {}

    private final LinkedHashMap<String, Settled> settled = new LinkedHashMap<>();
    private final int max;
    private final long rememberMs;

    KnownDispenses(MeteringConfig config) {
        this.max = config.rememberMax();
        this.rememberMs = config.remember().toMillis();
    }

    void add(Settled one) {
        settled.put(one.dispenseId(), one);
        if (settled.size() > max) {
            settled.pollFirstEntry();
        }
    }

    boolean has(String dispenseId) {
        return settled.containsKey(dispenseId);
    }

    @Nullable DispenseAnswer answer(String dispenseId) {
        Settled one = settled.get(dispenseId);
        return one == null
                ? null
                : new DispenseAnswer(dispenseId, one.state(), one.reason(), one.pouredMl());
    }

    /** Forgets what is older than the days to remember. */
    void forget(long nowMs) {
        var oldest = settled.firstEntry();
        while (oldest != null && nowMs - oldest.getValue().atMs() > rememberMs) {
            settled.pollFirstEntry();
            oldest = settled.firstEntry();
        }
    }

    List<Settled> all() {
        return List.copyOf(settled.values());
    }
}
