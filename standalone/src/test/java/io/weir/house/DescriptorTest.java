package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.cloud.CloudNode;
import io.weir.cloud.Topics;
import io.weir.edge.EdgeLink;
import io.weir.edge.EdgeNode;
import io.weir.edge.link.BusLink;
import io.weir.runtime.config.Config;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** {@code verticles.json}, the registries and the settings records say the same. */
class DescriptorTest {
    private static final Descriptor DESCRIPTOR =
            Descriptor.read(Sources.ROOT.resolve("verticles.json"));

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    void everyNameOfTheEdgeIsRegisteredUsedAndItsSettingsFit(@TempDir Path data) {
        var node =
                new EdgeNode(
                        settings(EdgeNode.ROLE, data),
                        Map.of(),
                        DESCRIPTOR,
                        VERTX,
                        EdgeLink.cluster(new BusLink(VERTX, "edge-1"), "127.0.0.1:9092"),
                        new Metrics(),
                        new Health());
        check(EdgeNode.ROLE, node.registry().settings());
    }

    @Test
    void everyNameOfTheCloudIsRegisteredUsedAndItsSettingsFit(@TempDir Path data) {
        var node =
                new CloudNode(
                        settings(CloudNode.ROLE, data),
                        Map.of(),
                        DESCRIPTOR,
                        "postgresql://nobody@127.0.0.1/none",
                        "127.0.0.1:9092",
                        new Metrics(),
                        new Health());
        check(CloudNode.ROLE, node.registry(VERTX, new Db(null, null), null).settings());
    }

    private static NodeSettings settings(String role, Path data) {
        return NodeSettings.of(Map.of("WEIR_DATA", data.toString()), role, "edge-1");
    }

    @Test
    void theTopicsSettingsFit() {
        assertThat(DESCRIPTOR.topics(Topics.TopicsConfig.class, Map.of()).partitions())
                .isPositive();
    }

    private static void check(String role, Map<String, Class<? extends Record>> registered) {
        Set<String> named =
                DESCRIPTOR.role(role).stream()
                        .map(Descriptor.Entry::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).isEqualTo(new TreeSet<>(registered.keySet()));
        Config reader = new Config(Map.of());
        DESCRIPTOR
                .role(role)
                .forEach(e -> reader.read(e.name(), e.config(), registered.get(e.name())));
        assertThat(reader.errors()).isEmpty();
    }
}
