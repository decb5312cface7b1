package io.weir.edge.alink;

import io.weir.edge.debug.Watches;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.journal.FactLog;
import io.weir.edge.metering.MeteringInlet;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.Map;

/** What all desks of a gateway share, and who handles which kind of message. */
public final class AlinkServices {
    private final FactLog log;
    private final Downlink downlink;
    private final MeteringInlet inlet;
    private final Time time;
    private final Map<AlinkTopic.Kind, AlinkHandler> handlers =
            new EnumMap<>(AlinkTopic.Kind.class);

    public AlinkServices(FactLog log, Downlink downlink, MeteringInlet inlet, Time time) {
        this.log = log;
        this.downlink = downlink;
        this.inlet = inlet;
        this.time = time;
    }

    /** Before anything is deployed. */
    public AlinkServices on(AlinkTopic.Kind kind, AlinkHandler handler) {
        if (handlers.put(kind, handler) != null) {
            throw new IllegalStateException(kind + " has a handler already");
        }
        return this;
    }

    @Nullable AlinkHandler handler(AlinkTopic.Kind kind) {
        return handlers.get(kind);
    }

    public FactLog log() {
        return log;
    }

    public Downlink downlink() {
        return downlink;
    }

    public MeteringInlet inlet() {
        return inlet;
    }

    public Time time() {
        return time;
    }

    public Watches watches() {
        return downlink.watches();
    }
}
