package io.weir.e2e;

import io.weir.cloud.CloudMain;
import io.weir.edge.EdgeMain;
import io.weir.standalone.KafkaServer;
import io.weir.standalone.PostgresServer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL, Kafka, cloud and edge as processes of their own, each of which can be killed and
 * started again on the same ports and folders. The demo's world is made by one run of the
 * standalone platform on the same servers.
 */
final class SplitPlatform extends Platform {
    private final Path pgFolder;
    private final int pgPort = freePort();
    private final int kafkaPort = freePort();
    private final int cloudCluster = freePort();
    private final int edgeCluster = freePort();
    private PostgresServer postgres;
    private JavaProcess kafka;
    private JavaProcess cloud;
    private JavaProcess edge;

    private SplitPlatform(Path data) {
        super(data);
        pgFolder = data.resolve("pg");
    }

    static SplitPlatform start(String name) {
        SplitPlatform platform = new SplitPlatform(folder(name));
        platform.startPostgres();
        platform.startKafka();
        platform.env.put("WEIR_DEMO", "1");
        platform.env.put("WEIR_PG_URI", platform.postgres.uri());
        platform.env.put("WEIR_KAFKA", "127.0.0.1:" + platform.kafkaPort);
        platform.startStandalone();
        platform.stopStandalone();
        platform.startCloud();
        platform.startEdge();
        platform.awaitCloud();
        platform.awaitEdge();
        return platform;
    }

    String pgUri() {
        return postgres.uri();
    }

    void startPostgres() {
        postgres = PostgresServer.start(pgFolder, pgPort);
    }

    void killPostgres() {
        ProcessHandle postmaster = postgres.process();
        List<ProcessHandle> all = new java.util.ArrayList<>(postmaster.descendants().toList());
        all.addFirst(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        Wait.until(
                "PostgreSQL is gone",
                java.time.Duration.ofSeconds(10),
                () -> all.stream().noneMatch(ProcessHandle::isAlive));
        postgres.close();
    }

    void startKafka() {
        kafka =
                JavaProcess.start(
                        "kafka",
                        KafkaServer.class,
                        Map.of(),
                        List.of(data.resolve("kafka").toString(), String.valueOf(kafkaPort)),
                        "400m");
    }

    void killKafka() {
        kafka.kill();
    }

    void startCloud() {
        cloud =
                JavaProcess.start(
                        "cloud", CloudMain.class, env("cloud-1", cloudCluster), List.of(), "600m");
    }

    void awaitCloud() {
        cloud.await("READY", START);
    }

    void killCloud() {
        cloud.kill();
    }

    void stopCloud() {
        cloud.stop();
    }

    void startEdge() {
        edge =
                JavaProcess.start(
                        "edge", EdgeMain.class, env("edge-1", edgeCluster), List.of(), "400m");
    }

    void awaitEdge() {
        edge.await("READY", START);
    }

    void killEdge() {
        edge.kill();
    }

    JavaProcess cloudProcess() {
        return cloud;
    }

    JavaProcess edgeProcess() {
        return edge;
    }

    /** CPU time of all four processes together. */
    long cpuMicros() {
        return Cpu.micros(postgres.process().pid())
                + Cpu.micros(kafka.pid())
                + Cpu.micros(cloud.pid())
                + Cpu.micros(edge.pid());
    }

    private Map<String, String> env(String node, int clusterPort) {
        Map<String, String> all = new HashMap<>(env);
        all.put("WEIR_NODE", node);
        all.put("WEIR_CLUSTER", "127.0.0.1:" + cloudCluster + ",127.0.0.1:" + edgeCluster);
        all.put("WEIR_CLUSTER_PORT", String.valueOf(clusterPort));
        return all;
    }

    @Override
    public void close() {
        for (AutoCloseable part : new AutoCloseable[] {edge, cloud, kafka, postgres}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        super.close();
    }
}
