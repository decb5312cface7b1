package io.weir.cloud;

import io.weir.cloud.Topics.TopicsConfig;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One real Kafka broker for all tests of this JVM (facts/probes.md 5); {@link #fresh} empties it.
 */
public final class TestKafka {
    private static final int PORT = freePort();
    private static final KafkaRaftServer SERVER = start();

    private TestKafka() {}

    /** The broker with Weir's topics, empty; answers its bootstrap address. */
    public static synchronized String fresh(int partitions) {
        String bootstrap = "127.0.0.1:" + PORT;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Set<String> ours = names(admin);
            admin.deleteTopics(ours).all().get();
            while (!names(admin).isEmpty()) {
                Thread.sleep(20);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        ensure(bootstrap, partitions);
        return bootstrap;
    }

    /** A deleted topic may still be there for one broker thread and gone for another. */
    private static void ensure(String bootstrap, int partitions) {
        for (int attempt = 1; ; attempt++) {
            try {
                Topics.ensure(bootstrap, new TopicsConfig(partitions, 1, 1, 24));
                return;
            } catch (IllegalStateException e) {
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    private static Set<String> names(Admin admin) throws Exception {
        return admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith("weir."))
                .collect(Collectors.toSet());
    }

    private static KafkaRaftServer start() {
        try {
            Path logs = Files.createTempDirectory("weir-kafka");
            format(logs);
            KafkaRaftServer server =
                    new KafkaRaftServer(new KafkaConfig(settings(logs)), Time.SYSTEM);
            server.startup();
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        server.shutdown();
                                        server.awaitShutdown();
                                    }));
            return server;
        } catch (Exception e) {
            throw new IllegalStateException("Kafka does not start", e);
        }
    }

    private static void format(Path logs) throws Exception {
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setUnstableFeatureVersionsEnabled(false)
                .setIgnoreFormatted(false)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(logs.toString())
                .addDirectory(logs.toString())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .run();
    }

    private static Map<String, Object> settings(Path logs) {
        int controller = freePort();
        Map<String, Object> s = new HashMap<>();
        s.put("process.roles", "broker,controller");
        s.put("node.id", 1);
        s.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        s.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + PORT + ",CONTROLLER://127.0.0.1:" + controller);
        s.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + PORT);
        s.put("controller.listener.names", "CONTROLLER");
        s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        s.put("log.dirs", logs.toString());
        s.put("auto.create.topics.enable", "false");
        s.put("offsets.topic.replication.factor", "1");
        s.put("offsets.topic.num.partitions", "1");
        s.put("transaction.state.log.replication.factor", "1");
        s.put("transaction.state.log.min.isr", "1");
        s.put("share.coordinator.state.topic.replication.factor", "1");
        s.put("share.coordinator.state.topic.min.isr", "1");
        s.put("group.initial.rebalance.delay.ms", "0");
        s.put("num.network.threads", "1");
        s.put("num.io.threads", "2");
        s.put("background.threads", "2");
        s.put("log.cleaner.threads", "1");
        s.put("log.cleaner.dedupe.buffer.size", "4194304");
        s.put("message.max.bytes", "2097152");
        return s;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
