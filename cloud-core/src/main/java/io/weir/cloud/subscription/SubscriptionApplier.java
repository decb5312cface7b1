package io.weir.cloud.subscription;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.subscription.SubscriptionOps;
import io.weir.api.subscription.SubscriptionOps.Grew;
import io.weir.api.subscription.SubscriptionOps.Kind;
import io.weir.api.subscription.SubscriptionOps.Subscription;
import io.weir.cloud.facts.FactApplier;
import io.weir.cloud.facts.FactSpec;
import io.weir.cloud.facts.Places;
import io.weir.cloud.subscription.MessageStore.Fresh;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts what devices say into the subscriptions that are about it. */
public final class SubscriptionApplier implements FactApplier {
    public static final FactSpec SPEC =
            new FactSpec("subscription", "subscription", List.of(Lane.ALARM, Lane.TELEMETRY), true);

    /** A new subscription gets its first message so long after it was made, at the latest. */
    private static final long KNOWN_MS = 1_000;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Places places;
    private final long waitingMax;
    private volatile List<Subscription> known = List.of();
    private volatile long knownAt = Long.MIN_VALUE;

    /** A hint for those who wait; several partitions may overwrite each other's. */
    private volatile List<String> grown = List.of();

    public SubscriptionApplier(
            Tx tx, Bus bus, Time time, Places places, SubscriptionConfig config) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.places = places;
        this.waitingMax = config.waitingMax();
    }

    @Override
    public void prepare(List<Frame> frames) {
        long now = time.tick().ms();
        if (knownAt == Long.MIN_VALUE || now - knownAt >= KNOWN_MS) {
            known = tx.system(SubscriptionStore::all);
            knownAt = now;
        }
    }

    @Override
    public void apply(SqlConnection c, List<Frame> frames) {
        List<Subscription> all = known;
        Map<String, Bulk> bulks = new TreeMap<>();
        if (all.isEmpty()) {
            return;
        }
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                Kind kind = kind(entry.kind());
                Place place = kind == null ? null : places.get(entry.device());
                if (kind != null && place != null) {
                    take(all, kind, place, entry, bulks);
                }
            }
        }
        // In the order of ids: each locks its subscription until the commit.
        bulks.forEach((id, bulk) -> MessageStore.add(c, id, bulk.tenant, bulk.fresh, waitingMax));
        grown = List.copyOf(bulks.keySet());
    }

    /** What one subscription gets of a batch. */
    private record Bulk(String tenant, List<Fresh> fresh) {}

    @Override
    public void applied(List<Frame> frames) {
        if (!grown.isEmpty()) {
            bus.publish(SubscriptionOps.GREW, new Grew(grown));
        }
    }

    private static void take(
            List<Subscription> all, Kind kind, Place place, Entry entry, Map<String, Bulk> bulks) {
        for (Subscription s : all) {
            if (place.tenant().startsWith(s.tenant())
                    && s.kinds().contains(kind)
                    && (s.productKeys().isEmpty()
                            || s.productKeys().contains(place.productKey()))) {
                bulks.computeIfAbsent(
                                s.subscriptionId(), id -> new Bulk(s.tenant(), new ArrayList<>()))
                        .fresh
                        .add(
                                new Fresh(
                                        entry.device(),
                                        place.productKey(),
                                        kind,
                                        name(entry),
                                        entry.atMs(),
                                        entry.payload()));
            }
        }
    }

    private static String name(Entry entry) {
        return switch (entry.kind()) {
            case ONLINE -> "online";
            case OFFLINE -> "offline";
            default -> entry.name();
        };
    }

    private static @Nullable Kind kind(FactKind kind) {
        return switch (kind) {
            case PROPERTY_POST -> Kind.PROPERTY;
            case EVENT_POST -> Kind.EVENT;
            case ONLINE, OFFLINE -> Kind.PRESENCE;
            case HISTORY -> Kind.HISTORY;
            case VERSION -> Kind.VERSION;
            case UPGRADE -> Kind.UPGRADE;
            case DEVICE_LOG -> Kind.LOG;
            case MESSAGE -> Kind.MESSAGE;
            case GATEWAY_ALIVE, DISPENSE, SHED, SLICE -> null;
        };
    }
}
