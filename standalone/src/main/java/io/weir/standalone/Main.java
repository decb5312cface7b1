package io.weir.standalone;

import io.vertx.core.Vertx;
import io.weir.cloud.CloudNode;
import io.weir.cloud.Migrations;
import io.weir.cloud.Topics;
import io.weir.edge.EdgeLink;
import io.weir.edge.EdgeNode;
import io.weir.edge.link.BusLink;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Deployer;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code mvn -Prun}: the whole platform in this JVM (DESIGN section 7). */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final String DEMO_FILE = "demo.json";
    private static final String GATEWAY = "edge-1";

    private final NodeSettings settings;
    private final Map<String, String> env;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private Main(Map<String, String> env) {
        this.env = env;
        this.settings = NodeSettings.of(env, CloudNode.ROLE, "standalone");
    }

    public static void main(String[] args) {
        Main main = new Main(new HashMap<>(System.getenv()));
        Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "weir-stop"));
        try {
            main.start();
        } catch (Exception e) {
            LOG.error("Weir did not start: {}", e.getMessage(), e);
            System.exit(1);
        }
    }

    private void start() {
        DataFolder data = opened(DataFolder.open(settings.data()));
        LOG.info("starting, data in {}", data.path().toAbsolutePath());
        CompletableFuture<String> kafkaStarts = CompletableFuture.supplyAsync(() -> kafka(data));
        String pgUri = postgres(data);
        boolean demo = Migrations.run(pgUri, demoAllowed());
        if (demo) { // codes of registration stand in the log, where nobody pays for messages
            env.putIfAbsent("WEIR_MEMBERS_SMS", "log");
        }
        String kafka = kafkaStarts.join();
        Descriptor descriptor = Descriptor.read(settings.descriptor());
        Topics.ensure(kafka, descriptor.topics(Topics.TopicsConfig.class, env));

        var metrics = new Metrics();
        var health = new Health();
        Vertx cloud = Vertx.vertx();
        opened(() -> cloud.close().await());
        var cloudNode = new CloudNode(settings, env, descriptor, pgUri, kafka, metrics, health);
        String adminPassword = cloudNode.bootstrapAdmin(cloud);
        deployed(cloudNode.deploy(cloud));

        Vertx edge = Vertx.vertx();
        opened(() -> edge.close().await());
        NodeSettings asEdge = settings.as(EdgeNode.ROLE, GATEWAY);
        var link = new BusLink(edge, GATEWAY);
        link.attach(cloud);
        deployed(
                new EdgeNode(
                                asEdge,
                                env,
                                descriptor,
                                edge,
                                EdgeLink.cluster(link, kafka),
                                metrics,
                                health)
                        .deploy());

        announce(
                demo ? demo(data, new Bus(cloud), descriptor, adminPassword) : null,
                descriptor,
                adminPassword);
    }

    private void announce(
            Demo.@Nullable File demo, Descriptor descriptor, @Nullable String adminPassword) {
        String api = url(descriptor, CloudNode.ROLE, "api");
        System.out.println(
                Announcement.of(
                        api,
                        url(descriptor, CloudNode.ROLE, "management"),
                        address(descriptor, EdgeNode.ROLE, "mqtt"),
                        settings.data().resolve(DEMO_FILE).toAbsolutePath(),
                        demo,
                        adminPassword));
    }

    /** The demo's world, kept between runs; its passwords are set anew when demo.json is gone. */
    private Demo.File demo(
            DataFolder data, Bus bus, Descriptor descriptor, @Nullable String adminPassword) {
        String api = url(descriptor, CloudNode.ROLE, "api");
        String mqtt = address(descriptor, EdgeNode.ROLE, "mqtt");
        Demo.File file =
                data.has(DEMO_FILE)
                        ? data.read(DEMO_FILE, Demo.File.class).at(api, mqtt)
                        : new Demo(bus).make(api, mqtt, adminPassword);
        data.writeSecret(DEMO_FILE, file);
        return file;
    }

    private boolean demoAllowed() {
        Boolean asked = settings.demo();
        return asked != null ? asked : settings.pgUri() == null && settings.loopback();
    }

    private String postgres(DataFolder data) {
        String given = settings.pgUri();
        return given != null
                ? given
                : opened(PostgresServer.start(data.path().resolve("postgres").toAbsolutePath(), 0))
                        .uri();
    }

    private String kafka(DataFolder data) {
        String given = settings.kafka();
        return given != null
                ? given
                : opened(KafkaServer.start(data.path().resolve("kafka").toAbsolutePath(), 0))
                        .bootstrap();
    }

    private String url(Descriptor descriptor, String role, String verticle) {
        return "http://" + address(descriptor, role, verticle);
    }

    private String address(Descriptor descriptor, String role, String verticle) {
        return descriptor.address(role, verticle, env);
    }

    private void deployed(Deployer deployer) {
        opened(deployer::drain);
    }

    private <T extends AutoCloseable> T opened(T part) {
        synchronized (running) {
            running.push(part);
        }
        return part;
    }

    /** In reverse order of start; one part's trouble does not hold the others. */
    private void stop() {
        List<AutoCloseable> parts;
        synchronized (running) {
            parts = List.copyOf(running);
            running.clear();
        }
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part did not stop cleanly", e);
            }
        }
        LOG.info("stopped");
    }
}
