package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code docs/api-coverage.md} is made of the contract and the tests. A comment {@code #
 * requirements:} above an operationId says what it answers; a test method tagged {@code
 * stores:<operationId>} asserts its stored effect (of a read: that it reads what was stored),
 * {@code refuses:<operationId>} a refusal by code, {@code shows:<requirement>} a requirement. Run
 * it with {@code -Dweir.docs=write} to write it.
 */
class ApiCoverageTest {
    private static final Path TABLE = Sources.ROOT.resolve("docs/api-coverage.md");
    private static final Path CONTRACT =
            Sources.ROOT.resolve("cloud-core/src/main/resources/contract");
    private static final Path ASKED =
            Sources.ROOT.resolve("standalone/src/test/resources/api-requirements.txt");
    private static final Pattern OPERATION =
            Pattern.compile(
                    "(?:# requirements: ([^\\n]+)\\n\\s+)?operationId: (\\w+)\\n(.*?)"
                            + "(?:x-roles: \\[([^\\]]+)]|x-public: true)",
                    Pattern.DOTALL);
    private static final Pattern TAG =
            Pattern.compile("@Tag\\(\\s*\"(stores|refuses|shows):([A-Za-z0-9.-]+)\"\\s*\\)");
    private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");
    private static final String LATER = " later: ";
    private static final String NONE = "—";

    private record Operation(String id, String roles) {}

    @Test
    void theTableSaysWhatContractAndTestsSay() throws IOException {
        List<String> asked = asked();
        Map<String, List<Operation>> answers = new TreeMap<>();
        Set<String> operations = new TreeSet<>();
        operations(answers, operations);
        Map<String, TreeSet<String>> tests = tests();
        assertThat(asked).as("requirements in the contract").containsAll(answers.keySet());
        assertThat(tests.keySet())
                .as("tags")
                .allSatisfy(
                        tag -> {
                            String name = tag.substring(tag.indexOf(':') + 1);
                            assertThat(tag.startsWith("shows:") ? asked : operations)
                                    .contains(name);
                        });
        String now = table(asked, answers, tests);
        if ("write".equals(System.getProperty("weir.docs"))) {
            Files.writeString(TABLE, now);
        }
        assertThat(Files.readString(TABLE)).as("run it with -Dweir.docs=write").isEqualTo(now);
    }

    private static List<String> asked() throws IOException {
        return Files.readAllLines(ASKED).stream()
                .filter(line -> !line.startsWith("#") && !line.contains(LATER))
                .toList();
    }

    private static void operations(Map<String, List<Operation>> answers, Set<String> all) {
        try (Stream<Path> files = Files.list(CONTRACT)) {
            for (Path file : files.sorted().toList()) {
                Matcher m = OPERATION.matcher(Files.readString(file));
                while (m.find()) {
                    all.add(m.group(2));
                    String roles = m.group(4) == null ? "public" : m.group(4);
                    var operation = new Operation(m.group(2), roles);
                    for (String id : m.group(1) == null ? new String[0] : m.group(1).split(" ")) {
                        answers.computeIfAbsent(id, i -> new ArrayList<>()).add(operation);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By tag, the methods that carry it. */
    private static Map<String, TreeSet<String>> tests() {
        Map<String, TreeSet<String>> tests = new TreeMap<>();
        for (Path file : Sources.all()) {
            String text = Sources.read(file);
            String type = file.getFileName().toString().replace(".java", "");
            Matcher tag = TAG.matcher(text);
            while (tag.find()) {
                Matcher method = METHOD.matcher(text);
                assertThat(method.find(tag.end())).as("%s: a method under %s", type, tag).isTrue();
                tests.computeIfAbsent(tag.group(1) + ":" + tag.group(2), t -> new TreeSet<>())
                        .add(type + "." + method.group(1));
            }
        }
        return tests;
    }

    private static String table(
            List<String> asked,
            Map<String, List<Operation>> answers,
            Map<String, TreeSet<String>> tests) {
        StringBuilder rows = new StringBuilder();
        List<String> open = new ArrayList<>();
        for (String id : asked) {
            List<Operation> operations = answers.getOrDefault(id, List.of());
            Set<String> shown = tests.getOrDefault("shows:" + id, new TreeSet<>());
            if (operations.isEmpty()) {
                if (shown.isEmpty()) {
                    open.add(id);
                }
                rows.append(row(id, NONE, NONE, shown, Set.of()));
                continue;
            }
            for (Operation o : operations) {
                Set<String> stored = new TreeSet<>(shown);
                stored.addAll(tests.getOrDefault("stores:" + o.id(), new TreeSet<>()));
                Set<String> refused = tests.getOrDefault("refuses:" + o.id(), new TreeSet<>());
                if (stored.isEmpty() || refused.isEmpty()) {
                    open.add(id + " " + o.id());
                }
                rows.append(row(id, o.id(), o.roles(), stored, refused));
            }
        }
        assertThat(open).as("asked for, and not proven").isEmpty();
        return """
        # What the API seeds ask for, and what proves it

        Made of the contract and the tests by `ApiCoverageTest`, which fails when something asked for lacks an operation or a test of its
        effect and of a refusal. Codes are those of the seeds and of the requirements. Every operation, listed here or not, is tried as every
        role by `AuthorisationMatrixTest`, with real data and every right of a share by `CellsTest`, and with every fault of every field by
        `BadInputTest`.

        | Asked | Operation | Roles | Effect shown by | Refusal shown by |
        |---|---|---|---|---|
        """
                + rows
                + "\nLater:\n\n"
                + later().stream()
                        .map(line -> "- " + line.replace(LATER, ": ") + "\n")
                        .collect(Collectors.joining());
    }

    /** What comes with another part, and why. */
    private static List<String> later() {
        try {
            return Files.readAllLines(ASKED).stream().filter(l -> l.contains(LATER)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(
            String id, String operation, String roles, Set<String> stored, Set<String> refused) {
        return String.join(
                        " | ",
                        Arrays.asList(
                                "| " + id, operation, roles, cell(stored), cell(refused) + " |"))
                + "\n";
    }

    private static String cell(Set<String> tests) {
        return tests.isEmpty() ? NONE : String.join("<br>", tests);
    }
}
