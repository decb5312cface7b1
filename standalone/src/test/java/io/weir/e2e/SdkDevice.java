package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An unmodified npm device SDK in a process of its own, call by call ({@code
 * standalone/device/driver.js}).
 */
final class SdkDevice implements AutoCloseable {
    static final String NEW = "alibabacloud-iot-device-sdk";
    static final String OLD = "aliyun-iot-device-sdk";
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final Process process;
    private final Writer input;
    private final AtomicInteger calls = new AtomicInteger();
    private final List<JsonNode> lines = new CopyOnWriteArrayList<>();

    private SdkDevice(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::listen);
    }

    /**
     * @param sdk which npm package
     * @param kind device or gateway
     */
    static SdkDevice start(String sdk, String kind, String broker, Triple device) {
        NodePackages.install();
        Map<String, Object> config = new HashMap<>(device.config());
        config.put("brokerUrl", broker);
        try {
            return new SdkDevice(
                    new ProcessBuilder("node", "driver.js", sdk, kind, Json.text(config))
                            .directory(NodePackages.FOLDER.toFile())
                            .redirectError(
                                    ProcessBuilder.Redirect.appendTo(
                                            Files.createDirectories(Path.of("target/logs"))
                                                    .resolve("sdk.log")
                                                    .toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SdkDevice awaitOnline() {
        event("connect", "main", e -> true);
        return this;
    }

    /** A call of the main device, and what its callback heard. */
    JsonNode reply(String call, Object... arguments) {
        return replyOf("main", call, arguments);
    }

    JsonNode replyOf(String thing, String call, Object... arguments) {
        return result(send(Map.of("on", thing, "call", call, "args", List.of(arguments))), "reply");
    }

    /** A call without callback. */
    void run(String thing, String call, Object... arguments) {
        result(send(Map.of("on", thing, "call", call, "args", List.of(arguments))), "done");
    }

    /** Logs a sub-device in; it is {@code as} from now on. */
    JsonNode login(Triple sub, String as) {
        Map<String, Object> order =
                Map.of("call", "login", "args", List.of(sub.config()), "as", as);
        return result(send(order), "reply");
    }

    /**
     * Answers this service from now on.
     *
     * @param mode sync or async
     */
    void serve(String thing, String service, String mode, Object data) {
        result(send(Map.of("on", thing, "service", service, "mode", mode, "data", data)), "done");
    }

    JsonNode register(Map<String, Object> config) {
        return result(send(Map.of("register", config)), "reply");
    }

    /** The first event of this kind that matches, waited for. */
    JsonNode event(String kind, String thing, Predicate<JsonNode> match) {
        return Wait.forValue(
                "the SDK's " + kind + " of " + thing,
                WITHIN,
                () ->
                        lines.stream()
                                .filter(e -> e.path("event").asText().equals(kind))
                                .filter(e -> e.path("of").asText().equals(thing))
                                .filter(match)
                                .findFirst()
                                .orElse(null));
    }

    long count(String kind) {
        return lines.stream().filter(e -> e.path("event").asText().equals(kind)).count();
    }

    private int send(Map<String, Object> order) {
        int n = calls.incrementAndGet();
        Map<String, Object> line = new HashMap<>(order);
        line.put("n", n);
        try {
            input.write(Json.text(line) + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return n;
    }

    private JsonNode result(int n, String what) {
        JsonNode line =
                Wait.forValue(
                        "the SDK's " + what + " to call " + n,
                        WITHIN,
                        () ->
                                lines.stream()
                                        .filter(e -> e.path("n").asInt() == n)
                                        .findFirst()
                                        .orElse(null));
        return line.path(what);
    }

    private void listen() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("{")) {
                    lines.add(Json.tree(line));
                }
            }
        } catch (IOException e) {
            // the process is gone: so are its lines
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
