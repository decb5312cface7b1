package io.weir.runtime.thing;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.thing.DataType;
import io.weir.model.thing.Param;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code {"type":..,"specs":..}} of a thing model. */
final class DataTypeReader {
    private static final int MAX_DEPTH = 2;
    private static final int MAX_MEMBERS = 50;
    private static final int MAX_LABELS = 100;
    private static final int MAX_TEXT = 10_240;
    private static final int MAX_ITEMS = 512;
    private static final Set<String> ITEM_TYPES =
            Set.of("int", "float", "double", "text", "struct");
    private static final Map<String, BigDecimal> LIMITS =
            Map.of(
                    "float", new BigDecimal(Float.toString(Float.MAX_VALUE)),
                    "double", new BigDecimal(Double.toString(Double.MAX_VALUE)));
    private static final DataType ANYTHING = new DataType.Text(MAX_TEXT);

    /** Reads the members of a struct. */
    interface Params {
        List<Param> read(JsonNode list, String path, int depth);
    }

    private final Faults faults;
    private final Params params;

    DataTypeReader(Faults faults, Params params) {
        this.faults = faults;
        this.params = params;
    }

    /**
     * @param depth how many arrays and structs lie around it
     */
    DataType read(JsonNode node, String path, int depth) {
        if (!node.isObject()) {
            faults.add(path, "must be an object with type and specs");
            return ANYTHING;
        }
        JsonNode specs = node.path("specs");
        String at = path + ".specs";
        String type = faults.text(node, path, "type", "", 16);
        return switch (type) {
            case "int" -> whole(specs, at);
            case "float", "double" -> decimal(type, specs, at);
            case "bool" -> bool(specs, at);
            case "enum" -> enumeration(specs, at);
            case "text" -> new DataType.Text(faults.whole(specs, at, "length", 2048, 1, MAX_TEXT));
            case "date" -> new DataType.Date();
            case "array" -> array(specs, at, depth);
            case "struct" -> struct(specs, at, depth);
            default -> {
                faults.add(
                        path + ".type",
                        "must be int, float, double, bool, enum, text, date, array or struct");
                yield ANYTHING;
            }
        };
    }

    private DataType whole(JsonNode specs, String at) {
        int min = bound(specs, at, "min", Integer.MIN_VALUE);
        int max = bound(specs, at, "max", Integer.MAX_VALUE);
        if (min > max) {
            faults.add(at + ".max", "must not be below min");
        }
        int step = faults.whole(specs, at, "step", 1, 1, Integer.MAX_VALUE);
        return new DataType.Int(min, max, step, faults.text(specs, at, "unit", "", 50));
    }

    private int bound(JsonNode specs, String at, String key, int fallback) {
        return faults.whole(specs, at, key, fallback, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private DataType decimal(String type, JsonNode specs, String at) {
        BigDecimal limit = LIMITS.getOrDefault(type, BigDecimal.ZERO);
        BigDecimal min = or(faults.decimal(specs, at, "min"), limit.negate());
        BigDecimal max = or(faults.decimal(specs, at, "max"), limit);
        if (min.compareTo(limit.negate()) < 0) {
            faults.add(at + ".min", "is no " + type);
        }
        if (max.compareTo(limit) > 0) {
            faults.add(at + ".max", "is no " + type);
        }
        if (min.compareTo(max) > 0) {
            faults.add(at + ".max", "must not be below min");
        }
        BigDecimal step = or(faults.decimal(specs, at, "step"), BigDecimal.ZERO);
        if (step.signum() < 0) {
            faults.add(at + ".step", "must not be negative");
        }
        return new DataType.Decimal(type, min, max, step, faults.text(specs, at, "unit", "", 50));
    }

    private DataType bool(JsonNode specs, String at) {
        return new DataType.Bool(
                faults.text(specs, at, "0", "false", 100),
                faults.text(specs, at, "1", "true", 100));
    }

    private DataType enumeration(JsonNode specs, String at) {
        SortedMap<Integer, String> labels = new TreeMap<>();
        if (!specs.isObject() || specs.isEmpty() || specs.size() > MAX_LABELS) {
            faults.add(
                    at, "must be an object of 1 to " + MAX_LABELS + " integers and their labels");
            return new DataType.Enumeration(labels);
        }
        for (Map.Entry<String, JsonNode> label : specs.properties()) {
            try {
                labels.put(
                        Integer.parseInt(label.getKey()),
                        faults.text(specs, at, label.getKey(), "", 100));
            } catch (NumberFormatException e) {
                faults.add(at + "." + label.getKey(), "the key must be an integer");
            }
        }
        return new DataType.Enumeration(labels);
    }

    private DataType array(JsonNode specs, String at, int depth) {
        tooDeep(at, depth);
        JsonNode item = specs.path("item");
        if (!ITEM_TYPES.contains(item.path("type").asText())) {
            faults.add(at + ".item.type", "must be int, float, double, text or struct");
            return ANYTHING;
        }
        int size = faults.whole(specs, at, "size", MAX_ITEMS, 1, MAX_ITEMS);
        return depth >= MAX_DEPTH
                ? ANYTHING
                : new DataType.Array(size, read(item, at + ".item", depth + 1));
    }

    private DataType struct(JsonNode specs, String at, int depth) {
        tooDeep(at, depth);
        if (!specs.isArray() || specs.isEmpty() || specs.size() > MAX_MEMBERS) {
            faults.add(at, "must be an array of 1 to " + MAX_MEMBERS + " members");
            return ANYTHING;
        }
        return depth >= MAX_DEPTH
                ? ANYTHING
                : new DataType.Struct(params.read(specs, at, depth + 1));
    }

    private void tooDeep(String at, int depth) {
        if (depth >= MAX_DEPTH) {
            faults.add(at, "arrays and structs nest at most " + MAX_DEPTH + " levels");
        }
    }

    private static BigDecimal or(@Nullable BigDecimal value, BigDecimal fallback) {
        return value == null ? fallback : value;
    }
}
