package io.weir.runtime.deploy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import io.weir.runtime.config.Config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * {@code verticles.json}: role -> logical verticle name -> order, DeploymentOptions and settings.
 * The one description of what runs where; Helm renders workloads from the same file.
 */
public record Descriptor(Map<String, List<Entry>> roles, JsonObject topics) {
    /**
     * @param order lower ones are deployed first and drained last
     */
    public record Entry(String name, int order, DeploymentOptions options, JsonObject config) {}

    public static Descriptor read(Path file) {
        try {
            return parse(new JsonObject(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "verticles.json is read from " + file.toAbsolutePath(), e);
        }
    }

    public static Descriptor parse(JsonObject json) {
        Map<String, List<Entry>> roles = new TreeMap<>();
        for (var role : json.getJsonObject("roles")) {
            JsonObject verticles = ((JsonObject) role.getValue()).getJsonObject("verticles");
            roles.put(
                    role.getKey(),
                    verticles.stream()
                            .map(v -> entry(v.getKey(), (JsonObject) v.getValue()))
                            .sorted(Comparator.comparingInt(Entry::order))
                            .toList());
        }
        return new Descriptor(roles, json.getJsonObject("topics", new JsonObject()));
    }

    public List<Entry> role(String role) {
        List<Entry> entries = roles.get(role);
        if (entries == null) {
            throw new IllegalStateException(
                    "WEIR_ROLE=" + role + " is not one of " + roles.keySet());
        }
        return entries;
    }

    /** The settings of one verticle of a role. */
    public <C extends Record> C config(
            String role, String verticle, Class<C> type, Map<String, String> env) {
        return read(verticle, config(role, verticle), type, env);
    }

    private JsonObject config(String role, String verticle) {
        return role(role).stream()
                .filter(e -> e.name().equals(verticle))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(role + " has no " + verticle))
                .config();
    }

    /** host:port that a verticle with {@code bind} and {@code port} listens on. */
    public String address(String role, String verticle, Map<String, String> env) {
        JsonObject config = config(role, verticle);
        String bind =
                env.getOrDefault(
                        Config.variable(verticle, "bind"),
                        env.getOrDefault("WEIR_BIND", config.getString("bind")));
        String port =
                env.getOrDefault(
                        Config.variable(verticle, "port"),
                        String.valueOf(config.getInteger("port")));
        return bind + ":" + port;
    }

    /** The settings of the Kafka topics; environment {@code WEIR_TOPICS_*}. */
    public <C extends Record> C topics(Class<C> type, Map<String, String> env) {
        return read("topics", topics, type, env);
    }

    private static <C extends Record> C read(
            String name, JsonObject json, Class<C> type, Map<String, String> env) {
        Config reader = new Config(env);
        C settings = reader.read(name, json, type);
        reader.check();
        return Objects.requireNonNull(settings);
    }

    private static Entry entry(String name, JsonObject json) {
        return new Entry(
                name,
                json.getInteger("order"),
                new DeploymentOptions(json.getJsonObject("options", new JsonObject())),
                json.getJsonObject("config", new JsonObject()));
    }
}
