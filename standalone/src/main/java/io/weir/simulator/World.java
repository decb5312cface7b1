package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where the platform is and who may do what there: demo.json, and what the options say. */
final class World {
    private static final int DEFAULT_MQTT_PORT = 1883;

    private final Options options;
    private final JsonNode demo;

    private World(Options options, JsonNode demo) {
        this.options = options;
        this.demo = demo;
    }

    static World of(Options options) throws IOException {
        boolean there = Files.isReadable(options.demo());
        return new World(
                options,
                there ? Json.tree(Files.readAllBytes(options.demo())) : MissingNode.getInstance());
    }

    String api() throws IOException {
        String api = options.api() == null ? demo.path("api").asText() : options.api();
        return need(api, "--api http://127.0.0.1:8080").replaceAll("/+$", "");
    }

    String mqttHost() throws IOException {
        return mqtt().split(":")[0];
    }

    int mqttPort() throws IOException {
        String[] at = mqtt().split(":");
        try {
            return at.length == 1 ? DEFAULT_MQTT_PORT : Integer.parseInt(at[1]);
        } catch (NumberFormatException e) {
            throw new IOException("--mqtt is host:port, not " + mqtt(), e);
        }
    }

    private String mqtt() throws IOException {
        return need(
                options.mqtt() == null ? demo.path("mqtt").asText() : options.mqtt(),
                "--mqtt 127.0.0.1:1883");
    }

    /** Who makes products and devices. */
    Api maker() throws IOException, Api.Refused {
        String user = options.user();
        String password = options.password();
        return user != null && password != null
                ? Api.login(api(), Map.of("user", user, "pwd", password))
                : Api.login(
                        api(),
                        Map.of(
                                "user", demo("/vendor/user", "--user NAME"),
                                "pwd", demo("/vendor/password", "--user NAME")));
    }

    /** Who orders. */
    Api member() throws IOException, Api.Refused {
        return Api.login(
                api(),
                Map.of(
                        "user", demo("/member/mobile", "--demo FILE"),
                        "pwd", demo("/member/password", "--demo FILE"),
                        "vid", demo("/vendor/vid", "--demo FILE")));
    }

    /** The dispensers of {@code mvn -Prun}. */
    List<Credential> demoDevices() throws IOException {
        List<Credential> devices = new ArrayList<>();
        for (JsonNode d : demo.path("devices")) {
            devices.add(
                    new Credential(
                            d.path("device_id").asText(),
                            d.path("product_key").asText(),
                            d.path("device_name").asText(),
                            d.path("device_secret").asText(),
                            "dispenser-" + d.path("measure_mode").asInt(),
                            0));
        }
        if (devices.isEmpty()) {
            need("", "--devices 100 or --credentials FILE");
        }
        return devices;
    }

    private String demo(String pointer, String instead) throws IOException {
        return need(demo.at(pointer).asText(), instead);
    }

    private String need(@Nullable String value, String instead) throws IOException {
        if (value == null || value.isEmpty()) {
            throw new IOException(
                    "%s does not say it (is 'mvn -Prun' running?): give %s"
                            .formatted(options.demo(), instead));
        }
        return value;
    }
}
