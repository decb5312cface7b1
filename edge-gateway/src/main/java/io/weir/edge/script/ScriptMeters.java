package io.weir.edge.script;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.script.ScriptFault.Kind;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs of scripts by product: {@code weir.script.runs} by outcome, {@code weir.script.time}. Only
 * the first products are shown by their key: their number would be the number of meters.
 */
final class ScriptMeters {
    private static final String OTHERS = "other";

    private final MeterRegistry registry;
    private final int most;
    private final Map<String, String> shown = new ConcurrentHashMap<>();

    ScriptMeters(Metrics metrics, int most) {
        this.registry = metrics.registry();
        this.most = most;
    }

    /** Of the meters' own clock, which only goes forward. */
    long nanos() {
        return registry.config().clock().monotonicTime();
    }

    void worked(String product, long nanos) {
        String name = name(product);
        registry.timer("weir.script.time", "product", name).record(nanos, TimeUnit.NANOSECONDS);
        count(name, "ok");
    }

    void failed(String product, Kind kind) {
        count(name(product), kind.name().toLowerCase(Locale.ROOT));
    }

    private void count(String name, String outcome) {
        registry.counter("weir.script.runs", "product", name, "outcome", outcome).increment();
    }

    private String name(String product) {
        String known = shown.get(product);
        if (known != null) {
            return known;
        }
        if (shown.size() >= most) {
            return OTHERS;
        }
        shown.put(product, product);
        return product;
    }
}
