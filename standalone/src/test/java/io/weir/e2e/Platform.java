package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;
import io.weir.standalone.Main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** A running Weir with demo data: in one process or in several; the tests can't tell. */
public class Platform implements AutoCloseable {
    /** -Dweir.start: seconds, more on a machine that others keep busy. */
    public static final Duration START = Duration.ofSeconds(Integer.getInteger("weir.start", 90));

    public static final String JVM_OPTIONS = "JDK_JAVA_OPTIONS";

    /**
     * The processes of tests live for seconds, several on two cores: a quick start is worth more
     * than speed.
     */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    final Path data;
    final Map<String, String> env = new HashMap<>();
    private JavaProcess process;

    /** Everything in one JVM, as {@code mvn -Prun} does. */
    static Platform standalone(String name) {
        Platform platform = new Platform(folder(name));
        platform.startStandalone();
        return platform;
    }

    /** Where its parts keep what they have. */
    public Path data() {
        return data;
    }

    Platform(Path data) {
        this.data = data;
        env.put(JVM_OPTIONS, QUICK_START);
        env.put("WEIR_DATA", data.toString());
        // Tests share the machine with others: a late event loop says nothing here.
        env.put("WEIR_GUARD_LOOP_LAG", "PT10S");
        // The devices of the tests never answer that they will ask where to connect.
        env.put("WEIR_DOWNLINK_FAREWELL", "PT0.3S");
        for (String port :
                List.of("API", "MANAGEMENT", "MQTT", "EDGE_MANAGEMENT", "EDGE_HTTP", "AMQP")) {
            env.put("WEIR_" + port + "_PORT", String.valueOf(freePort()));
        }
        env.put(
                "WEIR_REGISTRY_KEY_FILE",
                data.resolveSibling(data.getFileName() + ".edge.key").toString());
    }

    final void startStandalone() {
        process =
                JavaProcess.start(
                                "standalone-" + data.getFileName(),
                                Main.class,
                                env,
                                List.of(),
                                "900m")
                        .await("READY", START);
    }

    void stopStandalone() {
        process.stop();
    }

    void killStandalone() {
        process.kill();
    }

    String output() {
        return process.output();
    }

    public JsonNode demo() {
        try {
            return Json.tree(Files.readString(data.resolve("demo.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String api() {
        return "http://127.0.0.1:" + env.get("WEIR_API_PORT");
    }

    public String mqtt() {
        return "127.0.0.1:" + env.get("WEIR_MQTT_PORT");
    }

    public String edgeHttp() {
        return "http://127.0.0.1:" + env.get("WEIR_EDGE_HTTP_PORT");
    }

    public String management() {
        return "http://127.0.0.1:" + env.get("WEIR_MANAGEMENT_PORT");
    }

    public String edgeManagement() {
        return "http://127.0.0.1:" + env.get("WEIR_EDGE_MANAGEMENT_PORT");
    }

    /**
     * For processes that are started from now on.
     *
     * @param settings environment; an empty value takes the setting back to its default
     */
    public void set(Map<String, String> settings) {
        settings.forEach(
                (key, value) -> {
                    if (value.isEmpty()) {
                        env.remove(key);
                    } else {
                        env.put(key, value);
                    }
                });
    }

    public Api member() {
        JsonNode demo = demo();
        return Api.login(
                api(),
                Map.of(
                        "user", demo.at("/member/mobile").asText(),
                        "pwd", demo.at("/member/password").asText(),
                        "vid", demo.at("/vendor/vid").asText()));
    }

    public Api vendor() {
        JsonNode demo = demo();
        return Api.login(
                api(),
                Map.of(
                        "user",
                        demo.at("/vendor/user").asText(),
                        "pwd",
                        demo.at("/vendor/password").asText()));
    }

    public Api admin() {
        return Api.login(
                api(), Map.of("user", "admin", "pwd", demo().at("/admin/password").asText()));
    }

    /** The demo device of a measure mode, connected, and the platform knows it. */
    DemoDevice device(int mode, String... more) {
        Wait.until("the last test's device is gone", Duration.ofSeconds(20), () -> !online(mode));
        DemoDevice device = connect(mode, more);
        Wait.until("the device is online", Duration.ofSeconds(20), () -> online(mode));
        return device;
    }

    /** The same, without a word with the cloud. */
    DemoDevice connect(int mode, String... more) {
        return connect(demo().get("devices").get(mode), mode, more).awaitOnline();
    }

    /** A device of these credentials, not yet connected. */
    DemoDevice connect(JsonNode triple, int mode, String... more) {
        return connect(mqtt(), triple, mode, more);
    }

    DemoDevice connect(String broker, JsonNode triple, int mode, String... more) {
        return DemoDevice.start(
                broker,
                triple.get("product_key").asText(),
                triple.get("device_name").asText(),
                triple.get("device_secret").asText(),
                mode,
                more);
    }

    boolean online(int mode) {
        return Api.anonymous(api())
                .get("/public/devices/" + deviceId(mode))
                .data()
                .get("online")
                .asBoolean();
    }

    String deviceId(int mode) {
        return demo().get("devices").get(mode).get("device_id").asText();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    static Path folder(String name) {
        try {
            Path folder =
                    Path.of("target/weir")
                            .resolve(name + "-" + Long.toHexString(System.nanoTime()))
                            .toAbsolutePath();
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Below the range that outgoing connections draw their ports from: a process that is started
     * later, in another network namespace even, must find it free.
     */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                continue; // somebody's already
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
