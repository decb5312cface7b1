package io.weir.e2e;

import io.weir.cloud.CloudMain;
import io.weir.edge.EdgeMain;
import io.weir.standalone.KafkaServer;
import io.weir.standalone.PostgresServer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * PostgreSQL, Kafka, cloud and edge as processes of their own, each of which can be killed and
 * started again on the same ports and folders. The demo's world is made by one run of the
 * standalone platform on the same servers.
 */
public class SplitPlatform extends Platform {
    /** Times that only make waiting shorter; none is needed for being right. */
    static final Map<String, String> HURRIED =
            Map.ofEntries(
                    Map.entry("WEIR_DISPENSE_RESOLVE_AFTER", "PT1S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RETRY_MIN", "PT2S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RETRY_MAX", "PT4S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RESOLVE_AFTER", "PT1S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_RESOLVE_MAX", "PT3S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_ABANDON_AFTER", "PT15S"),
                    Map.entry("WEIR_DISPENSE_SETTLER_SWEEP", "PT1S"),
                    Map.entry("WEIR_METERING_NO_REPLY", "PT4S"));

    /** Devices may post as much as they like. */
    public static final Map<String, String> NO_LIMITS =
            Map.of(
                    "WEIR_GUARD_DEVICE_MESSAGES", "1000000",
                    "WEIR_GUARD_DEVICE_BYTES", "1000000000",
                    "WEIR_GUARD_PRODUCT_MESSAGES", "1000000",
                    "WEIR_GUARD_PRODUCT_BYTES", "1000000000",
                    "WEIR_GUARD_TENANT_MESSAGES", "1000000",
                    "WEIR_GUARD_TENANT_BYTES", "1000000000");

    /** As an operator runs them. */
    public static final Map<String, String> AS_SHIPPED = Map.of(JVM_OPTIONS, "");

    private final Path pgFolder;
    private final int pgPort = freePort();
    private final int kafkaPort = freePort();
    private final int cloudCluster = freePort();
    private final int edgeCluster = freePort();
    private PostgresServer postgres;
    private JavaProcess kafka;
    private JavaProcess cloud;
    private JavaProcess edge;

    SplitPlatform(Path data) {
        super(data);
        pgFolder = data.resolve("pg");
    }

    /**
     * @param settings added to the environment of every process
     */
    public static SplitPlatform start(String name, Map<String, String> settings) {
        return begin(new SplitPlatform(folder(name)), settings);
    }

    static <P extends SplitPlatform> P begin(P platform, Map<String, String> settings) {
        try {
            platform.launch(settings);
            return platform;
        } catch (RuntimeException | Error e) {
            platform.close(); // else its processes outlive the test
            throw e;
        }
    }

    void launch(Map<String, String> settings) {
        env.putAll(settings);
        startPostgres();
        startKafka();
        awaitKafka();
        env.put("WEIR_DEMO", "1");
        env.put("WEIR_PG_URI", pgUri());
        env.put("WEIR_KAFKA", "127.0.0.1:" + kafkaPort());
        startStandalone();
        stopStandalone();
        startCloud();
        startEdge();
        awaitCloud();
        awaitEdge();
    }

    int kafkaPort() {
        return kafkaPort;
    }

    public String pgUri() {
        return postgres.uri();
    }

    /** What posters sent and the history has; posts of other devices name their boot. */
    void posts(String deviceId, History.Post post) {
        posts(this::jdbc, deviceId, post);
    }

    static void posts(KillLedger.Source tables, String deviceId, History.Post post) {
        try (Connection c = tables.connect()) {
            c.setAutoCommit(false); // else the driver takes all rows into memory
            try (PreparedStatement q =
                    c.prepareStatement(
                            "SELECT (params->>'work_s')::int, (params->>'power_on_s')::bigint FROM"
                                    + " ingest.property_post WHERE device_id = ? AND NOT"
                                    + " jsonb_exists(params, 'boot_id')")) {
                q.setFetchSize(10_000);
                q.setString(1, deviceId);
                try (ResultSet rows = q.executeQuery()) {
                    while (rows.next()) {
                        post.stored(rows.getInt(1), rows.getLong(2));
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many posts of posters the history has of this device, repeated ones too. */
    long stored(String deviceId) {
        long[] count = new long[1];
        posts(deviceId, (epoch, number) -> count[0]++);
        return count[0];
    }

    /** How many posts of this device the cloud says that it keeps; cheap. */
    long counted(String deviceId) {
        try (Connection c = jdbc();
                PreparedStatement q =
                        c.prepareStatement("SELECT posts FROM ingest.latest WHERE device_id = ?")) {
            q.setString(1, deviceId);
            try (ResultSet rows = q.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The test's own way to the tables, as the database's owner. */
    public Connection jdbc() throws SQLException {
        return jdbc(pgUri());
    }

    static Connection jdbc(String pgUri) throws SQLException {
        URI uri = URI.create(pgUri);
        String[] user = uri.getUserInfo().split(":");
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()),
                user[0],
                user[1]);
    }

    void startPostgres() {
        postgres = PostgresServer.start(pgFolder, pgPort);
    }

    /** The postmaster first, so that none of its children's ends is seen by it. */
    List<ProcessHandle> postgresProcesses() {
        ProcessHandle postmaster = postgres.process();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.addFirst(postmaster);
        return all;
    }

    /**
     * @param all looked up beforehand, since that takes longer than some states last
     */
    void killPostgres(List<ProcessHandle> all) {
        all.forEach(ProcessHandle::destroyForcibly);
        Wait.until(
                "PostgreSQL is gone",
                java.time.Duration.ofSeconds(10),
                () -> all.stream().noneMatch(ProcessHandle::isAlive));
        postgres.close();
    }

    public void startKafka() {
        kafka =
                JavaProcess.start(
                        "kafka",
                        KafkaServer.class,
                        env,
                        List.of(data.resolve("kafka").toString(), String.valueOf(kafkaPort)),
                        "400m");
    }

    public void awaitKafka() {
        Wait.until(
                "Kafka listens",
                START,
                () -> {
                    kafka.assertAlive();
                    return listens("127.0.0.1", kafkaPort);
                });
    }

    static boolean listens(String host, int port) {
        try (Socket socket = new Socket(host, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public void killKafka() {
        kafka.kill();
    }

    public void startCloud() {
        cloud = JavaProcess.start("cloud", CloudMain.class, cloudEnv(), List.of(), "600m");
    }

    public void awaitCloud() {
        cloud.await("READY", START);
    }

    public void killCloud() {
        cloud.kill();
    }

    public void stopCloud() {
        cloud.stop();
    }

    public void startEdge() {
        edge = JavaProcess.start("edge", EdgeMain.class, edgeEnv(), List.of(), "400m");
    }

    public void awaitEdge() {
        edge.await("READY", START);
    }

    public void stopEdge() {
        edge.stop();
    }

    public void killEdge() {
        edge.kill();
    }

    /** One more gateway beside the edge of this platform, not yet started. */
    Gateway gateway(String name) {
        int port = freePort();
        Map<String, String> own = env(name, port);
        own.put("WEIR_CLUSTER", "127.0.0.1:" + cloudCluster + ",127.0.0.1:" + port);
        return new Gateway(name, own, data.resolveSibling(data.getFileName() + "-" + name));
    }

    /** One of the cloud's commands, as an operator gives it; its output once it has succeeded. */
    String command(String... arguments) {
        JavaProcess command =
                JavaProcess.start(
                        "command",
                        CloudMain.class,
                        env("command", freePort()),
                        List.of(arguments),
                        "200m");
        if (command.awaitEnd(60) != 0) {
            throw new IllegalStateException(command.output());
        }
        return command.output();
    }

    /** Everything in Kafka is gone; it must not be running. */
    void forgetKafka() {
        try (Stream<Path> files = Files.walk(data.resolve("kafka"))) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything in PostgreSQL is gone; the server stands, and an empty database in it. */
    void dropDatabase() {
        try (Connection c = jdbc(pgUri().replaceAll("/weir$", "/postgres"));
                var statement = c.createStatement()) {
            statement.execute("DROP DATABASE weir WITH (FORCE)");
            statement.execute("CREATE DATABASE weir");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public JavaProcess cloudProcess() {
        return cloud;
    }

    public JavaProcess edgeProcess() {
        return edge;
    }

    public JavaProcess kafkaProcess() {
        return kafka;
    }

    public long postgresPid() {
        return postgres.process().pid();
    }

    Map<String, String> cloudEnv() {
        return env("cloud-1", cloudCluster);
    }

    Map<String, String> edgeEnv() {
        return env("edge-1", edgeCluster);
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
