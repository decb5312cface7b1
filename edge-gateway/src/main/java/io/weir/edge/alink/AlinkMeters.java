package io.weir.edge.alink;

import io.micrometer.core.instrument.Counter;
import io.weir.runtime.metrics.Metrics;

/** What became of the messages of one transport; every meter is made once. */
public final class AlinkMeters {
    private final Counter[][] messages =
            new Counter[AlinkTopic.Kind.values().length][Outcome.values().length];

    /**
     * @param transport mqtt, http ..
     */
    public AlinkMeters(Metrics metrics, String transport) {
        for (AlinkTopic.Kind k : AlinkTopic.Kind.values()) {
            for (Outcome o : Outcome.values()) {
                messages[k.ordinal()][o.ordinal()] =
                        metrics.registry()
                                .counter(
                                        "weir.ingest.messages",
                                        "transport",
                                        transport,
                                        "kind",
                                        k.label(),
                                        "outcome",
                                        o.label());
            }
        }
    }

    public void count(AlinkTopic topic, Outcome outcome) {
        messages[topic.kind.ordinal()][outcome.ordinal()].increment();
    }
}
