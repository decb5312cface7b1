package io.weir.edge.alink;

import io.weir.edge.debug.Watch;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.PresenceFact;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Journals that a device came or went. */
public final class Presence {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    private Presence() {}

    /**
     * @param kind ONLINE or OFFLINE
     * @param address the peer, host:port
     * @param reason why it went; empty when it came
     */
    public static void tell(
            AlinkServices shared, Sender line, FactKind kind, String address, String reason) {
        String device = line.device().deviceId();
        Tick tick = shared.time().tick();
        byte[] payload = Json.bytes(new PresenceFact(line.connection(), address, reason));
        long now = shared.time().now().toEpochMilli();
        Watch watch = shared.watches().of(line.device());
        if (watch != null) {
            boolean came = kind == FactKind.ONLINE;
            watch.line(came ? "online" : "offline", came ? "from " + address : reason);
        }
        shared.log()
                .append(
                        Lane.ALARM,
                        new Entry(kind, device, line.epoch(), now, tick.ms(), "", payload),
                        kept -> {
                            if (!kept) {
                                LOG.warn("{} of {} was not journaled", kind, device);
                            }
                        });
    }
}
