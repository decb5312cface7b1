package io.weir.cloud.facts;

import io.weir.api.devices.DevicesApi.Place;
import io.weir.model.fact.Entry;
import io.weir.model.fact.Frame;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Facts of a device are taken from the gateway that it is assigned to, or was before (DESIGN
 * section 2, ADR 013). A gateway's certificate must not be enough to write of others' devices.
 */
public final class Assignment {
    private Assignment() {}

    /**
     * Makes sure that {@link #place} answers for these entries; waits, so never inside a
     * transaction. What would be refused is asked for anew: the device may just have moved.
     *
     * @param which entries that tell of their device
     */
    public static void load(Places places, List<Frame> frames, Predicate<Entry> which) {
        Set<String> devices = new HashSet<>();
        each(frames, which, (frame, entry) -> devices.add(entry.device()));
        if (devices.isEmpty()) {
            return;
        }
        places.load(devices);
        Set<String> refused = new HashSet<>();
        each(
                frames,
                which,
                (frame, entry) -> {
                    if (place(places, frame, entry) == null) {
                        refused.add(entry.device());
                    }
                });
        if (!refused.isEmpty()) {
            places.loadAnew(refused);
        }
    }

    /** Where the device belongs, if the gateway may tell this of it; else null. */
    public static @Nullable Place place(Places places, Frame frame, Entry entry) {
        Place place = places.get(entry.device());
        return place != null && place.mayTell(frame.gateway()) ? place : null;
    }

    private static void each(
            List<Frame> frames, Predicate<Entry> which, BiConsumer<Frame, Entry> consumer) {
        for (Frame frame : frames) {
            for (Entry entry : frame.entries()) {
                if (!entry.device().isEmpty() && which.test(entry)) {
                    consumer.accept(frame, entry);
                }
            }
        }
    }
}
