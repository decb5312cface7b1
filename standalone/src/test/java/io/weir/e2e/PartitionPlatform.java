package io.weir.e2e;

import io.weir.cloud.CloudMain;
import io.weir.edge.EdgeMain;
import io.weir.standalone.KafkaServer;
import io.weir.standalone.PostgresServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two gateways, two cloud nodes, PostgreSQL and Kafka, each on an address of its own from which the
 * others can be cut off. The test itself reaches all of them, always.
 */
final class PartitionPlatform extends Platform {
    static final List<String> EDGES = List.of("edge-1", "edge-2");
    static final List<String> CLOUDS = List.of("cloud-1", "cloud-2");
    static final String POSTGRES = "postgres";
    static final String KAFKA = "kafka";

    private static final int CLUSTER_PORT = 5701;

    /** Four start at once. */
    private static final Duration STARTED = START.multipliedBy(2);

    private final Network network;
    private final int postgresPort = freePort();
    private final int kafkaPort = freePort();
    private final LinkedHashMap<String, JavaProcess> processes = new LinkedHashMap<>();

    private PartitionPlatform(Path data, Network network) {
        super(data);
        this.network = network;
    }

    static PartitionPlatform start(Map<String, String> settings) {
        List<String> parts = new ArrayList<>(EDGES);
        parts.addAll(CLOUDS);
        parts.add(POSTGRES);
        parts.add(KAFKA);
        PartitionPlatform platform = new PartitionPlatform(folder("partition"), Network.of(parts));
        try {
            platform.env.putAll(settings);
            platform.startAll();
            return platform;
        } catch (RuntimeException e) {
            platform.close();
            throw e;
        }
    }

    Network network() {
        return network;
    }

    Connection jdbc() throws SQLException {
        return SplitPlatform.jdbc(pgUri());
    }

    void posts(String deviceId, History.Post post) {
        SplitPlatform.posts(this::jdbc, deviceId, post);
    }

    String mqtt(String edge) {
        return network.address(edge) + ":" + env.get("WEIR_MQTT_PORT");
    }

    String api(String cloud) {
        return "http://" + network.address(cloud) + ":" + env.get("WEIR_API_PORT");
    }

    /** The demo's world is looked at and changed through the first cloud node. */
    @Override
    public String api() {
        return api(CLOUDS.getFirst());
    }

    /** The demo's member, logged in at this node. */
    Api member(String cloud) {
        var demo = demo();
        return Api.login(
                api(cloud),
                Map.of(
                        "user", demo.at("/member/mobile").asText(),
                        "pwd", demo.at("/member/password").asText(),
                        "vid", demo.at("/vendor/vid").asText()));
    }

    void assertAlive() {
        processes.values().forEach(JavaProcess::assertAlive);
    }

    /** kill -9; it stays dead until it is started again. */
    void kill(String cloud) {
        processes.get(cloud).kill();
    }

    void startCloud(String name) {
        start(name, CloudMain.class, env(name), List.of(), "400m");
    }

    void await(String name) {
        processes.get(name).await("READY", STARTED);
    }

    private void startAll() {
        start(
                POSTGRES,
                PostgresServer.class,
                env,
                List.of(
                        data.resolve("pg").toString(),
                        String.valueOf(postgresPort),
                        network.address(POSTGRES)),
                "256m");
        start(
                KAFKA,
                KafkaServer.class,
                env,
                List.of(
                        data.resolve("kafka").toString(),
                        String.valueOf(kafkaPort),
                        network.address(KAFKA)),
                "400m");
        await(POSTGRES);
        Wait.until(
                "Kafka listens",
                START,
                () -> SplitPlatform.listens(network.address(KAFKA), kafkaPort));
        env.put("WEIR_DEMO", "1");
        env.put("WEIR_PG_URI", pgUri());
        env.put("WEIR_KAFKA", network.address(KAFKA) + ":" + kafkaPort);
        startStandalone();
        stopStandalone();
        CLOUDS.forEach(this::startCloud);
        EDGES.forEach(this::startEdge);
        processes.forEach(
                (name, process) -> {
                    if (!name.equals(KAFKA)) {
                        await(name);
                    }
                });
    }

    private void startEdge(String name) {
        Map<String, String> own = env(name);
        Path folder = data.resolveSibling(data.getFileName() + "-" + name);
        own.put("WEIR_DATA", folder.toString());
        own.put("WEIR_REGISTRY_KEY_FILE", folder + ".edge.key");
        own.put("WEIR_MQTT_PLAIN", "1");
        start(name, EdgeMain.class, own, List.of(), "300m");
    }

    private Map<String, String> env(String name) {
        Map<String, String> all = new HashMap<>(env);
        all.put("WEIR_NODE", name);
        all.put("WEIR_BIND", network.address(name));
        all.put("WEIR_CLUSTER_PORT", String.valueOf(CLUSTER_PORT));
        all.put(
                "WEIR_CLUSTER",
                String.join(
                        ",",
                        CLOUDS.stream()
                                .map(c -> network.address(c) + ":" + CLUSTER_PORT)
                                .toList()));
        return all;
    }

    private void start(
            String name, Class<?> main, Map<String, String> own, List<String> args, String heap) {
        JavaProcess process =
                JavaProcess.start(network.within(name), "partition-" + name, main, own, args, heap);
        processes.put(name, process);
        if (EDGES.contains(name) || CLOUDS.contains(name)) {
            network.started(name, process.pid());
        }
    }

    private String pgUri() {
        try {
            return "postgresql://postgres:%s@%s:%d/weir"
                    .formatted(
                            Files.readString(data.resolve("pg").resolve("password")),
                            network.address(POSTGRES),
                            postgresPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        network.heal();
        for (JavaProcess process : processes.sequencedValues().reversed()) {
            process.close();
        }
        super.close();
        network.close();
    }
}
