package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes a valid value for a schema of our contracts, pattern included. */
final class Samples {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ObjectNode bundle;

    Samples(ObjectNode bundle) {
        this.bundle = bundle;
    }

    JsonNode of(JsonNode raw) {
        JsonNode schema = ContractTest.resolve(bundle, raw);
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.has("enum")) {
            return schema.path("enum").get(0);
        }
        if (!schema.has("type") && schema.has("oneOf")) {
            return of(schema.path("oneOf").get(0));
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.get(0).asText() : type.asText("string")) {
            case "integer" -> JSON.numberNode(Math.max(1, schema.path("minimum").asLong(1)));
            case "number" ->
                    schema.has("minimum") && schema.path("minimum").asDouble() > 1
                            ? schema.get("minimum")
                            : JSON.numberNode(1);
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> array(schema);
            case "object" -> object(schema);
            default -> JSON.textNode(text(schema));
        };
    }

    /** All properties, but of a oneOf of requirements only the first. */
    private ObjectNode object(JsonNode schema) {
        ObjectNode value = JSON.objectNode();
        schema.path("properties")
                .properties()
                .forEach(p -> value.set(p.getKey(), of(p.getValue())));
        JsonNode choices = schema.path("oneOf");
        for (int i = 1; i < choices.size(); i++) {
            choices.get(i).path("required").forEach(name -> value.remove(name.asText()));
        }
        if (value.isEmpty() && schema.path("additionalProperties").isObject()) {
            String key =
                    schema.has("propertyNames") ? of(schema.get("propertyNames")).asText() : "key";
            value.set(key, of(schema.get("additionalProperties")));
        }
        return value;
    }

    private ArrayNode array(JsonNode schema) {
        ArrayNode value = JSON.arrayNode();
        for (int i = 0; i < Math.max(1, schema.path("minItems").asInt()); i++) {
            value.add(of(schema.path("items")));
        }
        return value;
    }

    private static String text(JsonNode schema) {
        if (schema.path("format").asText().equals("date-time")) {
            return "2026-01-02T03:04:05Z";
        }
        if (schema.path("format").asText().equals("date")) {
            return "2026-01-02";
        }
        if (schema.has("pattern")) {
            return new Pattern(schema.path("pattern").asText()).sample();
        }
        return "x".repeat(Math.max(1, schema.path("minLength").asInt()));
    }

    /** The shortest text for the simple patterns that contracts use. */
    private static final class Pattern {
        private final String text;
        private int at;

        Pattern(String text) {
            this.text = text;
        }

        String sample() {
            return sequence();
        }

        private String sequence() {
            StringBuilder out = new StringBuilder();
            while (at < text.length() && text.charAt(at) != ')' && text.charAt(at) != '|') {
                out.append(repeated(atom()));
            }
            return out.toString();
        }

        private String atom() {
            char c = text.charAt(at++);
            return switch (c) {
                case '^', '$' -> "";
                case '.' -> "x";
                case '\\' -> escape(text.charAt(at++));
                case '[' -> oneOf();
                case '(' -> group();
                default -> String.valueOf(c);
            };
        }

        private static String escape(char c) {
            return switch (c) {
                case 'd' -> "1";
                case 'w' -> "x";
                default -> String.valueOf(c);
            };
        }

        private String oneOf() {
            char first =
                    text.charAt(at) == '\\'
                            ? escape(text.charAt(at + 1)).charAt(0)
                            : text.charAt(at);
            at = text.indexOf(']', at) + 1;
            return String.valueOf(first);
        }

        private String group() {
            if (text.startsWith("?:", at)) {
                at += 2;
            }
            String first = sequence();
            while (text.charAt(at) == '|') {
                at++;
                sequence();
            }
            at++;
            return first;
        }

        private String repeated(String atom) {
            if (at >= text.length()) {
                return atom;
            }
            switch (text.charAt(at)) {
                case '*', '?' -> {
                    at++;
                    return "";
                }
                case '+' -> at++;
                case '{' -> {
                    int end = text.indexOf('}', at);
                    int times = Integer.parseInt(text.substring(at + 1, end).split(",")[0]);
                    at = end + 1;
                    return atom.repeat(times);
                }
                default -> {}
            }
            return atom;
        }
    }
}
