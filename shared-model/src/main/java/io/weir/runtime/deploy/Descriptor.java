package io.weir.runtime.deploy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code verticles.json}: role -> logical verticle name -> order, DeploymentOptions and settings.
 * The one description of what runs where; Helm renders workloads from the same file.
 */
public record Descriptor(Map<String, List<Entry>> roles) {
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
        return new Descriptor(roles);
    }

    public List<Entry> role(String role) {
        List<Entry> entries = roles.get(role);
        if (entries == null) {
            throw new IllegalStateException(
                    "WEIR_ROLE=" + role + " is not one of " + roles.keySet());
        }
        return entries;
    }

    private static Entry entry(String name, JsonObject json) {
        return new Entry(
                name,
                json.getInteger("order"),
                new DeploymentOptions(json.getJsonObject("options", new JsonObject())),
                json.getJsonObject("config", new JsonObject()));
    }
}
