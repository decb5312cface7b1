package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code docs/device-protocols.md} is made of the tests: a test method that carries
 * {@code @Tag("cell:<feature>/<transport>/<client>")} is a cell of the table. Run it with {@code
 * -Dweir.docs=write} to write it.
 */
class ProtocolTableTest {
    private static final Path TABLE = Sources.ROOT.resolve("docs/device-protocols.md");
    private static final Pattern CELL =
            Pattern.compile("@Tag\\(\\s*\"cell:([a-z0-9.-]+)/([a-z0-9.-]+)/([a-z0-9.-]+)\"\\s*\\)");
    private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(");

    /** One proven way: by which client over which transport. */
    private record Way(String transport, String client) implements Comparable<Way> {
        @Override
        public int compareTo(Way o) {
            int byTransport = transport.compareTo(o.transport);
            return byTransport == 0 ? client.compareTo(o.client) : byTransport;
        }
    }

    @Test
    void theTableSaysWhatTheTestsProve() throws IOException {
        String now = table(cells());
        if ("write".equals(System.getProperty("weir.docs"))) {
            Files.writeString(TABLE, now);
        }
        assertThat(Files.readString(TABLE)).as("run it with -Dweir.docs=write").isEqualTo(now);
    }

    private static Map<String, Map<Way, TreeSet<String>>> cells() {
        Map<String, Map<Way, TreeSet<String>>> cells = new TreeMap<>();
        for (Path file : Sources.all()) {
            String text = Sources.read(file);
            String type = file.getFileName().toString().replace(".java", "");
            Matcher cell = CELL.matcher(text);
            while (cell.find()) {
                Matcher method = METHOD.matcher(text);
                assertThat(method.find(cell.end()))
                        .as("%s: a method under %s", type, cell)
                        .isTrue();
                cells.computeIfAbsent(cell.group(1), f -> new TreeMap<>())
                        .computeIfAbsent(
                                new Way(cell.group(2), cell.group(3)), w -> new TreeSet<>())
                        .add(type + "." + method.group(1));
            }
        }
        return cells;
    }

    private static String table(Map<String, Map<Way, TreeSet<String>>> cells) {
        StringBuilder out = new StringBuilder();
        out.append("# What devices can do, and by which client it is proven\n\n");
        out.append(
                "Made of the tests by `ProtocolTableTest`: every cell is a test that runs in `mvn"
                        + " verify`.\n");
        out.append(
                "Clients: the two npm device SDKs run unmodified; `raw` is a socket at byte"
                        + " level.\n\n");
        List<String> transports =
                cells.values().stream()
                        .flatMap(ways -> ways.keySet().stream().map(Way::transport))
                        .distinct()
                        .sorted()
                        .toList();
        out.append("| Feature | ").append(String.join(" | ", transports)).append(" |\n");
        out.append("|---".repeat(transports.size() + 1)).append("|\n");
        cells.forEach(
                (feature, ways) ->
                        out.append("| ")
                                .append(feature.replace('-', ' '))
                                .append(" | ")
                                .append(
                                        transports.stream()
                                                .map(t -> clients(ways, t))
                                                .collect(Collectors.joining(" | ")))
                                .append(" |\n"));
        out.append(
                "\n## The tests\n\n| Feature | Transport | Client | Test |\n|---|---|---|---|\n");
        cells.forEach(
                (feature, ways) ->
                        ways.forEach(
                                (way, tests) ->
                                        out.append("| ")
                                                .append(feature.replace('-', ' '))
                                                .append(" | ")
                                                .append(way.transport)
                                                .append(" | ")
                                                .append(way.client)
                                                .append(" | `")
                                                .append(String.join("`, `", tests))
                                                .append("` |\n")));
        return out.toString();
    }

    private static String clients(Map<Way, TreeSet<String>> ways, String transport) {
        return ways.keySet().stream()
                .filter(way -> way.transport.equals(transport))
                .map(Way::client)
                .collect(Collectors.joining(", "));
    }
}
