package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Of one operation of the contract: a request that its schemas accept, and every way in which one
 * value of it can be wrong, with the answer that such a fault must get. Read from the contract's
 * text alone, so that it judges the compiled checks from outside.
 */
final class BadInput {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int LONGEST = 70_000;

    /**
     * @param field the one field that the answer must name
     */
    record Case(
            String what,
            Map<String, String> path,
            Map<String, List<String>> query,
            String body,
            int status,
            String code,
            String field) {}

    private final ObjectNode bundle;
    private final JsonNode operation;
    private final Map<String, String> path = new LinkedHashMap<>();
    private final Map<String, List<String>> query = new LinkedHashMap<>();
    private final JsonNode valid;
    private final List<Case> cases = new ArrayList<>();

    private BadInput(ObjectNode bundle, JsonNode operation) {
        this.bundle = bundle;
        this.operation = operation;
        Samples samples = new Samples(bundle);
        for (JsonNode declared : operation.path("parameters")) {
            JsonNode p = ContractTest.resolve(bundle, declared);
            String value = samples.of(schema(p)).asText();
            String name = p.path("name").asText();
            if (p.path("in").asText().equals("path")) {
                path.put(name, value);
            } else if (p.path("required").asBoolean() && p.path("in").asText().equals("query")) {
                query.put(name, List.of(value));
            }
        }
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        valid = schema.isMissingNode() ? null : samples.of(schema);
    }

    static List<Case> of(ObjectNode bundle, JsonNode operation) {
        BadInput input = new BadInput(bundle, operation);
        input.parameters();
        if (input.valid != null) {
            input.body();
        }
        return input.cases;
    }

    private void parameters() {
        for (JsonNode declared : operation.path("parameters")) {
            JsonNode p = ContractTest.resolve(bundle, declared);
            String name = p.path("name").asText();
            String in = p.path("in").asText();
            boolean list = schema(p).path("type").asText().equals("array");
            if (in.equals("header") || list) {
                continue;
            }
            for (JsonNode bad : wrong(schema(p), false)) {
                String text = bad.asText();
                if (in.equals("query") || !text.isEmpty()) {
                    parameter(name + "=" + brief(text), name, in, List.of(text));
                }
            }
            if (in.equals("query")) {
                String good = new Samples(bundle).of(schema(p)).asText();
                parameter(name + " twice", name, in, List.of(good, good));
                if (p.path("required").asBoolean()) {
                    parameter("without " + name, name, in, List.of());
                }
            }
        }
        parameter("an unknown parameter", "no_such_parameter", "query", List.of("1"));
    }

    private void parameter(String what, String name, String in, List<String> values) {
        Map<String, String> inPath = new LinkedHashMap<>(path);
        Map<String, List<String>> inQuery = new LinkedHashMap<>(query);
        if (in.equals("path")) {
            inPath.put(name, values.getFirst());
        } else {
            inQuery.put(name, values);
        }
        String body = valid == null ? null : valid.toString();
        cases.add(new Case(what, inPath, inQuery, body, 400, "MALFORMED", name));
    }

    private void body() {
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        if (operation.path("requestBody").path("required").asBoolean()) {
            cases.add(new Case("no body", path, query, null, 400, "MALFORMED", null));
        }
        cases.add(new Case("half a body", path, query, "{\"a\":", 400, "MALFORMED", null));
        cases.add(new Case("a list as body", path, query, "[]", 422, "INVALID", ""));
        inside(schema, valid, "", valid);
    }

    /**
     * @param root the whole body, of which {@code value} is the part at {@code at}
     */
    private void inside(JsonNode raw, JsonNode value, String at, JsonNode root) {
        JsonNode schema = ContractTest.resolve(bundle, raw);
        if (value instanceof ObjectNode object) {
            object(schema, object, at, root);
        } else if (value instanceof ArrayNode array && !array.isEmpty()) {
            member(
                    schema.path("items"),
                    array.get(0),
                    at + "[0]",
                    root,
                    (bad) -> array.set(0, bad));
        }
    }

    private void object(JsonNode schema, ObjectNode object, String at, JsonNode root) {
        String prefix = at.isEmpty() ? "" : at + ".";
        for (JsonNode required : schema.path("required")) {
            String name = required.asText();
            JsonNode before = object.remove(name);
            if (before != null && !path.containsKey(name)) {
                refuse("without " + prefix + name, root, prefix + name);
            }
            if (before != null) {
                object.set(name, before);
            }
        }
        if (schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").asBoolean()) {
            object.put("no_such_field", 1);
            refuse("an unknown field in " + at, root, prefix + "no_such_field");
            object.remove("no_such_field");
        }
        for (var property : schema.path("properties").properties()) {
            String name = property.getKey();
            JsonNode part = object.get(name);
            if (part != null) {
                member(
                        property.getValue(),
                        part,
                        prefix + name,
                        root,
                        bad -> object.set(name, bad));
            }
        }
    }

    private void member(
            JsonNode raw,
            JsonNode part,
            String at,
            JsonNode root,
            java.util.function.Consumer<JsonNode> put) {
        for (JsonNode bad : wrong(ContractTest.resolve(bundle, raw), true)) {
            put.accept(bad);
            refuse(at + "=" + brief(bad.toString()), root, at);
        }
        put.accept(part);
        inside(raw, part, at, root);
    }

    private void refuse(String what, JsonNode root, String field) {
        cases.add(new Case(what, path, query, root.toString(), 422, "INVALID", field));
    }

    /** Values that break one rule of the schema each. */
    private static List<JsonNode> wrong(JsonNode schema, boolean typed) {
        List<JsonNode> wrong = new ArrayList<>();
        JsonNode types = schema.path("type");
        String type = types.isArray() ? types.get(0).asText() : types.asText();
        if (schema.has("enum")) {
            wrong.add(JSON.textNode("no-such-choice"));
            return wrong;
        }
        switch (type) {
            case "integer", "number" -> {
                wrong.add(JSON.textNode("many"));
                beyond(schema, wrong);
            }
            case "boolean" -> wrong.add(JSON.textNode("perhaps"));
            case "string" -> {
                if (typed && !types.toString().matches(".*(integer|number).*")) {
                    wrong.add(JSON.numberNode(7));
                }
                text(schema, wrong);
            }
            case "array", "object" -> {
                if (typed) {
                    wrong.add(JSON.textNode("one"));
                }
            }
            default -> {} // any JSON: nothing is wrong with any of it
        }
        return wrong;
    }

    private static void beyond(JsonNode schema, List<JsonNode> wrong) {
        if (schema.has("minimum")) {
            wrong.add(
                    JSON.numberNode(schema.get("minimum").decimalValue().subtract(BigDecimal.ONE)));
        }
        if (schema.has("maximum") && schema.get("maximum").asLong() < Long.MAX_VALUE / 16) {
            wrong.add(JSON.numberNode(schema.get("maximum").decimalValue().add(BigDecimal.ONE)));
        }
    }

    private static void text(JsonNode schema, List<JsonNode> wrong) {
        int most = schema.path("maxLength").asInt();
        if (most > 0 && most < LONGEST) {
            wrong.add(JSON.textNode("a".repeat(most + 1)));
        }
        if (schema.path("minLength").asInt() > 0) {
            wrong.add(JSON.textNode(""));
        }
        if (schema.path("format").asText().equals("date-time")) {
            wrong.add(JSON.textNode("yesterday"));
        }
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty()) {
            for (String odd : new String[] {"~", "a b!", "\u00e9"}) {
                if (!Pattern.compile(pattern).matcher(odd).find()) {
                    wrong.add(JSON.textNode(odd));
                    break;
                }
            }
        }
    }

    private JsonNode schema(JsonNode parameter) {
        return ContractTest.resolve(bundle, parameter.path("schema"));
    }

    private static String brief(String text) {
        return text.length() > 20 ? text.substring(0, 20) + ".. (" + text.length() + ")" : text;
    }
}
