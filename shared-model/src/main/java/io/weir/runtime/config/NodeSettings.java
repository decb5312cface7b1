package io.weir.runtime.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a process is told by its environment before it reads {@code verticles.json}.
 *
 * @param role WEIR_ROLE: which role of verticles.json to deploy
 * @param verticles WEIR_VERTICLES: only these of the role; empty = all
 * @param node WEIR_NODE: stable name; a gateway's identity
 * @param data WEIR_DATA: the data folder
 * @param bind WEIR_BIND: the address that servers listen on
 * @param members WEIR_CLUSTER: host:port of the cluster's members
 * @param clusterPort WEIR_CLUSTER_PORT: this node's own Hazelcast port
 * @param door WEIR_DOOR: wss://host:port of the cloud's door; a gateway that has it runs in remote
 *     mode, without cluster and Kafka
 * @param pgUri WEIR_PG_URI: postgresql://user:password@host:port/db
 * @param kafka WEIR_KAFKA: bootstrap servers
 * @param demo WEIR_DEMO: allow demo data and the lab pay channel; null = decide by what is embedded
 * @param adminPassword WEIR_ADMIN_PASSWORD
 * @param descriptor WEIR_DESCRIPTOR: path of verticles.json
 */
public record NodeSettings(
        String role,
        List<String> verticles,
        String node,
        Path data,
        String bind,
        List<String> members,
        int clusterPort,
        @Nullable String door,
        @Nullable String pgUri,
        @Nullable String kafka,
        @Nullable Boolean demo,
        @Nullable String adminPassword,
        Path descriptor) {

    public static NodeSettings of(Map<String, String> env, String defaultRole, String defaultNode) {
        String demo = env.get("WEIR_DEMO");
        return new NodeSettings(
                env.getOrDefault("WEIR_ROLE", defaultRole),
                Config.list(env.getOrDefault("WEIR_VERTICLES", "")),
                env.getOrDefault("WEIR_NODE", defaultNode),
                Path.of(env.getOrDefault("WEIR_DATA", ".weir")),
                env.getOrDefault("WEIR_BIND", "127.0.0.1"),
                Config.list(env.getOrDefault("WEIR_CLUSTER", "")),
                Integer.parseInt(env.getOrDefault("WEIR_CLUSTER_PORT", "5701")),
                env.get("WEIR_DOOR"),
                env.get("WEIR_PG_URI"),
                env.get("WEIR_KAFKA"),
                demo == null ? null : demo.equals("1") || demo.equalsIgnoreCase("true"),
                env.get("WEIR_ADMIN_PASSWORD"),
                Path.of(env.getOrDefault("WEIR_DESCRIPTOR", "verticles.json")));
    }

    /** The same process seen as another role. */
    public NodeSettings as(String otherRole, String otherNode) {
        return new NodeSettings(
                otherRole,
                List.of(),
                otherNode,
                data,
                bind,
                members,
                clusterPort,
                door,
                pgUri,
                kafka,
                demo,
                adminPassword,
                descriptor);
    }

    public boolean loopback() {
        return bind.startsWith("127.") || bind.equals("localhost") || bind.equals("::1");
    }
}
