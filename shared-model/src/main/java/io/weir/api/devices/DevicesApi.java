package io.weir.api.devices;

import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.thing.TopicClass;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What others may ask of the devices context. HTTP-facing operations stand in {@code DeviceOps}.
 */
public interface DevicesApi {
    int EPOCHS_AT_ONCE = 10_000;
    int DEVICES_AT_ONCE = 5_000;

    /** A gateway asks for everything of its devices that changed since a version. */
    Op<ChangesSince, Changes> CHANGES =
            Op.of("devices.gateway.changes.v1", ChangesSince.class, Changes.class)
                    .within(Duration.ofSeconds(10));

    /**
     * A gateway meets a device that it does not know. NOT_FOUND when it isn't this gateway's. The
     * answer's version is the one it is as of: a gateway that has taken later changes meanwhile
     * must not let it overwrite them. It goes on with CHANGES from its own version.
     */
    Op<Lookup, Changes> LOOKUP =
            Op.of("devices.gateway.lookup.v1", Lookup.class, Changes.class)
                    .within(Duration.ofSeconds(3));

    /**
     * {@code count} fresh epochs, at most {@link #EPOCHS_AT_ONCE}, never given twice; the answer is
     * the first, the others follow it.
     */
    Op<TakeEpochs, Epochs> EPOCHS =
            Op.of("devices.gateway.epochs.v1", TakeEpochs.class, Epochs.class)
                    .within(Duration.ofSeconds(2));

    /** What the dispense context needs to know of a device, by its number. */
    Op<GetDispenser, Dispenser> DISPENSER =
            Op.of("devices.dispenser.v1", GetDispenser.class, Dispenser.class);

    /** What the twin needs to know of a device, in the asker's scope. */
    Op<GetDispenser, DeviceModel> MODEL =
            Op.of("devices.model.v1", GetDispenser.class, DeviceModel.class);

    /**
     * Who owns these devices and which gateway they are assigned to; unknown ones are left out of
     * the answer. At most 500 at once. Every consumer of facts asks it, to refuse facts of devices
     * that aren't the sending gateway's (DESIGN section 2).
     */
    Op<GetPlaces, List<Place>> PLACES =
            Op.listed("devices.places.v1", GetPlaces.class, Place.class)
                    .within(Duration.ofSeconds(5));

    /**
     * Devices in stock of a product, in the asker's scope, in the order of their numbers; at most
     * {@link #DEVICES_AT_ONCE}, the next ones behind the last of an answer.
     */
    Op<DevicesOfProduct, List<ProductDevice>> OF_PRODUCT =
            Op.listed("devices.of-product.v1", DevicesOfProduct.class, ProductDevice.class);

    /** A device came or went; for live pages. */
    Signal<PresenceChanged> PRESENCE_CHANGED =
            new Signal<>("devices.presence.changed.v1", PresenceChanged.class);

    /**
     * @param tenant tenant path of the owner
     */
    record PresenceChanged(String deviceId, String tenant, boolean online) {}

    record GetPlaces(List<String> deviceIds) {}

    /**
     * @param after the last device that the asker has; empty at the beginning
     */
    record DevicesOfProduct(long productId, String after, int limit) {}

    /**
     * @param tenant tenant path of the owner
     */
    record ProductDevice(String deviceId, String tenant) {}

    /**
     * @param tenant tenant path of the owner
     * @param gateway the gateway that the device is assigned to, null when none
     * @param former those that it was assigned to in the last 90 days, under the same owner
     */
    record Place(
            String deviceId,
            String tenant,
            String productKey,
            @Nullable String gateway,
            List<String> former) {
        public Place {
            former = List.copyOf(former);
        }

        /**
         * May this gateway tell a fact of the device? What a former one took in before it heard
         * that the device is another's comes late, and must not get lost (ADR 013).
         */
        public boolean mayTell(String teller) {
            return teller.equals(gateway) || former.contains(teller);
        }
    }

    record ChangesSince(String gateway, long since, int limit) {}

    record Lookup(String gateway, String productKey, String deviceName) {}

    /**
     * @param version ask again with this one
     * @param more another page waits
     */
    record Changes(
            long version, boolean more, List<DeviceGrant> devices, List<ProductGrant> products) {}

    /**
     * A device that the gateway may serve. Secrets travel only to the gateway that the device is
     * assigned to.
     *
     * @param tenant tenant path of the owner, for the gateway's limits; null from a cache of before
     * @param deviceSecret empty when {@code refusal} is REMOVED: it is not this gateway's any more
     * @param usable registered, confirmed into stock or being checked, enabled, and its product
     *     enabled
     * @param refusal why not, when not usable: NOT_CONFIRMED, DISABLED, PRODUCT_DISABLED, REMOVED
     * @param tokenHash of the token that it got when it registered without a whitelist; null when
     *     it has none
     * @param parent the gateway device that it is a sub-device of; null when it is none
     */
    record DeviceGrant(
            String deviceId,
            String productKey,
            String deviceName,
            @Nullable String tenant,
            String deviceSecret,
            boolean usable,
            @Nullable String refusal,
            @Nullable String tokenHash,
            @Nullable String parent) {}

    /**
     * @param tslJson the thing model as TSL text (facts: alink.md section 11)
     * @param controlled services and properties that only the dispense engine uses (DESIGN section
     *     5.7)
     * @param script how its devices' bytes are read and written (ADR 014); null when they speak
     *     Alink, and from a cache of before
     * @param topics what its devices may do with their own topics; none or null = everything
     */
    record ProductGrant(
            String productKey,
            String tslJson,
            List<String> controlled,
            boolean enabled,
            boolean requireTls,
            @Nullable ProductScript script,
            @Nullable List<TopicClass> topics) {
        public ProductGrant(
                String productKey,
                String tslJson,
                List<String> controlled,
                boolean enabled,
                boolean requireTls) {
            this(productKey, tslJson, controlled, enabled, requireTls, null, null);
        }
    }

    /**
     * A product's data-parsing script in force.
     *
     * @param version counts the product's published scripts
     * @param raw it reads and writes raw bytes, so commands go down as bytes too
     */
    record ProductScript(int version, String source, boolean raw) {}

    record TakeEpochs(String gateway, int count) {}

    record Epochs(long first) {}

    record GetDispenser(String deviceId) {}

    /**
     * @param tenant tenant path of the owner
     * @param gateway the gateway it is, or was last, connected to
     * @param outlets flow constants of each outlet that the product has
     * @param inQc it is being checked: only who checks it dispenses
     */
    record Dispenser(
            String deviceId,
            String name,
            String tenant,
            String productKey,
            boolean usable,
            boolean online,
            @Nullable String gateway,
            MeasureMode mode,
            Map<Outlet, OutletFlow> outlets,
            boolean inQc) {}

    /**
     * @param tenant tenant path of the owner
     * @param tslJson the thing model as TSL text
     * @param controlled services and properties that only the dispense engine uses (DESIGN 5.7)
     * @param connectedTo the gateway that holds its connection; null when it is offline or not
     *     usable
     */
    record DeviceModel(
            String deviceId,
            String tenant,
            String productKey,
            String deviceName,
            String tslJson,
            List<String> controlled,
            @Nullable String connectedTo) {}

    /**
     * @param mlPerSecond from {@code flowmeter.config.value}
     * @param mlPer1000Pulses flow-meter constant; 0 when the product has none
     */
    record OutletFlow(long mlPerSecond, long mlPer1000Pulses) {}
}
