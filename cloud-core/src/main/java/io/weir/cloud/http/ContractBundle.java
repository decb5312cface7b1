package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * All contract files as one OpenAPI document without outside references: what {@code /openapi.json}
 * shows, what the router routes by and what requests are checked against. The rules of a contract
 * file stand at the top of {@code contract/common.yaml}.
 */
public final class ContractBundle {
    static final String COMMON = "urn:weir:common#/";
    static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final String SCHEMAS = "#/components/schemas/";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final ObjectNode document;
    private final List<String> errors = new ArrayList<>();

    private ContractBundle() {
        document = yaml("contract/common.yaml");
        ObjectNode info = document.putObject("info");
        info.put("title", "Weir").put("version", "1");
        info.put("description", "Renting and selling what flows.");
    }

    /** Reads and joins the files from the class path; throws with every breach of the rules. */
    public static ObjectNode of(List<String> contexts) {
        ContractBundle bundle = new ContractBundle();
        for (String context : contexts) {
            bundle.add(context, yaml("contract/" + context + ".yaml"));
        }
        return bundle.checked();
    }

    /** The same for documents at hand, which tests change before. */
    static ObjectNode of(java.util.Map<String, ObjectNode> files) {
        ContractBundle bundle = new ContractBundle();
        files.forEach((context, file) -> bundle.add(context, file.deepCopy()));
        return bundle.checked();
    }

    static ObjectNode yaml(String resource) {
        try (InputStream in = ContractBundle.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " on the class path");
            }
            return (ObjectNode) YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private ObjectNode checked() {
        if (!errors.isEmpty()) {
            throw new IllegalStateException("contract:\n  " + String.join("\n  ", errors));
        }
        tellWidths(document);
        return document;
    }

    private void add(String context, ObjectNode file) {
        rename(context, file);
        document.withArrayProperty("tags")
                .addObject()
                .put("name", context)
                .put("description", file.at("/info/title").asText());
        ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
        file.at("/components/schemas")
                .properties()
                .forEach(s -> schemas.set(context + "." + s.getKey(), s.getValue()));
        ObjectNode paths = (ObjectNode) document.path("paths");
        for (var path : file.path("paths").properties()) {
            ObjectNode target = paths.withObjectProperty(path.getKey());
            for (var member : path.getValue().properties()) {
                String where = member.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                if (!METHODS.contains(member.getKey())) {
                    errors.add(context + ": " + where + ": only " + METHODS + " stand in a path");
                } else if (target.has(member.getKey())) {
                    errors.add(context + ": " + where + " is in another contract too");
                } else {
                    operation(context, where, (ObjectNode) member.getValue());
                    target.set(member.getKey(), member.getValue());
                }
            }
        }
    }

    /**
     * Generated clients take an integer for one of 32 bits unless its format says more, whatever
     * its maximum is.
     */
    private static void tellWidths(JsonNode node) {
        JsonNode type = node.path("type");
        boolean integer =
                type.asText().equals("integer") || type.path(0).asText().equals("integer");
        boolean narrow = node.has("maximum") && node.get("maximum").canConvertToInt();
        if (integer && !narrow && !node.has("enum") && node instanceof ObjectNode schema) {
            schema.put("format", "int64");
        }
        node.forEach(ContractBundle::tellWidths);
    }

    /** {@code urn:weir:common#/x} becomes {@code #/x}, a local schema X becomes context.X. */
    private static void rename(String context, JsonNode node) {
        if (node instanceof ObjectNode object) {
            JsonNode ref = object.get("$ref");
            if (ref != null && ref.asText().startsWith(COMMON)) {
                object.set("$ref", new TextNode("#/" + ref.asText().substring(COMMON.length())));
            } else if (ref != null && ref.asText().startsWith(SCHEMAS)) {
                String name = ref.asText().substring(SCHEMAS.length());
                object.set("$ref", new TextNode(SCHEMAS + context + "." + name));
            }
        }
        node.forEach(child -> rename(context, child));
    }

    private void operation(String context, String where, ObjectNode operation) {
        String at = context + ": " + where + ": ";
        if (!operation.path("operationId").isTextual()) {
            errors.add(at + "no operationId");
        }
        if (operation.has("security")) {
            errors.add(at + "write x-roles or x-public, not security");
        }
        boolean isPublic = operation.path("x-public").asBoolean();
        boolean hasRoles = !operation.path("x-roles").isEmpty();
        if (isPublic == hasRoles) {
            errors.add(at + "needs either x-roles or x-public: true");
        }
        boolean keyed = operation.path("x-idempotency").asText().equals("required");
        if (keyed && isPublic) {
            errors.add(at + "an idempotency key belongs to a caller, so not with x-public");
        }
        operation.putArray("tags").add(context);
        ArrayNode security = operation.putArray("security");
        if (!isPublic) {
            security.addObject().putArray("jwt");
        }
        if (keyed) {
            operation.withArrayProperty("parameters").add(idempotencyKey());
        }
        responses(at, operation);
    }

    private static ObjectNode idempotencyKey() {
        ObjectNode key = YAML.createObjectNode();
        key.put("name", "Idempotency-Key").put("in", "header").put("required", true);
        key.put("description", "The same key with the same request is answered once, for 7 days.");
        key.putObject("schema")
                .put("type", "string")
                .put("minLength", 1)
                .put("maxLength", 128)
                .put("pattern", "^[!-~]+$");
        return key;
    }

    /** Wraps what the file says of the data into the envelope and adds the failures. */
    private void responses(String at, ObjectNode operation) {
        ObjectNode responses = operation.withObjectProperty("responses");
        boolean succeeds = false;
        for (var response : responses.properties()) {
            succeeds |= response.getKey().startsWith("2");
            JsonNode content = response.getValue().at("/content/application~1json");
            if (content instanceof ObjectNode json && response.getKey().startsWith("2")) {
                json.set("schema", envelope(json.path("schema")));
            }
        }
        if (!succeeds) {
            errors.add(at + "no 2xx response");
        }
        ObjectNode failure = responses.putObject("default");
        failure.put("description", "Any failure.");
        failure.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", SCHEMAS + "ErrorEnvelope");
    }

    private static ObjectNode envelope(JsonNode data) {
        ObjectNode envelope = YAML.createObjectNode().put("type", "object");
        envelope.putArray("required")
                .add("status")
                .add("code")
                .add("message")
                .add("total")
                .add("data");
        ObjectNode properties = envelope.putObject("properties");
        properties.putObject("status").put("type", "boolean").put("const", true);
        properties.putObject("code").put("type", "string");
        properties.putObject("message").put("type", "string");
        properties
                .putObject("total")
                .put("type", "integer")
                .put("description", "The whole count before the limit.");
        properties.set("data", data);
        return envelope;
    }
}
