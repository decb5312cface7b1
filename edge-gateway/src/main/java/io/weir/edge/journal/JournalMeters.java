package io.weir.edge.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.model.fact.Lane;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The journal's meters, updated per commit, not per entry. */
final class JournalMeters {
    private final MeterRegistry registry;
    final Counter appended;
    final Counter commits;
    final DistributionSummary commitEntries;
    final Timer sync;

    JournalMeters(MeterRegistry registry) {
        this.registry = registry;
        appended = registry.counter("weir.journal.appended");
        commits = registry.counter("weir.journal.commits");
        commitEntries = registry.summary("weir.journal.commit.entries");
        sync =
                Timer.builder("weir.journal.sync")
                        .description("fsync of one lane's segment")
                        .publishPercentiles(0.5, 0.99)
                        .register(registry);
    }

    <T> void gauge(String name, T object, ToDoubleFunction<T> value) {
        Gauge.builder("weir.journal." + name, object, value).register(registry);
    }

    <T> void gauge(String name, Lane lane, T object, ToDoubleFunction<T> value) {
        Gauge.builder("weir.journal." + name, object, value)
                .tag("lane", lane.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
