package io.weir.edge.registry;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Thing model text (TSL; facts: alink.md section 11) to {@link ThingModel}. The cloud has already
 * checked the text with located errors; here a fault only means that the product can't be served.
 */
final class TslCompiler {
    private static final int TEXT_BYTES = 10_240;
    private static final int ARRAY_ITEMS = 512;
    private static final int DEPTH = 3;

    private TslCompiler() {}

    /** Throws IllegalArgumentException when the text is not a thing model. */
    static ThingModel compile(String tsl) {
        JsonNode root = Json.tree(tsl);
        Map<String, ThingModel.Property> properties = new HashMap<>();
        for (JsonNode p : root.path("properties")) {
            String id = text(p, "identifier");
            ValueType type = type(p.path("dataType"), DEPTH);
            properties.put(
                    id,
                    new ThingModel.Property(
                            id,
                            properties.size(),
                            type,
                            p.path("accessMode").asText().contains("w"),
                            ThingModel.Counter.of(id, type)));
        }
        Map<String, ThingModel.Event> events = new HashMap<>();
        for (JsonNode e : root.path("events")) {
            String id = text(e, "identifier");
            String type = e.path("type").asText("info");
            boolean urgent = type.equals("alert") || type.equals("error");
            events.put(id, new ThingModel.Event(id, urgent, struct(e.path("outputData"), DEPTH)));
        }
        Map<String, ThingModel.Service> services = new HashMap<>();
        for (JsonNode s : root.path("services")) {
            String id = text(s, "identifier");
            boolean sync = s.path("callType").asText("async").equals("sync");
            services.put(id, new ThingModel.Service(id, sync, struct(s.path("inputData"), DEPTH)));
        }
        return new ThingModel(properties, events, services);
    }

    private static ValueType type(JsonNode dataType, int depth) {
        if (depth == 0) {
            throw new IllegalArgumentException("nested too deep");
        }
        JsonNode specs = dataType.path("specs");
        return switch (text(dataType, "type")) {
            case "int" ->
                    new ValueType.Int(
                            whole(specs, "min", Long.MIN_VALUE),
                            whole(specs, "max", Long.MAX_VALUE));
            case "float", "double" ->
                    new ValueType.Decimal(
                            decimal(specs, "min", -Double.MAX_VALUE),
                            decimal(specs, "max", Double.MAX_VALUE));
            case "bool" -> new ValueType.Choice(Set.of(0L, 1L));
            case "enum" -> new ValueType.Choice(keys(specs));
            case "text" -> new ValueType.Text((int) whole(specs, "length", TEXT_BYTES));
            case "date" -> new ValueType.Date();
            case "array" ->
                    new ValueType.Array(
                            (int) whole(specs, "size", ARRAY_ITEMS),
                            type(specs.path("item"), depth - 1));
            case "struct" -> struct(specs, depth - 1);
            default -> throw new IllegalArgumentException("type " + text(dataType, "type"));
        };
    }

    private static ValueType.Struct struct(JsonNode params, int depth) {
        Map<String, ValueType.Struct.Member> members = new HashMap<>();
        for (JsonNode param : params) {
            // The built-in members (set, get, post) list names or whole properties without types.
            if (param.isObject() && param.has("dataType")) {
                members.put(
                        text(param, "identifier"),
                        new ValueType.Struct.Member(
                                members.size(), type(param.path("dataType"), depth)));
            }
        }
        return new ValueType.Struct(Map.copyOf(members));
    }

    private static Set<Long> keys(JsonNode specs) {
        Set<Long> keys = new HashSet<>();
        specs.fieldNames().forEachRemaining(key -> keys.add(Long.valueOf(key)));
        return Set.copyOf(keys);
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value.asText();
    }

    /** Numbers in specs are written as strings, sometimes as numbers. */
    private static long whole(JsonNode specs, String field, long otherwise) {
        String text = specs.path(field).asText();
        return text.isEmpty() ? otherwise : new java.math.BigDecimal(text).longValue();
    }

    private static double decimal(JsonNode specs, String field, double otherwise) {
        String text = specs.path(field).asText();
        return text.isEmpty() ? otherwise : Double.parseDouble(text);
    }
}
