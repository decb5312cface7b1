package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.AuthorisationMatrix.Line;
import io.weir.model.access.Role;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every operation of every context x every role and nobody, over the real pipeline. No context is
 * deployed: whoever passes the door gets some other answer (400, 422, 503), never 401 or 403. That
 * allowed cells succeed with real data, and foreign tenants fail, is shown by each context's tests.
 */
class AuthorisationMatrixTest {
    private static final Map<Role, String> PATHS =
            Map.of(
                    Role.PLATFORM, "/",
                    Role.VENDOR, "/DEMO/",
                    Role.AGENT, "/DEMO/A001/",
                    Role.DEALER, "/DEMO/A001/D001/",
                    Role.PARTNER, "/DEMO/P001/",
                    Role.INSTALLER, "/DEMO/",
                    Role.STAFF, "/DEMO/",
                    Role.MEMBER, "/DEMO/");

    private static ObjectNode bundle() {
        return ContractBundle.of(Contexts.ALL.stream().map(ContextRoutes::context).toList());
    }

    @Test
    void theContractAllowsWhatTheTableSays() {
        assertThat(AuthorisationMatrix.differences(bundle())).isEmpty();
    }

    @Test
    void everyCellAnswersAsExpected() {
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, Contexts.ALL);
            Walk walk = walk(api);
            System.out.printf(
                    "authorisation matrix: %d operations, %d cells%n", walk.operations, walk.cells);
            assertThat(walk.wrong).isEmpty();
        }
    }

    @Test
    void aPlantedHoleIsCaughtInTheTableAndOverHttp() {
        ObjectNode holed = bundle();
        ArrayNode opened = (ArrayNode) holed.at("/paths/~1vendors~1me/get/x-roles");
        opened.add("MEMBER");
        ArrayNode closed = (ArrayNode) holed.at("/paths/~1users~1{uid}/get/x-roles");
        closed.remove(0);
        assertThat(newDifferences(holed)).hasSize(2);
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, Contexts.ALL, contexts -> holed);
            assertThat(walk(api).wrong)
                    .hasSize(2)
                    .anyMatch(w -> w.startsWith("getOwnVendor as MEMBER"))
                    .anyMatch(w -> w.startsWith("getUser as PLATFORM"));
        }
    }

    @Test
    void anOperationMadePublicIsCaught() {
        ObjectNode holed = bundle();
        ObjectNode operation = (ObjectNode) holed.at("/paths/~1vendors~1me/get");
        operation.remove("x-roles");
        operation.put("x-public", true).putArray("security");
        assertThat(newDifferences(holed)).hasSize(1);
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, Contexts.ALL, contexts -> holed);
            assertThat(walk(api).wrong).anyMatch(w -> w.startsWith("getOwnVendor as nobody"));
        }
    }

    private static List<String> newDifferences(ObjectNode holed) {
        List<String> differences = new ArrayList<>(AuthorisationMatrix.differences(holed));
        differences.removeAll(AuthorisationMatrix.differences(bundle()));
        return differences;
    }

    private record Walk(int operations, int cells, List<String> wrong) {}

    private static Walk walk(ApiFixture api) {
        Map<String, Set<Role>> expected = AuthorisationMatrix.expected();
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        List<Line> lines = AuthorisationMatrix.of(bundle());
        for (Line line : lines) {
            Set<Role> allowed = expected.get(line.operationId());
            if (allowed == null) {
                continue; // the table lacks it, which is a failure of its own
            }
            boolean isPublic = allowed.isEmpty();
            int nobody = ask(api, line, null).status();
            cells++;
            if (isPublic ? nobody == 401 || nobody == 403 : nobody != 401) {
                wrong.add(line.operationId() + " as nobody: " + nobody);
            }
            for (Role role : Role.values()) {
                int status = ask(api, line, api.token(role, PATHS.get(role))).status();
                boolean passed = status != 401 && status != 403;
                cells++;
                if (passed != (isPublic || allowed.contains(role)) || !passed && status != 403) {
                    wrong.add(line.operationId() + " as " + role + ": " + status);
                }
            }
        }
        return new Walk(lines.size(), cells, wrong);
    }

    private static Reply ask(ApiFixture api, Line line, String token) {
        boolean body = !line.method().equals("GET") && !line.method().equals("DELETE");
        return api.send(
                line.method(),
                line.concrete(),
                token,
                body ? "{}" : null,
                Map.of("Idempotency-Key", "matrix"));
    }
}
