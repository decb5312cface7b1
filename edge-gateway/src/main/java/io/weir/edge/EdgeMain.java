package io.weir.edge;

import io.vertx.core.Vertx;
import io.weir.edge.link.BusLink;
import io.weir.edge.link.ClusterLink;
import io.weir.runtime.cluster.ClusterSettings;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Deployer;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;

/**
 * The edge gateway as a process of its own, linked to the cloud in cluster mode (DESIGN section 2).
 */
public final class EdgeMain {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeMain.class);

    private EdgeMain() {}

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        NodeSettings settings = NodeSettings.of(env, EdgeNode.ROLE, "edge-1");
        if (settings.kafka() == null) {
            throw new IllegalStateException("WEIR_KAFKA must be set, e.g. host:9092");
        }
        var health = new Health();
        Vertx vertx = Vertx.vertx();
        var link = new BusLink(vertx, settings.node());
        var node =
                new EdgeNode(
                        settings,
                        env,
                        Descriptor.read(settings.descriptor()),
                        vertx,
                        link,
                        settings.kafka(),
                        new Metrics(),
                        health);
        Deployer deployer = node.deploy();
        var me =
                new ClusterSettings(
                        settings.node(),
                        settings.bind(),
                        settings.clusterPort(),
                        settings.members(),
                        true);
        var cluster = new ClusterLink(link, me, new SystemTime(), health);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    deployer.drain();
                                    cluster.close();
                                    vertx.close().await();
                                },
                                "weir-stop"));
        cluster.start();
        LOG.info("READY {}: role {}", settings.node(), settings.role());
    }
}
