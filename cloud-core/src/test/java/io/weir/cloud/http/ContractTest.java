package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.weir.cloud.Contexts;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The contract files keep the rules at the top of {@code contract/common.yaml}. */
class ContractTest {
    private static final Path FILES = Path.of("src/main/resources/contract");

    private static List<String> contexts() {
        return Contexts.ALL.stream().map(ContextRoutes::context).toList();
    }

    @Test
    void everyContractFileIsServed() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(
                            files.map(f -> f.getFileName().toString().replace(".yaml", ""))
                                    .filter(name -> !name.equals("common")))
                    .containsExactlyInAnyOrderElementsOf(contexts());
        }
    }

    @Test
    void theBundleCompilesAndEveryOperationHasOneRequirementWithOneScheme() {
        ObjectNode bundle = ContractBundle.of(contexts());
        var routes = Contexts.ALL.stream().flatMap(c -> c.routes().stream()).toList();
        assertThat(Operations.compile(bundle, routes)).hasSameSizeAs(routes);
        Vertx vertx = Vertx.vertx();
        var contract = OpenAPIContract.from(vertx, new JsonObject(bundle.toString())).await();
        for (var operation : contract.operations()) {
            var requirements = operation.getSecurityRequirements();
            if (operation.getOpenAPIModel().getBoolean("x-public", false)) {
                assertThat(requirements).as(operation.getOperationId()).isEmpty();
            } else {
                assertThat(requirements).as(operation.getOperationId()).hasSize(1);
                assertThat(requirements.getFirst().getNames()).containsExactly("jwt");
            }
        }
        vertx.close().await();
    }

    @Test
    void everyInputIsBounded() {
        ObjectNode bundle = ContractBundle.of(contexts());
        List<String> faults = new ArrayList<>();
        each(
                bundle,
                (id, operation) -> {
                    for (JsonNode parameter : operation.path("parameters")) {
                        JsonNode p = resolve(bundle, parameter);
                        bounded(
                                bundle,
                                id + " " + p.path("name").asText(),
                                p.path("schema"),
                                faults);
                    }
                    bounded(
                            bundle,
                            id + " body",
                            operation.at("/requestBody/content/application~1json/schema"),
                            faults);
                });
        assertThat(faults).isEmpty();
    }

    @Test
    void anIntegerOfMoreThan32BitsSaysSoToGeneratedClients() {
        ObjectNode bundle = ContractBundle.of(contexts());
        JsonNode share = bundle.at("/components/schemas/sharing.Share/properties/share_id");
        assertThat(share.path("format").asText()).isEqualTo("int64");
        JsonNode product = bundle.at("/components/schemas/Device/properties/product_id");
        assertThat(product.has("format")).isFalse();
    }

    @Test
    void aBreachOfTheRulesFailsTheStartWithEveryFaultNamed() {
        refuses("needs either x-roles or x-public", o -> o.remove("x-roles"));
        refuses("needs either x-roles or x-public", o -> o.put("x-public", true));
        refuses("no operationId", o -> o.remove("operationId"));
        refuses("no 2xx response", o -> o.remove("responses"));
        refuses("write x-roles or x-public, not security", o -> o.putArray("security"));
        refuses("no role KING", o -> o.putArray("x-roles").add("KING"));
        refuses("an operation without a route", o -> o.put("operationId", "renamed"));
        refuses("a route without an operation", o -> o.put("operationId", "renamed"));
        refuses("the contract has no response 201", o -> rename(o, "201", "200"));
        refuses("NewThing has no colour", o -> body(o).putObject("colour").put("type", "string"));
        refuses(
                "a parameter in cookie is not passed on",
                o -> o.putArray("parameters").addObject().put("name", "c").put("in", "cookie"));
    }

    private static void refuses(String message, Consumer<ObjectNode> change) {
        ObjectNode probe = ContractBundle.yaml("contract/probe.yaml");
        change.accept((ObjectNode) probe.at("/paths/~1probe~1things/post"));
        assertThatThrownBy(
                        () ->
                                Operations.compile(
                                        ContractBundle.of(Map.of("probe", probe)),
                                        Probe.CONTEXT.routes()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message);
    }

    private static void rename(ObjectNode operation, String from, String to) {
        ObjectNode responses = (ObjectNode) operation.path("responses");
        responses.set(to, responses.remove(from));
    }

    private static ObjectNode body(ObjectNode operation) {
        ObjectNode json = (ObjectNode) operation.at("/requestBody/content/application~1json");
        ObjectNode schema = json.putObject("schema").put("type", "object");
        return schema.putObject("properties");
    }

    static void each(ObjectNode bundle, java.util.function.BiConsumer<String, JsonNode> visit) {
        for (JsonNode path : bundle.path("paths")) {
            path.forEach(o -> visit.accept(o.path("operationId").asText(), o));
        }
    }

    static JsonNode resolve(ObjectNode bundle, JsonNode node) {
        JsonNode ref = node.get("$ref");
        return ref == null ? node : resolve(bundle, bundle.at(ref.asText().substring(1)));
    }

    private static final Map<String, List<String>> BOUNDS = new HashMap<>();

    static {
        BOUNDS.put("integer", List.of("minimum", "maximum"));
        BOUNDS.put("number", List.of("minimum", "maximum"));
        BOUNDS.put("array", List.of("maxItems"));
    }

    private static void bounded(ObjectNode bundle, String at, JsonNode raw, List<String> faults) {
        JsonNode schema = resolve(bundle, raw);
        String type =
                schema.path("type").isArray()
                        ? schema.path("type").get(0).asText()
                        : schema.path("type").asText();
        if (schema.has("enum") || schema.has("const")) {
            return;
        }
        for (String bound : BOUNDS.getOrDefault(type, List.of())) {
            if (!schema.has(bound)) {
                faults.add(at + ": " + type + " without " + bound);
            }
        }
        if (type.equals("string")
                && !schema.has("maxLength")
                && !schema.path("pattern").asText().endsWith("$")) {
            faults.add(at + ": string without maxLength");
        }
        if (type.equals("object")) {
            boolean open =
                    !schema.has("additionalProperties")
                            || schema.path("additionalProperties").asBoolean();
            // What a thing model declares is checked against that model; here only its size is.
            boolean sized = schema.has("maxProperties");
            if (open && !sized && !schema.path("additionalProperties").isObject()) {
                faults.add(at + ": object without additionalProperties: false");
            }
        }
        schema.path("properties")
                .properties()
                .forEach(p -> bounded(bundle, at + "." + p.getKey(), p.getValue(), faults));
        schema.path("oneOf")
                .forEach(
                        choice -> {
                            if (choice.has("type")) {
                                bounded(bundle, at, choice, faults);
                            }
                        });
        if (schema.has("items")) {
            bounded(bundle, at + "[]", schema.path("items"), faults);
        }
    }
}
