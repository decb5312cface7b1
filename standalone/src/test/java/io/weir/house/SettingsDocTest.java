package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.EdgeNode;
import io.weir.runtime.deploy.Descriptor;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An operator finds every setting and every metric of a gateway in its documents. */
class SettingsDocTest {
    private static final Pattern METRIC = Pattern.compile("\"(weir(\\.[a-z]+){2,})\"");

    private static final String DOCUMENTS =
            Stream.of("docs/edge-gateway.md", "docs/remote-mode.md")
                    .map(file -> Sources.read(Sources.ROOT.resolve(file)))
                    .collect(Collectors.joining("\n"));

    @Test
    void everySettingOfAGatewayIsExplained() {
        List<String> missing =
                Descriptor.read(Sources.ROOT.resolve("verticles.json")).role(EdgeNode.ROLE).stream()
                        .flatMap(e -> e.config().fieldNames().stream().map(k -> e.name() + " " + k))
                        .filter(setting -> !explained(setting.split(" ")[1]))
                        .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void everyMetricOfAGatewayIsExplained() {
        Path edge = Sources.ROOT.resolve("edge-gateway");
        Set<String> metrics = new TreeSet<>();
        for (Path file : Sources.main()) {
            Matcher names = METRIC.matcher(file.startsWith(edge) ? Sources.read(file) : "");
            while (names.find()) {
                metrics.add(names.group(1));
            }
        }
        assertThat(metrics).hasSizeGreaterThan(20);
        metrics.removeIf(
                name -> DOCUMENTS.contains(name) || DOCUMENTS.contains(name.replace('.', '_')));
        assertThat(metrics).isEmpty();
    }

    /** As a word in code type, alone or behind the name of its verticle. */
    private static boolean explained(String key) {
        return Pattern.compile("`([a-z-]+\\.)?" + key + "`").matcher(DOCUMENTS).find();
    }
}
