package io.weir.edge.link;

import io.vertx.core.Vertx;
import io.weir.runtime.cluster.ClusterNode;
import io.weir.runtime.cluster.ClusterSettings;
import io.weir.runtime.health.Health;
import io.weir.runtime.time.Time;

import java.util.Map;

/**
 * Cluster mode of DESIGN section 2: a second, clustered Vert.x instance as a Hazelcast lite member
 * carries the link.
 */
public final class ClusterLink implements AutoCloseable {
    private final ClusterNode node;

    public ClusterLink(BusLink link, ClusterSettings settings, Time time, Health health) {
        node =
                new ClusterNode(
                        settings,
                        time,
                        new ClusterNode.Listener() {
                            @Override
                            public void up(Vertx clustered) {
                                link.attach(clustered);
                            }

                            @Override
                            public void down(Vertx clustered) {
                                link.detach();
                            }
                        });
        // An absent cloud is no illness of a gateway: it goes on serving. The detail tells.
        health.register(
                "link",
                () ->
                        Health.Report.up(
                                Map.of(
                                        "up",
                                        link.up(),
                                        "heard",
                                        node.healthy(),
                                        "builds",
                                        node.builds())));
    }

    public void start() {
        node.start();
    }

    @Override
    public void close() {
        node.close();
    }
}
