package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;

import io.weir.model.access.Role;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compiles the bundled contract and the route tables into {@link Operation}s. Whatever doesn't fit
 * (an operation without a route, a route without an operation, a field that the request record
 * doesn't have) fails the start, all faults at once.
 */
final class Operations {
    private static final String ID = "urn:weir:checks";

    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder()
                    .formatAssertionsEnabled(true)
                    .pathType(PathType.JSON_PATH)
                    .locale(Locale.ROOT)
                    .preloadJsonSchema(true)
                    .build();

    private final ObjectNode contract;
    private final Map<String, Route> routes = new TreeMap<>();
    private final ObjectNode checks = Json.MAPPER.createObjectNode();
    private final List<String> errors = new ArrayList<>();

    private Operations(ObjectNode contract, List<Route> routes) {
        this.contract = contract;
        for (Route route : routes) {
            if (this.routes.put(route.operationId(), route) != null) {
                errors.add(route.operationId() + ": two routes");
            }
        }
    }

    static List<Operation> compile(ObjectNode contract, List<Route> routes) {
        return new Operations(contract, routes).compile();
    }

    private List<Operation> compile() {
        checks.put("$id", ID);
        checks.set("components", contract.path("components"));
        checks.putObject("$defs");
        Map<String, Half> halves = new TreeMap<>();
        for (var path : contract.path("paths").properties()) {
            for (var member : path.getValue().properties()) {
                Half half = half(member.getKey(), path.getKey(), member.getValue());
                if (halves.put(half.id, half) != null) {
                    errors.add(half.id + ": two operations");
                }
            }
        }
        routes.keySet().stream()
                .filter(id -> !halves.containsKey(id))
                .forEach(id -> errors.add(id + ": a route without an operation in the contract"));
        if (!errors.isEmpty()) {
            throw new IllegalStateException("contract:\n  " + String.join("\n  ", errors));
        }
        // Read once: to ask the factory for each check would read and keep all of it each time.
        JsonSchema all = factory().getSchema(SchemaLocation.of(ID), CONFIG);
        return halves.values().stream().map(half -> half.finish(all)).toList();
    }

    /** An operation whose schemas are not compiled yet: all must be known before the first is. */
    private record Half(
            String id,
            String method,
            String path,
            JsonNode json,
            List<Operation.Parameter> parameters,
            @Nullable ObjectNode body,
            @Nullable Route route) {
        Operation finish(JsonSchema all) {
            Route known = java.util.Objects.requireNonNull(route);
            Set<Role> roles = EnumSet.noneOf(Role.class);
            json.path("x-roles").forEach(role -> roles.add(Role.valueOf(role.asText())));
            return new Operation(
                    id,
                    method,
                    path,
                    known.module(),
                    roles,
                    !json.path("x-writes").asBoolean() && reads(),
                    json.path("x-idempotency").asText().equals("required"),
                    json.path("x-session").asBoolean(),
                    json.path("x-address").asBoolean(),
                    parameters,
                    check(all, id + ".parameters"),
                    body == null ? null : check(all, id + ".body"),
                    json.path("requestBody").path("required").asBoolean(),
                    body == null ? Json.MAPPER.createObjectNode() : presets(body),
                    known.status(),
                    known.op());
        }

        private boolean reads() {
            return method.equals("GET")
                    || id.matches(
                            "(omsL|l)ist.*|(omsG|g)et.*|oms(Device|User)(Members|Groups|Devices)");
        }

        private static Check check(JsonSchema all, String name) {
            JsonSchema schema = all.getRefSchema(SchemaLocation.Fragment.of("/$defs/" + name));
            schema.initializeValidators();
            return new Check(schema);
        }

        private static ObjectNode presets(ObjectNode body) {
            ObjectNode presets = Json.MAPPER.createObjectNode();
            body.path("properties")
                    .properties()
                    .forEach(
                            p -> {
                                if (p.getValue().has("default")) {
                                    presets.set(p.getKey(), p.getValue().get("default"));
                                }
                            });
            return presets;
        }
    }

    private Half half(String method, String path, JsonNode json) {
        String id = json.path("operationId").asText();
        Route route = routes.get(id);
        if (route == null) {
            errors.add(id + ": an operation without a route");
        } else if (!json.path("responses").has(String.valueOf(route.status()))) {
            errors.add(id + ": the contract has no response " + route.status());
        }
        json.path("x-roles")
                .forEach(
                        role -> {
                            if (java.util.Arrays.stream(Role.values())
                                    .noneMatch(r -> r.name().equals(role.asText()))) {
                                errors.add(id + ": no role " + role.asText());
                            }
                        });
        List<Operation.Parameter> parameters = new ArrayList<>();
        Set<String> fields = new HashSet<>();
        ObjectNode all = defs().putObject(id + ".parameters").put("type", "object");
        ObjectNode properties = all.putObject("properties");
        for (JsonNode declared : json.path("parameters")) {
            parameter(id, resolve(declared), parameters, properties, all);
        }
        parameters.forEach(p -> fields.add(p.name()));
        ObjectNode body = body(id, json, fields);
        if (json.path("x-session").asBoolean()) {
            fields.add("session");
        }
        if (json.path("x-address").asBoolean()) {
            fields.add("client_address");
        }
        if (route != null) {
            components(id, route, fields);
        }
        return new Half(id, method.toUpperCase(Locale.ROOT), path, json, parameters, body, route);
    }

    private void parameter(
            String id,
            JsonNode declared,
            List<Operation.Parameter> parameters,
            ObjectNode properties,
            ObjectNode all) {
        String name = declared.path("name").asText();
        String in = declared.path("in").asText();
        if (in.equals("header") && name.equals("Idempotency-Key")) {
            return;
        }
        if (!in.equals("path") && !in.equals("query")) {
            errors.add(id + ": a parameter in " + in + " is not passed on: " + name);
            return;
        }
        JsonNode schema = resolve(declared.path("schema"));
        String type = schema.path("type").asText("string");
        boolean required = declared.path("required").asBoolean();
        JsonNode preset = schema.get("default");
        parameters.add(new Operation.Parameter(name, in.equals("query"), required, type, preset));
        properties.set(name, declared.path("schema"));
        if (required) {
            all.withArrayProperty("required").add(name);
        }
    }

    private @Nullable ObjectNode body(String id, JsonNode json, Set<String> fields) {
        JsonNode declared = json.at("/requestBody/content/application~1json/schema");
        if (declared.isMissingNode()) {
            return null;
        }
        defs().set(id + ".body", declared);
        ObjectNode body = (ObjectNode) resolve(declared);
        if (!body.path("type").asText().equals("object")) {
            errors.add(id + ": the body must be an object");
        }
        body.path("properties").fieldNames().forEachRemaining(fields::add);
        body.path("allOf")
                .forEach(
                        part ->
                                resolve(part)
                                        .path("properties")
                                        .fieldNames()
                                        .forEachRemaining(fields::add));
        return body;
    }

    /** A field that no record component takes would fail every request: better fail the start. */
    private void components(String id, Route route, Set<String> fields) {
        Class<?> request = route.op().request();
        if (!request.isRecord()) {
            return;
        }
        var type = Json.MAPPER.constructType(request);
        Set<String> known = new HashSet<>();
        Json.MAPPER
                .getDeserializationConfig()
                .introspect(type)
                .findProperties()
                .forEach(p -> known.add(p.getName()));
        fields.stream()
                .filter(field -> !known.contains(field))
                .sorted()
                .forEach(
                        field ->
                                errors.add(
                                        id + ": " + request.getSimpleName() + " has no " + field));
    }

    private JsonNode resolve(JsonNode node) {
        JsonNode ref = node.get("$ref");
        if (ref == null) {
            return node;
        }
        JsonNode target = contract.at(ref.asText().substring(1));
        if (target.isMissingNode()) {
            errors.add("nothing at " + ref.asText());
        }
        return resolve(target);
    }

    private ObjectNode defs() {
        return (ObjectNode) checks.path("$defs");
    }

    private JsonSchemaFactory factory() {
        Map<String, String> documents = new HashMap<>();
        documents.put(ID, checks.toString());
        return JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder ->
                        builder.metaSchema(dialect())
                                .schemaLoaders(loaders -> loaders.schemas(documents)));
    }

    /** JSON Schema 2020-12 and the words of OpenAPI that check nothing. */
    private static JsonMetaSchema dialect() {
        return JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword("components"))
                .keyword(new NonValidationKeyword("example"))
                .build();
    }
}
