package io.weir.cloud.devices;

import io.weir.model.problem.FieldError;
import io.weir.model.thing.DataType;
import io.weir.model.thing.Event;
import io.weir.model.thing.Param;
import io.weir.model.thing.Property;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a new thing model would break devices and programs that know the old one: what they tell
 * would be refused, or what they read or invoke would be gone. Adding breaks nothing, unless it is
 * required. Pure.
 */
final class ModelChange {
    private final List<FieldError> breaks = new ArrayList<>();

    private ModelChange() {}

    /** Each break at its place, {@code thing_model.properties.light}; empty: none. */
    static List<FieldError> breaks(ThingModel before, ThingModel after) {
        var change = new ModelChange();
        change.properties(before, after);
        change.events(before, after);
        change.services(before, after);
        return change.breaks;
    }

    private void properties(ThingModel before, ThingModel after) {
        for (Property old : before.properties()) {
            String at = "thing_model.properties." + old.identifier();
            Property now = after.property(old.identifier()).orElse(null);
            if (now == null) {
                add(at, "is removed");
                continue;
            }
            if (old.writable() && !now.writable()) {
                add(at + ".accessMode", "was rw");
            }
            if (!old.required() && now.required()) {
                add(at + ".required", "was not required");
            }
            type(at + ".dataType", old.type(), now.type());
        }
        after.properties().stream()
                .filter(p -> p.required() && before.property(p.identifier()).isEmpty())
                .forEach(
                        p ->
                                add(
                                        "thing_model.properties." + p.identifier(),
                                        "is new and required"));
    }

    private void events(ThingModel before, ThingModel after) {
        for (Event old : before.events()) {
            String at = "thing_model.events." + old.identifier();
            Event now = after.event(old.identifier()).orElse(null);
            if (now == null) {
                add(at, "is removed");
            } else {
                params(at + ".outputData", old.outputs(), now.outputs());
            }
        }
    }

    private void services(ThingModel before, ThingModel after) {
        for (Service old : before.services()) {
            String at = "thing_model.services." + old.identifier();
            Service now = after.service(old.identifier()).orElse(null);
            if (now == null) {
                add(at, "is removed");
                continue;
            }
            if (old.synchronous() != now.synchronous()) {
                add(at + ".callType", "was " + (old.synchronous() ? "sync" : "async"));
            }
            params(at + ".inputData", old.inputs(), now.inputs());
            params(at + ".outputData", old.outputs(), now.outputs());
        }
    }

    private void params(String at, List<Param> before, List<Param> after) {
        Map<String, Param> byName = new HashMap<>();
        after.forEach(p -> byName.put(p.identifier(), p));
        for (Param old : before) {
            Param now = byName.get(old.identifier());
            if (now == null) {
                add(at + "." + old.identifier(), "is removed");
            } else {
                type(at + "." + old.identifier(), old.type(), now.type());
            }
        }
    }

    /** Whatever the old type let through the new one must let through. */
    private void type(String at, DataType before, DataType after) {
        switch (before) {
            case DataType.Int old when after instanceof DataType.Int now -> {
                if (now.min() > old.min() || now.max() < old.max()) {
                    add(at, "has a narrower range than " + old.min() + ".." + old.max());
                }
            }
            case DataType.Decimal old when after instanceof DataType.Decimal now -> {
                if (now.min().compareTo(old.min()) > 0 || now.max().compareTo(old.max()) < 0) {
                    add(at, "has a narrower range than " + old.min() + ".." + old.max());
                }
            }
            case DataType.Int old when after instanceof DataType.Decimal now -> {
                if (now.min().intValue() > old.min() || now.max().longValue() < old.max()) {
                    add(at, "has a narrower range than " + old.min() + ".." + old.max());
                }
            }
            case DataType.Enumeration old when after instanceof DataType.Enumeration now ->
                    old.labels().keySet().stream()
                            .filter(value -> !now.labels().containsKey(value))
                            .forEach(value -> add(at, "has no value " + value + " any more"));
            case DataType.Text old when after instanceof DataType.Text now -> {
                if (now.maxBytes() < old.maxBytes()) {
                    add(at, "was up to " + old.maxBytes() + " bytes");
                }
            }
            case DataType.Array old when after instanceof DataType.Array now -> {
                if (now.maxItems() < old.maxItems()) {
                    add(at, "was up to " + old.maxItems() + " items");
                }
                type(at + ".item", old.item(), now.item());
            }
            case DataType.Struct old when after instanceof DataType.Struct now ->
                    params(at, old.members(), now.members());
            default -> {
                if (!before.word().equals(after.word())) {
                    add(at, "was " + before.word());
                }
            }
        }
    }

    private void add(String field, String rule) {
        breaks.add(new FieldError(field, rule));
    }
}
