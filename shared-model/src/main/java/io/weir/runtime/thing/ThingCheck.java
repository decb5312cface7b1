package io.weir.runtime.thing;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.FieldError;
import io.weir.model.thing.DataType;
import io.weir.model.thing.Param;
import io.weir.model.thing.Property;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds values against a thing model, as the cloud does before it sends a command. The edge has its
 * own streaming check for what comes up.
 */
public final class ThingCheck {
    private ThingCheck() {}

    /** One property's value, as a device may post it. */
    public static Optional<FieldError> check(ThingModel model, String identifier, JsonNode value) {
        Faults faults = new Faults();
        model.property(identifier)
                .ifPresentOrElse(
                        p -> value(p.type(), value, identifier, faults),
                        () -> faults.add(identifier, "is no property of the thing model"));
        return faults.found().stream().findFirst();
    }

    /** The params of a property set: each must exist, be writable and have a fitting value. */
    public static List<FieldError> set(ThingModel model, JsonNode params, String path) {
        Faults faults = new Faults();
        if (!params.isObject() || params.isEmpty()) {
            faults.add(path, "must be an object with at least one property");
            return faults.found();
        }
        for (Map.Entry<String, JsonNode> entry : params.properties()) {
            String at = path + "." + entry.getKey();
            Property property = model.property(entry.getKey()).orElse(null);
            if (property == null) {
                faults.add(at, "is no property of the thing model");
            } else if (!property.writable()) {
                faults.add(at, "is read-only");
            } else {
                value(property.type(), entry.getValue(), at, faults);
            }
        }
        return faults.found();
    }

    /** The inputs of a service: every one must be there. */
    public static List<FieldError> invoke(Service service, JsonNode params, String path) {
        Faults faults = new Faults();
        if (!params.isObject()) {
            faults.add(path, "must be an object");
            return faults.found();
        }
        members(service.inputs(), params, path, faults);
        for (Param input : service.inputs()) {
            if (!params.has(input.identifier())) {
                faults.add(path + "." + input.identifier(), "is missing");
            }
        }
        return faults.found();
    }

    private static void value(DataType type, JsonNode value, String path, Faults faults) {
        switch (type) {
            case DataType.Int t -> {
                if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                    faults.add(path, "must be an integer of 32 bits");
                } else if (value.intValue() < t.min() || value.intValue() > t.max()) {
                    faults.add(path, "must be from " + t.min() + " to " + t.max());
                }
            }
            case DataType.Decimal t -> {
                if (!value.isNumber()) {
                    faults.add(path, "must be a number");
                } else if (value.decimalValue().compareTo(t.min()) < 0
                        || value.decimalValue().compareTo(t.max()) > 0) {
                    faults.add(path, "must be from " + show(t.min()) + " to " + show(t.max()));
                }
            }
            case DataType.Bool t -> {
                if (!value.isIntegralNumber()
                        || !value.canConvertToInt()
                        || value.intValue() < 0
                        || value.intValue() > 1) {
                    faults.add(path, "must be 0 or 1");
                }
            }
            case DataType.Enumeration t -> {
                if (!value.isIntegralNumber()
                        || !value.canConvertToInt()
                        || !t.labels().containsKey(value.intValue())) {
                    faults.add(path, "must be one of " + t.labels().keySet());
                }
            }
            case DataType.Text t -> {
                if (!value.isTextual()
                        || value.textValue().getBytes(StandardCharsets.UTF_8).length
                                > t.maxBytes()) {
                    faults.add(path, "must be text of at most " + t.maxBytes() + " bytes");
                }
            }
            case DataType.Date t -> {
                if (!value.isTextual() || !value.textValue().matches("[0-9]{1,18}")) {
                    faults.add(path, "must be UTC milliseconds as text");
                }
            }
            case DataType.Array t -> array(t, value, path, faults);
            case DataType.Struct t -> {
                if (!value.isObject()) {
                    faults.add(path, "must be an object");
                } else {
                    members(t.members(), value, path, faults);
                }
            }
        }
    }

    private static void array(DataType.Array type, JsonNode value, String path, Faults faults) {
        if (!value.isArray() || value.size() > type.maxItems()) {
            faults.add(path, "must be an array of at most " + type.maxItems() + " items");
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            value(type.item(), value.get(i), path + "[" + i + "]", faults);
        }
    }

    private static void members(List<Param> known, JsonNode value, String path, Faults faults) {
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String at = path + "." + entry.getKey();
            DataType type = type(known, entry.getKey());
            if (type == null) {
                faults.add(at, "is unknown to the thing model");
            } else {
                value(type, entry.getValue(), at, faults);
            }
        }
    }

    private static @Nullable DataType type(List<Param> known, String identifier) {
        for (Param p : known) {
            if (p.identifier().equals(identifier)) {
                return p.type();
            }
        }
        return null;
    }

    private static String show(BigDecimal bound) {
        return bound.toString();
    }
}
