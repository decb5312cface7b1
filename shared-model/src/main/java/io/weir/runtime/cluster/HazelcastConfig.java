package io.weir.runtime.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;

import java.util.UUID;

/**
 * Hazelcast as Weir wants it: fixed members, no multicast, no phone-home, death noticed within
 * seconds, only Vert.x's and Hazelcast's own classes deserialised. Settings proved in
 * facts/probes.md 2.
 */
final class HazelcastConfig {
    static final String NODE = "weir.node";

    /** Vert.x knows a member by it, and sets it only on instances that it makes itself. */
    private static final String VERTX_NODE = "__vertx.nodeId";

    private HazelcastConfig() {}

    /** A new object each time: Hazelcast keeps what it is given. */
    static Config of(ClusterSettings settings) {
        Config config = new Config().setClusterName("weir").setLiteMember(settings.lite());
        config.setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "1")
                .setProperty("hazelcast.max.wait.seconds.before.join", "3")
                .setProperty("hazelcast.max.join.seconds", "20")
                .setProperty("hazelcast.operation.call.timeout.millis", "10000")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5");
        config.getMemberAttributeConfig()
                .setAttribute(NODE, settings.node())
                .setAttribute(VERTX_NODE, UUID.randomUUID().toString());
        var network =
                config.getNetworkConfig().setPort(settings.port()).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(settings.host());
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .setConnectionTimeoutSeconds(2)
                .setMembers(settings.members());
        // A programmatic Config replaces Vert.x's default-cluster.xml: its collections are declared
        // here.
        config.addMultiMapConfig(
                new MultiMapConfig("__vertx.subs").setBackupCount(1).setValueCollectionType("SET"));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        var filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist().addPrefixes("io.vertx.", "com.hazelcast.", "java.", "[");
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
        return config;
    }
}
