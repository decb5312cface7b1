package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns path, query and body into one checked JSON object. A fault of a parameter or of the JSON
 * itself is 400, a fault against the body's schema is 422 with the fields named.
 */
final class RequestReader {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

    private RequestReader() {}

    static ObjectNode read(RoutingContext context, Operation operation) {
        ObjectNode merged = parameters(context, operation);
        if (operation.body() != null) {
            merge(merged, body(context, operation, operation.body()));
        }
        List<FieldError> odd = OddValues.of(merged);
        if (!odd.isEmpty()) {
            throw rejected(CommonError.INVALID, odd);
        }
        return merged;
    }

    private static ObjectNode parameters(RoutingContext context, Operation operation) {
        ObjectNode values = Json.MAPPER.createObjectNode();
        List<FieldError> faults = new ArrayList<>();
        MultiMap query = query(context);
        for (Operation.Parameter p : operation.declared()) {
            List<String> given =
                    p.query() ? query.getAll(p.name()) : List.of(context.pathParam(p.name()));
            JsonNode value = parameter(p, given, faults);
            if (value != null) {
                values.set(p.name(), value);
            }
        }
        for (String name : query.names()) {
            if (operation.declared().stream().noneMatch(p -> p.query() && p.name().equals(name))) {
                faults.add(new FieldError(name, "is unknown"));
            }
        }
        if (faults.isEmpty()) {
            faults.addAll(operation.parameters().faults(values));
        }
        if (!faults.isEmpty()) {
            throw rejected(CommonError.MALFORMED, faults);
        }
        return values;
    }

    private static MultiMap query(RoutingContext context) {
        try {
            return context.queryParams();
        } catch (Exception e) {
            throw new Rejected(CommonError.MALFORMED, "the query string is not decodable");
        }
    }

    private static @Nullable JsonNode parameter(
            Operation.Parameter p, List<String> given, List<FieldError> faults) {
        if (given.isEmpty()) {
            return p.preset();
        }
        if (p.type().equals("array")) {
            ArrayNode list = Json.MAPPER.createArrayNode();
            given.forEach(list::add);
            return list;
        }
        if (given.size() > 1) {
            faults.add(new FieldError(p.name(), "is given more than once"));
            return null;
        }
        String text = given.getFirst();
        JsonNode value = convert(p.type(), text);
        if (value == null) {
            faults.add(new FieldError(p.name(), "must be of type " + p.type()));
        }
        return value;
    }

    private static @Nullable JsonNode convert(String type, String text) {
        return switch (type) {
            case "integer" ->
                    INTEGER.matcher(text).matches() ? LongNode.valueOf(Long.parseLong(text)) : null;
            case "number" ->
                    DECIMAL.matcher(text).matches()
                            ? DecimalNode.valueOf(new BigDecimal(text))
                            : null;
            case "boolean" ->
                    switch (text) {
                        case "true" -> BooleanNode.TRUE;
                        case "false" -> BooleanNode.FALSE;
                        default -> null;
                    };
            default -> TextNode.valueOf(text);
        };
    }

    private static ObjectNode body(RoutingContext context, Operation operation, Check check) {
        Buffer bytes = context.body().buffer();
        if (bytes == null || bytes.length() == 0) {
            if (operation.bodyRequired()) {
                throw new Rejected(CommonError.MALFORMED, "the request needs a JSON body");
            }
            return operation.defaults().deepCopy();
        }
        contentType(context);
        JsonNode tree = tree(bytes);
        List<FieldError> odd = OddValues.of(tree);
        List<FieldError> faults = odd.isEmpty() ? check.faults(tree) : odd;
        if (!faults.isEmpty()) {
            throw rejected(CommonError.INVALID, faults);
        }
        ObjectNode body = (ObjectNode) tree;
        operation
                .defaults()
                .properties()
                .forEach(
                        preset -> {
                            if (!body.has(preset.getKey())) {
                                body.set(preset.getKey(), preset.getValue());
                            }
                        });
        return body;
    }

    private static void contentType(RoutingContext context) {
        String type = context.request().getHeader("Content-Type");
        String bare = type == null ? "" : type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!bare.equals("application/json")) {
            throw new Rejected(
                    CommonError.UNSUPPORTED_MEDIA_TYPE,
                    "the body must be application/json",
                    List.of(new FieldError("Content-Type", "must be application/json")));
        }
    }

    private static JsonNode tree(Buffer bytes) {
        try {
            return Json.tree(bytes.getBytes());
        } catch (IllegalArgumentException e) {
            throw new Rejected(
                    CommonError.MALFORMED, "the body is not valid JSON: " + e.getMessage());
        }
    }

    private static void merge(ObjectNode merged, ObjectNode body) {
        for (var field : body.properties()) {
            JsonNode before = merged.get(field.getKey());
            if (before != null && !same(before, field.getValue())) {
                throw Rejected.invalid(field.getKey(), "differs from the path or query");
            }
            merged.set(field.getKey(), field.getValue());
        }
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue()) == 0
                : a.equals(b);
    }

    private static Rejected rejected(CommonError code, List<FieldError> faults) {
        String message =
                faults.stream()
                        .limit(5)
                        .map(f -> f.field().isEmpty() ? f.rule() : f.field() + " " + f.rule())
                        .collect(Collectors.joining("; "));
        return new Rejected(code, message, faults);
    }
}
