package io.weir.edge.ingest.mqtt;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.fact.PresenceFact;
import io.weir.model.time.Tick;
import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Journals that a device came or went. */
final class Presence {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    private Presence() {}

    static void tell(
            MqttIngest shared, MqttSession session, FactKind kind, String address, String reason) {
        String deviceId = session.device().deviceId();
        Tick tick = shared.time.tick();
        byte[] payload = Json.bytes(new PresenceFact(session.connection(), address, reason));
        long now = shared.time.now().toEpochMilli();
        shared.log.append(
                Lane.ALARM,
                new Entry(kind, deviceId, session.epoch(), now, tick.ms(), "", payload),
                kept -> {
                    if (!kept) {
                        LOG.warn("{} of {} was not journaled", kind, deviceId);
                    }
                });
    }
}
