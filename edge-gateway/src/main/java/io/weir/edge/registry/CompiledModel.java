package io.weir.edge.registry;

import io.weir.model.thing.DataType;
import io.weir.model.thing.Event;
import io.weir.model.thing.Param;
import io.weir.model.thing.Property;
import io.weir.model.thing.ThingModel;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A thing model compiled for looking up and checking while bytes stream by. */
public final class CompiledModel {
    private final ThingModel source;
    private final Map<String, PropertyCheck> properties;
    private final NameTable<PropertyCheck> byBytes;
    private final Map<String, EventCheck> events;

    CompiledModel(ThingModel source) {
        this.source = source;
        Map<String, PropertyCheck> p = new HashMap<>();
        for (Property property : source.properties()) {
            ValueType type = type(property.type());
            Counter counter = Counter.of(property.identifier(), type);
            p.put(property.identifier(), new PropertyCheck(p.size(), type, counter));
        }
        this.properties = Map.copyOf(p);
        this.byBytes = new NameTable<>(properties);
        Map<String, EventCheck> e = new HashMap<>();
        for (Event event : source.events()) {
            boolean urgent = event.level() != Event.Level.INFO;
            e.put(event.identifier(), new EventCheck(urgent, struct(event.outputs())));
        }
        this.events = Map.copyOf(e);
    }

    public ThingModel source() {
        return source;
    }

    public @Nullable PropertyCheck property(String identifier) {
        return properties.get(identifier);
    }

    /**
     * Without making a String of its name.
     *
     * @param hash of these bytes: 31 * (hash so far) + next byte, from 0 on
     */
    public @Nullable PropertyCheck property(byte[] bytes, int from, int to, int hash) {
        return byBytes.find(bytes, from, to, hash);
    }

    public @Nullable EventCheck event(String identifier) {
        return events.get(identifier);
    }

    private static ValueType type(DataType type) {
        return switch (type) {
            case DataType.Int t -> new ValueType.Int(t.min(), t.max());
            case DataType.Decimal t ->
                    new ValueType.Decimal(t.min().doubleValue(), t.max().doubleValue());
            case DataType.Bool t -> new ValueType.Choice(Set.of(0L, 1L));
            case DataType.Enumeration t -> {
                Set<Long> keys = new HashSet<>();
                t.labels().keySet().forEach(key -> keys.add((long) key));
                yield new ValueType.Choice(Set.copyOf(keys));
            }
            case DataType.Text t -> new ValueType.Text(t.maxBytes());
            case DataType.Date t -> new ValueType.Date();
            case DataType.Array t -> new ValueType.Array(t.maxItems(), type(t.item()));
            case DataType.Struct t -> struct(t.members());
        };
    }

    private static ValueType.Struct struct(List<Param> params) {
        Map<String, ValueType.Struct.Member> members = new HashMap<>();
        for (Param p : params) {
            members.put(
                    p.identifier(), new ValueType.Struct.Member(members.size(), type(p.type())));
        }
        return new ValueType.Struct(Map.copyOf(members));
    }

    /**
     * @param index 0.. within the model, to tell duplicates in one post
     * @param counter which of the meter's counters it is
     */
    public record PropertyCheck(int index, ValueType type, Counter counter) {}

    /**
     * @param urgent of level alert or error: goes by the alarm lane
     */
    public record EventCheck(boolean urgent, ValueType.Struct output) {}

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
