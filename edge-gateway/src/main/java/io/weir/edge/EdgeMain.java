package io.weir.edge;

import io.vertx.core.Vertx;
import io.weir.edge.link.BusLink;
import io.weir.edge.link.ClusterLink;
import io.weir.edge.link.DoorLink;
import io.weir.edge.link.DoorLinkConfig;
import io.weir.runtime.cluster.ClusterSettings;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Deployer;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.Map;

/**
 * The edge gateway as a process of its own, linked to the cloud in remote mode when {@code
 * WEIR_DOOR} is set, else in cluster mode (DESIGN section 2).
 */
public final class EdgeMain {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeMain.class);

    private EdgeMain() {}

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        NodeSettings settings = NodeSettings.of(env, EdgeNode.ROLE, "edge-1");
        Descriptor descriptor = Descriptor.read(settings.descriptor());
        var metrics = new Metrics();
        var health = new Health();
        Vertx vertx = Vertx.vertx();
        BusLink bus = settings.door() == null ? new BusLink(vertx, settings.node()) : null;
        EdgeLink way =
                bus == null
                        ? remote(settings, env, descriptor, vertx, metrics, health)
                        : cluster(settings, bus);
        Deployer deployer =
                new EdgeNode(settings, env, descriptor, vertx, way, metrics, health).deploy();
        ClusterLink cluster =
                bus == null
                        ? null
                        : new ClusterLink(bus, member(settings), new SystemTime(), health);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(deployer, cluster, vertx), "weir-stop"));
        if (cluster != null) {
            cluster.start();
        }
        LOG.info("READY {}: role {}", settings.node(), settings.role());
    }

    private static void stop(Deployer deployer, @Nullable ClusterLink cluster, Vertx vertx) {
        deployer.drain();
        if (cluster != null) {
            cluster.close();
        }
        vertx.close().await();
    }

    private static EdgeLink cluster(NodeSettings settings, BusLink bus) {
        if (settings.kafka() == null) {
            throw new IllegalStateException(
                    "WEIR_KAFKA must be set, e.g. host:9092, or WEIR_DOOR, e.g. wss://host:8443");
        }
        return EdgeLink.cluster(bus, settings.kafka());
    }

    private static ClusterSettings member(NodeSettings settings) {
        return new ClusterSettings(
                settings.node(), settings.bind(), settings.clusterPort(), settings.members(), true);
    }

    private static EdgeLink remote(
            NodeSettings settings,
            Map<String, String> env,
            Descriptor descriptor,
            Vertx vertx,
            Metrics metrics,
            Health health) {
        return EdgeLink.remote(
                new DoorLink(
                        vertx,
                        URI.create(String.valueOf(settings.door())),
                        settings.node(),
                        settings.data().resolve(EdgeNode.ROLE),
                        descriptor.config(settings.role(), "door-link", DoorLinkConfig.class, env),
                        new SystemTime(),
                        metrics,
                        health));
    }
}
