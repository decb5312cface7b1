package io.weir.edge.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.edge.downlink.DeviceLines;
import io.weir.runtime.metrics.Metrics;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the MQTT ingest counts; every meter is made once, the hot path only adds. */
final class MqttMeters {
    /** How a connect ended. */
    enum Connect {
        ACCEPTED,
        MALFORMED,
        KEEP_ALIVE,
        CREDENTIALS,
        UNKNOWN_DEVICE,
        NOT_USABLE,
        TLS_REQUIRED,
        CANNOT_TELL,
        TOO_OFTEN,
        TOO_MANY
    }

    /** What became of a publish. */
    enum Outcome {
        ACCEPTED,
        /** Some keys were dropped. */
        PARTIAL,
        /** Nothing of it was fit. */
        REJECTED,
        /** A QoS 0 message beyond the in-flight bound. */
        DROPPED,
        /** The journal did not take it. */
        REFUSED,
        IGNORED
    }

    final AtomicInteger open = new AtomicInteger();
    final LongAdder inFlight = new LongAdder();
    final LongAdder acks = new LongAdder();
    private final Counter[] connects = new Counter[Connect.values().length];
    private final Counter[][] publishes =
            new Counter[AlinkTopic.Kind.values().length][Outcome.values().length];
    private final Counter cut;

    MqttMeters(Metrics metrics, DeviceLines lines) {
        MeterRegistry registry = metrics.registry();
        registry.gauge("weir.mqtt.sockets", open);
        registry.gauge("weir.mqtt.connections", lines, DeviceLines::size);
        registry.gauge("weir.mqtt.inflight", inFlight, LongAdder::sum);
        registry.more().counter("weir.mqtt.acks", java.util.List.of(), acks);
        cut = registry.counter("weir.mqtt.cut");
        for (Connect c : Connect.values()) {
            connects[c.ordinal()] = registry.counter("weir.mqtt.connects", "result", word(c));
        }
        for (AlinkTopic.Kind k : AlinkTopic.Kind.values()) {
            for (Outcome o : Outcome.values()) {
                publishes[k.ordinal()][o.ordinal()] =
                        registry.counter(
                                "weir.mqtt.publishes", "kind", word(k), "outcome", word(o));
            }
        }
    }

    void connect(Connect result) {
        connects[result.ordinal()].increment();
    }

    void publish(AlinkTopic.Kind kind, Outcome outcome) {
        publishes[kind.ordinal()][outcome.ordinal()].increment();
    }

    /** The gateway ended a connection for what the device did. */
    void cut() {
        cut.increment();
    }

    private static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }
}
