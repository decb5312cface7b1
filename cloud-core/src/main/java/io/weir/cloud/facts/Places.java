package io.weir.cloud.facts;

import io.weir.api.devices.DevicesApi.Place;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/** Who owns a device and which gateway it is assigned to, near at hand for consumers of facts. */
public interface Places {
    /**
     * Makes sure that {@link #get} answers for these devices; waits, so never inside a transaction.
     */
    void load(Set<String> devices);

    /** The same for answers that would refuse something: they may be out of date. */
    default void loadAnew(Set<String> devices) {
        load(devices);
    }

    /** Null when there is no such device, or it was never loaded. */
    @Nullable Place get(String device);
}
