package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi;
import io.weir.cloud.devices.PresenceFlow.Presence;
import io.weir.cloud.devices.PresenceFlow.Seen;
import io.weir.cloud.devices.PresenceStore.Known;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.FactSpec;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.fact.PresenceFact;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Presence from the alarm lane. A gateway killed in the middle journals no OFFLINE: its first frame
 * under a new boot id ends what was online under the old one, partition by partition, since only
 * within a partition its frames are in order.
 */
public final class PresenceApplier implements FactApplier {
    /**
     * Not checked by the consumer: the end of a connection counts also when the device was assigned
     * to another gateway meanwhile.
     */
    public static final FactSpec SPEC =
            new FactSpec("devices", "devices", List.of(Lane.ALARM), false);

    private final Tx tx;
    private final Bus bus;

    public PresenceApplier(Tx tx, Bus bus) {
        this.tx = tx;
        this.bus = bus;
    }

    private record Stream(String gateway, int partition) {}

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        Map<Stream, @Nullable String> boots = new HashMap<>();
        Set<String> ids = devices(frames);
        for (Frame frame : frames) {
            var stream = new Stream(frame.gateway(), frame.partition());
            if (!boots.containsKey(stream)) {
                boots.put(stream, PresenceStore.boot(c, stream.gateway(), stream.partition()));
            }
            if (!frame.boot().equals(boots.get(stream))) {
                ids.addAll(PresenceStore.onlineAt(c, stream.gateway(), stream.partition()));
            }
        }
        Map<String, Known> known = PresenceStore.load(c, ids);
        Map<String, Presence> now = new HashMap<>();
        known.forEach(
                (id, k) -> {
                    if (k.presence() != null) {
                        now.put(id, k.presence());
                    }
                });
        for (Frame frame : frames) {
            var stream = new Stream(frame.gateway(), frame.partition());
            if (!frame.boot().equals(boots.put(stream, frame.boot()))) {
                rebooted(now, frame);
                PresenceStore.setBoot(c, stream.gateway(), stream.partition(), frame.boot());
            }
            for (Entry entry : frame.entries()) {
                Known k = known.get(entry.device());
                if (isPresence(entry) && k != null) {
                    Seen seen = seen(frame, entry, frame.gateway().equals(k.assigned()));
                    Presence after = PresenceFlow.apply(now.get(entry.device()), seen);
                    if (after != null) {
                        now.put(entry.device(), after);
                    }
                }
            }
        }
        known.forEach((id, k) -> now.computeIfPresent(id, (i, p) -> p == k.presence() ? null : p));
        if (!now.isEmpty()) {
            PresenceStore.save(c, now);
        }
    }

    @Override
    public void applied(List<Frame> frames) {
        Set<String> ids = devices(frames);
        if (!ids.isEmpty()) {
            tx.system(c -> PresenceStore.told(c, ids))
                    .forEach(p -> bus.publish(DevicesApi.PRESENCE_CHANGED, p));
        }
    }

    private static void rebooted(Map<String, Presence> now, Frame frame) {
        Instant at =
                frame.entries().isEmpty()
                        ? Instant.EPOCH
                        : Instant.ofEpochMilli(frame.entries().getFirst().atMs());
        now.replaceAll(
                (id, p) ->
                        p.gateway().equals(frame.gateway())
                                        && p.partition() == frame.partition()
                                        && !p.boot().equals(frame.boot())
                                ? PresenceFlow.rebooted(p, at)
                                : p);
    }

    private static Seen seen(Frame frame, Entry entry, boolean assigned) {
        PresenceFact fact = Json.read(entry.payload(), PresenceFact.class);
        return new Seen(
                entry.kind() == FactKind.ONLINE,
                entry.epoch(),
                frame.gateway(),
                frame.boot(),
                fact.connection(),
                frame.partition(),
                Instant.ofEpochMilli(entry.atMs()),
                assigned);
    }

    private static Set<String> devices(List<Frame> frames) {
        Set<String> ids = new HashSet<>();
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                if (isPresence(entry)) {
                    ids.add(entry.device());
                }
            }
        }
        return ids;
    }

    private static boolean isPresence(Entry entry) {
        return entry.kind() == FactKind.ONLINE || entry.kind() == FactKind.OFFLINE;
    }
}
