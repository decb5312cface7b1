package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.cloud.Contexts;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.ContractBundle;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** The contract as it is served at {@code /openapi.json} is clean to a linter that isn't ours. */
class ContractLintTest {
    @Test
    void theLinterFindsNothingInTheServedContract() {
        ObjectNode contract = served();
        assertThat(operations(contract)).hasSizeGreaterThan(200);
        assertThat(ContractLint.of(contract)).isEmpty();
    }

    /** One fault in each of the last operations and in the last schema: it reads to the end. */
    @Test
    void theLinterFindsWhatIsPlanted() {
        ObjectNode contract = served();
        List<ObjectNode> operations = operations(contract);
        ObjectNode last = operations.getLast();
        ((ObjectNode) last.get("responses")).remove("default");
        ObjectNode before = operations.get(operations.size() - 2);
        before.set("operationId", last.get("operationId"));
        ObjectNode third = operations.get(operations.size() - 3);
        third.remove("summary");
        third.putObject("requestBody").put("$ref", "#/components/requestBodies/Nowhere");
        ObjectNode schemas = (ObjectNode) contract.at("/components/schemas");
        schemas.putObject("zz.Unused").put("type", "object").putNull("with a comma");
        List<String> found = ContractLint.of(contract);
        for (String rule :
                List.of(
                        "rule/one-failure-envelope at #/paths",
                        "operation-operationId-unique at #/paths",
                        "operation-summary at #/paths",
                        "no-unresolved-refs at #/paths",
                        "struct at #/components/schemas/zz.Unused",
                        "no-unused-components at #/components/schemas/zz.Unused")) {
            assertThat(found).as(rule).anyMatch(f -> f.startsWith(rule));
        }
    }

    private static ObjectNode served() {
        return ContractBundle.of(Contexts.ALL.stream().map(ContextRoutes::context).toList());
    }

    private static List<ObjectNode> operations(JsonNode contract) {
        List<ObjectNode> operations = new ArrayList<>();
        for (JsonNode path : contract.path("paths")) {
            path.forEach(operation -> operations.add((ObjectNode) operation));
        }
        return operations;
    }
}
