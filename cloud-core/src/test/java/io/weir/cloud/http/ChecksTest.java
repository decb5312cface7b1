package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.Test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Our compiled checks and vertx-openapi's own judge alike: one server of each kind, every operation
 * of every context, a valid request and many mutants of it. The stricter rules that are ours alone
 * (unknown or repeated query parameters, path against body, U+0000, 1e999999999) stand in {@link
 * PipelineTest}.
 */
class ChecksTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<Integer> REFUSED = Set.of(400, 415, 422);

    /** What is sent: the same to both servers. */
    private record Request(
            String what, Map<String, String> path, Map<String, String> query, JsonNode body) {}

    @Test
    void bothChecksJudgeEveryMutantAlike() {
        List<ContextRoutes> contexts = new ArrayList<>(Contexts.ALL);
        contexts.add(Probe.CONTEXT);
        ObjectNode bundle =
                ContractBundle.of(contexts.stream().map(ContextRoutes::context).toList());
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, contexts);
            int theirs = vertxOpenApi(api, bundle);
            List<String> differences = new ArrayList<>();
            Map<String, Integer> counts = new TreeMap<>();
            for (var path : bundle.path("paths").properties()) {
                for (var member : path.getValue().properties()) {
                    JsonNode operation = member.getValue();
                    for (Request request : corpus(bundle, operation)) {
                        Reply ours = ours(api, path.getKey(), member.getKey(), operation, request);
                        boolean refused = REFUSED.contains(ours.status());
                        int other = theirs(api, theirs, path.getKey(), member.getKey(), request);
                        counts.merge(refused ? "refused" : "passed", 1, Integer::sum);
                        boolean oursAlone =
                                ours.json()
                                        .path("message")
                                        .asText()
                                        .contains("differs from the path");
                        if (refused != (other >= 400) && !oursAlone) {
                            differences.add(
                                    operation.path("operationId").asText()
                                            + ": "
                                            + request.what()
                                            + ": ours "
                                            + ours.status()
                                            + " "
                                            + ours.json().path("message").asText()
                                            + ", theirs "
                                            + other);
                        }
                        if (request.what().equals("valid")) {
                            assertThat(refused).as(request + " " + ours.json()).isFalse();
                        }
                    }
                }
            }
            System.out.println("checks compared: " + counts);
            assertThat(differences).isEmpty();
            assertThat(counts.get("refused")).isGreaterThan(100);
        }
    }

    private static int vertxOpenApi(ApiFixture api, ObjectNode bundle) {
        ObjectNode open = bundle.deepCopy();
        ContractTest.each(open, (id, operation) -> ((ObjectNode) operation).putArray("security"));
        var contract = OpenAPIContract.from(api.vertx, new JsonObject(open.toString())).await();
        var builder = RouterBuilder.create(api.vertx, contract, RequestExtractor.withBodyHandler());
        builder.rootHandler(BodyHandler.create(false));
        builder.getRoutes().forEach(route -> route.addHandler(c -> c.response().end()));
        Router root = Router.router(api.vertx);
        for (int status : new int[] {400, 500}) {
            root.errorHandler(status, c -> c.response().setStatusCode(status).end());
        }
        root.route("/*").subRouter(builder.createRouter());
        return api.vertx
                .createHttpServer()
                .requestHandler(root)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private static List<Request> corpus(ObjectNode bundle, JsonNode operation) {
        Samples samples = new Samples(bundle);
        Map<String, String> path = new LinkedHashMap<>();
        Map<String, String> query = new LinkedHashMap<>();
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        for (JsonNode declared : operation.path("parameters")) {
            JsonNode p = ContractTest.resolve(bundle, declared);
            JsonNode schema = ContractTest.resolve(bundle, p.path("schema"));
            String name = p.path("name").asText();
            if (!p.path("in").asText().equals("header")
                    && !schema.path("type").asText().equals("array")) {
                schemas.put(name, schema);
                (p.path("in").asText().equals("path") ? path : query)
                        .put(name, samples.of(schema).asText());
            }
        }
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        JsonNode body = schema.isMissingNode() ? null : samples.of(schema);
        List<Request> requests = new ArrayList<>();
        requests.add(new Request("valid", path, query, body));
        schemas.forEach(
                (name, s) ->
                        mutants(s)
                                .forEach(
                                        text -> {
                                            boolean inPath = path.containsKey(name);
                                            if (!(inPath && text.isEmpty())) {
                                                Map<String, String> changed =
                                                        new LinkedHashMap<>(inPath ? path : query);
                                                changed.put(name, text);
                                                requests.add(
                                                        new Request(
                                                                name + "=" + text,
                                                                inPath ? changed : path,
                                                                inPath ? query : changed,
                                                                body));
                                            }
                                        }));
        if (body instanceof ObjectNode object) {
            bodies(bundle, schema, object)
                    .forEach((what, b) -> requests.add(new Request(what, path, query, b)));
        }
        return requests;
    }

    private static List<String> mutants(JsonNode schema) {
        List<String> mutants = new ArrayList<>(List.of("abc", "1.5", "-1", "0", "true", ""));
        if (schema.has("minimum")) {
            mutants.add(String.valueOf(schema.get("minimum").asLong() - 1));
            mutants.add(schema.get("minimum").asText());
        }
        if (schema.has("maximum")) {
            mutants.add(String.valueOf(schema.get("maximum").asLong() + 1));
            mutants.add(schema.get("maximum").asText());
        }
        if (schema.has("maxLength")) {
            mutants.add("a".repeat(schema.get("maxLength").asInt() + 1));
        }
        if (schema.path("type").asText("string").equals("string")) {
            // vertx-openapi reads JSON literals in text parameters as such; ids never look like
            // one.
            mutants.removeAll(List.of("1.5", "-1", "0", "true", ""));
        }
        if (schema.path("type").asText().equals("number")) {
            mutants.remove("");
        }
        return mutants;
    }

    private static Map<String, JsonNode> bodies(ObjectNode bundle, JsonNode raw, ObjectNode valid) {
        Map<String, JsonNode> bodies = new LinkedHashMap<>();
        bodies.put("empty object", JSON.objectNode());
        bodies.put("array", JSON.arrayNode());
        bodies.put("text", JSON.textNode("x"));
        bodies.put("null", JSON.nullNode());
        ObjectNode more = valid.deepCopy();
        more.put("unknown_field", 1);
        bodies.put("unknown field", more);
        JsonNode schema = ContractTest.resolve(bundle, raw);
        for (String name : (Iterable<String>) valid::fieldNames) {
            JsonNode property = ContractTest.resolve(bundle, schema.at("/properties/" + name));
            ObjectNode without = valid.deepCopy();
            without.remove(name);
            bodies.put("without " + name, without);
            for (JsonNode value : values(property)) {
                ObjectNode changed = valid.deepCopy();
                changed.set(name, value);
                bodies.put(name + "=" + value, changed);
            }
            if (valid.get(name) instanceof ObjectNode inner) {
                bodies(bundle, property, inner)
                        .forEach(
                                (what, b) -> {
                                    ObjectNode changed = valid.deepCopy();
                                    changed.set(name, b);
                                    bodies.put(name + " " + what, changed);
                                });
            }
        }
        return bodies;
    }

    private static List<JsonNode> values(JsonNode schema) {
        List<JsonNode> values =
                new ArrayList<>(
                        List.of(
                                JSON.textNode("~"),
                                JSON.textNode(""),
                                JSON.numberNode(1),
                                JSON.numberNode(-1),
                                JSON.numberNode(1.5),
                                JSON.numberNode(1.505),
                                JSON.booleanNode(true),
                                JSON.nullNode(),
                                JSON.arrayNode(),
                                JSON.objectNode(),
                                JSON.arrayNode().add(1).add("a")));
        if (schema.has("maximum")) {
            values.add(JSON.numberNode(schema.get("maximum").asLong() + 1));
            values.add(schema.get("maximum"));
        }
        if (schema.has("minimum")) {
            values.add(JSON.numberNode(schema.get("minimum").asLong() - 1));
            values.add(schema.get("minimum"));
        }
        if (schema.has("maxLength")) {
            values.add(JSON.textNode("a".repeat(schema.get("maxLength").asInt() + 1)));
        }
        return values;
    }

    private static Reply ours(
            ApiFixture api, String path, String method, JsonNode operation, Request request) {
        JsonNode roles = operation.path("x-roles");
        String token =
                roles.isEmpty() ? null : api.token(Role.valueOf(roles.get(0).asText()), "/DEMO/");
        return api.send(
                method.toUpperCase(java.util.Locale.ROOT),
                target(path, request),
                token,
                request.body() == null ? null : request.body().toString(),
                Map.of("Idempotency-Key", "k" + System.nanoTime()));
    }

    private static int theirs(
            ApiFixture api, int port, String path, String method, Request request) {
        int before = api.port;
        api.port = port;
        try {
            return api.send(
                            method.toUpperCase(java.util.Locale.ROOT),
                            target(path, request),
                            null,
                            request.body() == null ? null : request.body().toString(),
                            Map.of("Idempotency-Key", "k"))
                    .status();
        } finally {
            api.port = before;
        }
    }

    private static String target(String path, Request request) {
        String filled = path;
        for (var p : request.path().entrySet()) {
            filled = filled.replace("{" + p.getKey() + "}", encode(p.getValue()));
        }
        String query =
                request.query().entrySet().stream()
                        .map(q -> q.getKey() + "=" + encode(q.getValue()))
                        .collect(Collectors.joining("&"));
        return query.isEmpty() ? filled : filled + "?" + query;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
