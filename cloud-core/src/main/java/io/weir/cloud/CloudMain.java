package io.weir.cloud;

import io.vertx.core.Vertx;
import io.weir.cloud.backup.BackupCommand;
import io.weir.runtime.cluster.ClusterNode;
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

import java.util.List;
import java.util.Map;

/**
 * The cloud core as a process of its own, on a PostgreSQL and a Kafka that are there already. With
 * arguments it is one of {@link BackupCommand}'s instead.
 */
public final class CloudMain {
    private static final Logger LOG = LoggerFactory.getLogger(CloudMain.class);

    private CloudMain() {}

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        NodeSettings settings = NodeSettings.of(env, CloudNode.ROLE, "cloud-1");
        if (args.length > 0) {
            System.exit(new BackupCommand(settings.pgUri(), new SystemTime()).run(List.of(args)));
        }
        String pgUri =
                need(settings.pgUri(), "WEIR_PG_URI", "postgresql://user:password@host:5432/weir");
        String kafka = need(settings.kafka(), "WEIR_KAFKA", "host:9092");
        Descriptor descriptor = Descriptor.read(settings.descriptor());
        Migrations.run(pgUri, Boolean.TRUE.equals(settings.demo()));
        Topics.ensure(kafka, descriptor.topics(Topics.TopicsConfig.class, env));
        var health = new Health();
        var node = new CloudNode(settings, env, descriptor, pgUri, kafka, new Metrics(), health);
        announceAdmin(node);
        var cluster = cluster(settings, node, health);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "weir-stop"));
        cluster.start();
    }

    private static ClusterNode cluster(NodeSettings settings, CloudNode node, Health health) {
        var me =
                new ClusterSettings(
                        settings.node(),
                        settings.bind(),
                        settings.clusterPort(),
                        settings.members(),
                        false);
        var cluster =
                new ClusterNode(
                        me,
                        new SystemTime(),
                        new ClusterNode.Listener() {
                            private @Nullable Deployer deployed;

                            @Override
                            public void up(Vertx clustered) {
                                deployed = node.deploy(clustered);
                                LOG.info("READY {}: role {}", settings.node(), settings.role());
                            }

                            @Override
                            public void down(Vertx clustered) {
                                if (deployed != null) {
                                    deployed.drain();
                                }
                            }
                        });
        health.register(
                "cluster",
                () ->
                        Health.Report.up(
                                Map.of("heard", cluster.healthy(), "builds", cluster.builds())));
        return cluster;
    }

    private static void announceAdmin(CloudNode node) {
        Vertx vertx = Vertx.vertx();
        try {
            String generated = node.bootstrapAdmin(vertx);
            if (generated != null) {
                LOG.warn(
                        "platform administrator admin was made, password {} (shown once; set"
                                + " WEIR_ADMIN_PASSWORD to choose one)",
                        generated);
            }
        } finally {
            vertx.close().await();
        }
    }

    private static String need(@Nullable String value, String name, String example) {
        if (value == null) {
            throw new IllegalStateException(name + " must be set, e.g. " + example);
        }
        return value;
    }
}
