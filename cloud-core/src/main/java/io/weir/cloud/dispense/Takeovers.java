package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.dispense.DispenseInput.Joined;
import io.weir.model.access.Scope;
import io.weir.model.fact.DispenseFact;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Dispenses whose device came to rest at another gateway (ADR 011). Both sides are kept, so it does
 * not matter which comes first, how often, or how late.
 *
 * <p>A device that names the dispense is believed. A counter alone is joined only when nothing else
 * can have moved it: no younger dispense of the device is known, and no slice of it is out.
 */
final class Takeovers {
    private final TakeoverStore store = new TakeoverStore();
    private final DispenseBook book;

    Takeovers(DispenseBook book) {
        this.book = book;
    }

    /** A gateway tells where a device came to rest; {@link #join} draws the conclusion. */
    void sighted(
            SqlConnection c, Place place, String gateway, DispenseFact.Rested fact, Instant now) {
        store.add(c, place, gateway, fact, now);
    }

    /**
     * Joins what can be joined of these devices, and takes their water out of what nobody ordered.
     *
     * @return the dispenses that changed
     */
    Set<String> join(SqlConnection c, Collection<String> devices) {
        Set<String> changed = new HashSet<>();
        for (TakeoverStore.Pair p : store.pairs(c, devices)) {
            if (book.step(c, Scope.PLATFORM, p.dispense(), new Joined(p.seen())).changed()) {
                changed.add(p.dispense());
            }
        }
        store.attribute(c, devices);
        return changed;
    }
}
