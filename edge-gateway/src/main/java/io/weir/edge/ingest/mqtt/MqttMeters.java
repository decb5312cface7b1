package io.weir.edge.ingest.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.LagWatch;
import io.weir.edge.guard.WaitingRoom.Verdict;
import io.weir.runtime.metrics.Metrics;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the MQTT ingest counts; every meter is made once, the hot path only adds. */
final class MqttMeters {
    /** How a connect ended. */
    enum Connect {
        ACCEPTED,
        /** It came for its secret only. */
        REGISTERED,
        MALFORMED,
        KEEP_ALIVE,
        CREDENTIALS,
        UNKNOWN_DEVICE,
        NOT_USABLE,
        TLS_REQUIRED,
        CANNOT_TELL,
        TOO_OFTEN,
        TOO_MANY,
        /** A last will that the device may not leave. */
        WILL,
        /** A device certificate is missing, or is of another device. */
        CERTIFICATE,
        /** Client id, address or device. */
        BANNED,
        /** Its product or its tenant comes in too fast. */
        OWNER_TOO_FAST,
        /** The event loop is late. */
        OVERLOADED,
        DRAINING
    }

    /** Why a connection is not read. */
    enum Why {
        /** It, its product or its tenant sends more than its rate. */
        RATE,
        /** The event loop is late, and it is one of those that send the most. */
        LAG
    }

    private final MeterRegistry registry;
    final AtomicInteger open = new AtomicInteger();
    final LongAdder inFlight = new LongAdder();
    final LongAdder acks = new LongAdder();
    private final Counter[] connects = new Counter[Connect.values().length];
    private final Counter cut;
    private final Counter drained;
    private final Counter[] accepts = new Counter[Verdict.values().length];
    private final Counter[] pauses = new Counter[Why.values().length];
    final AtomicInteger paused = new AtomicInteger();

    MqttMeters(Metrics metrics, DeviceLines lines) {
        registry = metrics.registry();
        registry.gauge("weir.mqtt.sockets", open);
        registry.gauge("weir.mqtt.connections", lines, DeviceLines::size);
        registry.gauge("weir.mqtt.inflight", inFlight, LongAdder::sum);
        registry.more().counter("weir.mqtt.acks", List.of(), acks);
        registry.gauge("weir.mqtt.paused", paused);
        cut = registry.counter("weir.mqtt.cut");
        drained = registry.counter("weir.mqtt.drained");
        for (Verdict v : Verdict.values()) {
            accepts[v.ordinal()] = registry.counter("weir.mqtt.accepts", "result", v.word());
        }
        for (Why w : Why.values()) {
            pauses[w.ordinal()] = registry.counter("weir.mqtt.pauses", "why", word(w));
        }
        for (Connect c : Connect.values()) {
            connects[c.ordinal()] = registry.counter("weir.mqtt.connects", "result", word(c));
        }
    }

    /** Sessions, connected or away, and what waits for them. */
    void sessions(Sessions sessions) {
        registry.gauge("weir.mqtt.sessions", sessions, Sessions::size);
        registry.gauge("weir.mqtt.sessions.bytes", sessions, Sessions::bytes);
    }

    void connect(Connect result) {
        connects[result.ordinal()].increment();
    }

    void accept(Verdict verdict) {
        accepts[verdict.ordinal()].increment();
    }

    /** A connection is not read for a while. */
    void pause(Why why) {
        pauses[why.ordinal()].increment();
    }

    void drained() {
        drained.increment();
    }

    /** How late this loop was when it looked last, in ms. */
    void lag(int loop, LagWatch watch) {
        registry.gauge(
                "weir.mqtt.loop.lag",
                List.of(Tag.of("loop", Integer.toString(loop))),
                watch,
                LagWatch::lateMs);
    }

    /** The gateway ended a connection for what the device did. */
    void cut() {
        cut.increment();
    }

    private static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }
}
