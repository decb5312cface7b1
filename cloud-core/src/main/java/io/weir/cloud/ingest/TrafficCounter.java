package io.weir.cloud.ingest;

import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestApi.Traffic;
import io.weir.runtime.bus.Bus;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Messages applied since the last telling, by tenant: what an operator's page shows as messages per
 * second.
 */
public final class TrafficCounter {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String tenant) {
        counts.computeIfAbsent(tenant, t -> new LongAdder()).increment();
    }

    /** Tells and forgets; says nothing when nothing came. */
    void tell(Bus bus) {
        Map<String, Long> told = new TreeMap<>();
        counts.forEach(
                (tenant, count) -> {
                    long n = count.sumThenReset();
                    if (n > 0) {
                        told.put(tenant, n);
                    }
                });
        if (!told.isEmpty()) {
            bus.publish(IngestApi.TRAFFIC, new Traffic(told));
        }
    }
}
