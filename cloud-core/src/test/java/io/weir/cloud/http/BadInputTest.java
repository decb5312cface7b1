package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.BadInput.Case;
import io.weir.model.access.Role;

import org.junit.jupiter.api.Test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Bad input for every operation: what is missing, of a wrong type, too long, out of range, unknown
 * or repeated gets the one status and code that stands for it, with the field named. What only a
 * context can judge (an unknown row, a late code, a taken name) is shown by the context's tests.
 */
class BadInputTest {
    /** Enough for the names of what is wrong; more would hide the first. */
    private static final int SHOWN = 40;

    @Test
    void everyFaultOfEveryFieldIsNamed() {
        ObjectNode bundle =
                ContractBundle.of(Contexts.ALL.stream().map(ContextRoutes::context).toList());
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, Contexts.ALL);
            List<String> wrong = new ArrayList<>();
            int operations = 0;
            int cases = 0;
            for (var path : bundle.path("paths").properties()) {
                for (var member : path.getValue().properties()) {
                    operations++;
                    for (Case bad : BadInput.of(bundle, member.getValue())) {
                        cases++;
                        Reply reply = send(api, path.getKey(), member, bad);
                        String fault = fault(reply, bad);
                        if (fault != null) {
                            String id = member.getValue().path("operationId").asText();
                            wrong.add(id + ": " + bad.what() + ": " + fault);
                        }
                    }
                }
            }
            System.out.printf("bad input: %d operations, %d cases%n", operations, cases);
            assertThat(wrong.stream().limit(SHOWN)).as(wrong.size() + " of " + cases).isEmpty();
            assertThat(cases).isGreaterThan(operations * 4);
        }
    }

    /** What is wrong about the answer; null when all is right. */
    private static String fault(Reply reply, Case bad) {
        boolean named = bad.field() == null || reply.fields().contains(bad.field());
        boolean only = bad.field() == null || reply.fields().stream().distinct().count() == 1;
        boolean right = reply.status() == bad.status() && reply.code().equals(bad.code());
        return right && named && only
                ? null
                : "wanted "
                        + bad.status()
                        + " "
                        + bad.code()
                        + " "
                        + bad.field()
                        + ", got "
                        + reply.status()
                        + " "
                        + reply.code()
                        + " "
                        + reply.json().path("errors");
    }

    private static Reply send(
            ApiFixture api, String path, Map.Entry<String, JsonNode> member, Case bad) {
        String target = path;
        for (var p : bad.path().entrySet()) {
            target = target.replace("{" + p.getKey() + "}", encode(p.getValue()));
        }
        String query =
                bad.query().entrySet().stream()
                        .flatMap(q -> q.getValue().stream().map(v -> q.getKey() + "=" + encode(v)))
                        .collect(Collectors.joining("&"));
        return api.send(
                member.getKey().toUpperCase(Locale.ROOT),
                query.isEmpty() ? target : target + "?" + query,
                token(api, member.getValue()),
                bad.body(),
                Map.of("Idempotency-Key", "bad-input"));
    }

    private static String token(ApiFixture api, JsonNode operation) {
        List<String> roles = new ArrayList<>();
        operation.path("x-roles").forEach(role -> roles.add(role.asText()));
        if (roles.isEmpty()) {
            return null;
        }
        boolean platform = roles.contains(Role.PLATFORM.name());
        return platform
                ? api.token(Role.PLATFORM, "/")
                : api.token(Role.valueOf(roles.getFirst()), "/DEMO/");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
