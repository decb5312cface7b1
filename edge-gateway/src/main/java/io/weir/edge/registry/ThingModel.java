package io.weir.edge.registry;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** A thing model compiled for looking up and checking while bytes stream by. */
public final class ThingModel {
    private final Map<String, Property> properties;
    private final Map<String, Event> events;
    private final Map<String, Service> services;

    ThingModel(
            Map<String, Property> properties,
            Map<String, Event> events,
            Map<String, Service> services) {
        this.properties = Map.copyOf(properties);
        this.events = Map.copyOf(events);
        this.services = Map.copyOf(services);
    }

    public @Nullable Property property(String identifier) {
        return properties.get(identifier);
    }

    public int propertyCount() {
        return properties.size();
    }

    public @Nullable Event event(String identifier) {
        return events.get(identifier);
    }

    public @Nullable Service service(String identifier) {
        return services.get(identifier);
    }

    /**
     * @param index 0.. in the order of the model, to tell duplicates in one post
     * @param counter which of the meter's counters it is
     */
    public record Property(
            String identifier, int index, ValueType type, boolean writable, Counter counter) {}

    /**
     * @param urgent of type alert or error: goes by the alarm lane
     */
    public record Event(String identifier, boolean urgent, ValueType.Struct output) {}

    /**
     * @param sync called by RRPC: the device answers at once on the request's own topic
     */
    public record Service(String identifier, boolean sync, ValueType.Struct input) {}

    /** Cumulative properties that the meter reads (DESIGN section 5, Counters). */
    public enum Counter {
        NONE(""),
        TOTAL_ML("total_ml"),
        PULSE_TOTAL("pulse_total"),
        WORK_S("work_s"),
        UPTIME_S("uptime_s"),
        BOOT_ID("boot_id");

        private final String identifier;

        Counter(String identifier) {
            this.identifier = identifier;
        }

        static Counter of(String identifier, ValueType type) {
            for (Counter c : values()) {
                boolean fits =
                        c == BOOT_ID
                                ? type instanceof ValueType.Text
                                : type instanceof ValueType.Int;
                if (c.identifier.equals(identifier) && fits) {
                    return c;
                }
            }
            return NONE;
        }
    }
}
