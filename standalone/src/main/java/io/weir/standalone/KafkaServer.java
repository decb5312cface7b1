package io.weir.standalone;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A real Kafka broker in this JVM, in a folder that is kept between runs (facts/probes.md 5). */
public final class KafkaServer implements AutoCloseable {
    private static final int NODE_ID = 1;
    private static final String LOOPBACK = "127.0.0.1";

    private final KafkaRaftServer server;
    private final String bootstrap;

    private KafkaServer(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /**
     * Runs a broker alone: {@code KafkaServer <folder> <port> [<address>]}; for the tests that kill
     * it or cut it off.
     */
    public static void main(String[] args) {
        String address = args.length > 2 ? args[2] : LOOPBACK;
        KafkaServer server = start(Path.of(args[0]), address, Integer.parseInt(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        server.server.awaitShutdown();
    }

    /**
     * @param port 0 = a free one
     */
    public static KafkaServer start(Path folder, int port) {
        return start(folder, LOOPBACK, port);
    }

    private static KafkaServer start(Path folder, String address, int port) {
        int client = port == 0 ? freePort() : port;
        String bootstrap = address + ":" + client;
        Map<String, Object> settings = settings(folder, bootstrap, LOOPBACK + ":" + freePort());
        format(folder, settings);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
        server.startup();
        return new KafkaServer(server, bootstrap);
    }

    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Map<String, Object> settings(Path folder, String client, String controller) {
        Map<String, Object> s = new HashMap<>();
        s.put("process.roles", "broker,controller");
        s.put("node.id", NODE_ID);
        s.put("controller.quorum.voters", NODE_ID + "@" + controller);
        s.put("listeners", "PLAINTEXT://" + client + ",CONTROLLER://" + controller);
        s.put("advertised.listeners", "PLAINTEXT://" + client);
        s.put("controller.listener.names", "CONTROLLER");
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("log.dirs", folder.resolve("logs").toString());
        s.put("auto.create.topics.enable", "false");
        s.put("offsets.topic.replication.factor", "1");
        s.put("offsets.topic.num.partitions", "1");
        s.put("transaction.state.log.replication.factor", "1");
        s.put("transaction.state.log.min.isr", "1");
        s.put("share.coordinator.state.topic.replication.factor", "1");
        s.put("share.coordinator.state.topic.min.isr", "1");
        s.put("group.initial.rebalance.delay.ms", "0");
        // a broker that was killed may register again only when its former session is over
        s.put("broker.heartbeat.interval.ms", "1000");
        s.put("broker.session.timeout.ms", "4000");
        s.put("num.network.threads", "1");
        s.put("num.io.threads", "2");
        s.put("background.threads", "2");
        s.put("log.cleaner.threads", "1");
        s.put("log.cleaner.dedupe.buffer.size", "4194304");
        s.put("message.max.bytes", "2097152");
        return s;
    }

    private static void format(Path folder, Map<String, Object> settings) {
        Path logs = folder.resolve("logs");
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(logs);
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setUnstableFeatureVersionsEnabled(false)
                    .setIgnoreFormatted(false)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(logs.toString())
                    .addDirectory(logs.toString())
                    .setPrintStream(
                            new java.io.PrintStream(java.io.OutputStream.nullOutputStream()))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "Kafka's folder " + logs + " can't be formatted: " + settings, e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
