package io.weir.edge.registry;

import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.OwnTopics;
import io.weir.model.time.Tick;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Which devices and products this gateway may serve: read by every device session, written by
 * {@link RegistryVerticle}. Safe for any thread. A device that was taken away stays known as
 * unusable, so that it is refused for good and not asked for again.
 */
public final class DeviceRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceRegistry.class);

    private record Name(String productKey, String deviceName) {}

    /** When the cloud last confirmed the whole of it, by both clocks. */
    private record Confirmed(Instant wall, @Nullable Tick tick) {}

    private final Time time;
    private final Map<String, Product> products = new ConcurrentHashMap<>();
    private final Map<String, DeviceGrant> grants = new ConcurrentHashMap<>();
    private final Map<Name, String> ids = new ConcurrentHashMap<>();
    private final Map<String, ProductGrant> productGrants = new ConcurrentHashMap<>();
    private final List<Consumer<Device>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Confirmed confirmed;
    private volatile Instant highWater = Instant.EPOCH;
    private volatile long version;
    private volatile long revision;
    private volatile Duration trust = Duration.ZERO;

    public DeviceRegistry(Time time) {
        this.time = time;
    }

    /** The device of a triple; null when unknown here. */
    public @Nullable Device find(String productKey, String deviceName) {
        String id = ids.get(new Name(productKey, deviceName));
        return id == null ? null : find(id);
    }

    public @Nullable Device find(String deviceId) {
        DeviceGrant grant = grants.get(deviceId);
        Product product = grant == null ? null : products.get(grant.productKey());
        return grant == null || product == null ? null : new Device(grant, product);
    }

    /**
     * May the cache still be believed? True for {@code trustDays} after the cloud's last word. A
     * wall clock set back does not make it longer: the highest time ever seen counts.
     */
    public boolean trusted() {
        Confirmed last = confirmed;
        return last != null && young(last);
    }

    /** It was trusted once and is so no longer: open connections must go. */
    public boolean trustEnded() {
        Confirmed last = confirmed;
        return last != null && !young(last);
    }

    private boolean young(Confirmed last) {
        Instant now = time.now().isAfter(highWater) ? time.now() : highWater;
        Duration age = Duration.between(last.wall, now);
        if (last.tick != null) {
            Duration ticked = Duration.ofMillis(time.tick().since(last.tick));
            age = ticked.compareTo(age) > 0 ? ticked : age;
        }
        return age.compareTo(trust) < 0;
    }

    /**
     * Called with the device's new state whenever it or its product changed, on the writer's
     * thread.
     */
    public void onChange(Consumer<Device> listener) {
        listeners.add(listener);
    }

    public long version() {
        return version;
    }

    public int size() {
        return grants.size();
    }

    /** Rises with every change, to tell whether the cache on disk is behind. */
    long revision() {
        return revision;
    }

    void trustFor(Duration trust) {
        this.trust = trust;
    }

    /** Takes in what the cloud tells. Products first: a device is of no use without its product. */
    synchronized void apply(List<ProductGrant> changedProducts, List<DeviceGrant> changedDevices) {
        if (!changedProducts.isEmpty() || !changedDevices.isEmpty()) {
            revision = revision + 1;
        }
        for (ProductGrant p : changedProducts) {
            productGrants.put(p.productKey(), p);
            products.put(p.productKey(), compile(p));
        }
        for (DeviceGrant d : changedDevices) {
            DeviceGrant before = grants.put(d.deviceId(), d);
            Name name = new Name(d.productKey(), d.deviceName());
            if (before != null) {
                Name old = new Name(before.productKey(), before.deviceName());
                if (!old.equals(name)) {
                    ids.remove(old, d.deviceId());
                }
            }
            ids.put(name, d.deviceId());
        }
        changedDevices.forEach(d -> tell(d.deviceId()));
        if (!changedProducts.isEmpty()) {
            Set<String> keys =
                    Set.copyOf(changedProducts.stream().map(ProductGrant::productKey).toList());
            grants.values().stream()
                    .filter(d -> keys.contains(d.productKey()))
                    .forEach(d -> tell(d.deviceId()));
        }
    }

    /**
     * The cloud has told all changes up to this version.
     *
     * @param whole there are no later ones: from now on the cache is trusted anew
     */
    synchronized void confirm(long version, boolean whole) {
        this.version = version;
        if (!whole) {
            return;
        }
        Instant now = time.now();
        highWater = now.isAfter(highWater) ? now : highWater;
        confirmed = new Confirmed(now, time.tick());
    }

    synchronized Snapshot snapshot() {
        Confirmed last = confirmed;
        Instant now = time.now().isAfter(highWater) ? time.now() : highWater;
        return new Snapshot(
                version,
                last == null ? 0 : last.wall.toEpochMilli(),
                now.toEpochMilli(),
                new Changes(
                        version,
                        false,
                        List.copyOf(grants.values()),
                        List.copyOf(productGrants.values())));
    }

    synchronized void restore(Snapshot saved) {
        apply(saved.grants().products(), saved.grants().devices());
        version = saved.version();
        highWater = Instant.ofEpochMilli(saved.highWaterMs());
        confirmed =
                saved.confirmedMs() == 0
                        ? null
                        : new Confirmed(Instant.ofEpochMilli(saved.confirmedMs()), null);
    }

    private void tell(String deviceId) {
        Device device = find(deviceId);
        if (device != null) {
            listeners.forEach(listener -> listener.accept(device));
        }
    }

    private static Product compile(ProductGrant p) {
        CompiledModel model = null;
        try {
            model = new CompiledModel(ThingModelReader.read(p.tslJson(), "thing_model"));
        } catch (Rejected e) {
            LOG.error("product {}: {} {}", p.productKey(), e.getMessage(), e.errors());
        }
        return new Product(
                p.productKey(),
                model,
                Set.copyOf(p.controlled()),
                p.enabled(),
                p.requireTls(),
                p.script(),
                OwnTopics.of(p.topics() == null ? List.of() : p.topics()));
    }

    /**
     * What the encrypted cache holds.
     *
     * @param confirmedMs wall time of the cloud's last word
     * @param highWaterMs highest wall time seen when saved
     */
    record Snapshot(long version, long confirmedMs, long highWaterMs, Changes grants) {}
}
