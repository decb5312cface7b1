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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The water dispenser of {@code standalone/device}: a device made of the unmodified npm SDK. It
 * counts for itself.
 */
final class DemoDevice implements AutoCloseable {
    private final Process process;
    private final Writer input;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();

    private DemoDevice(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::listen);
    }

    /**
     * @param more further arguments of device.js, e.g. {@code --flow 200}
     */
    static DemoDevice start(
            String mqtt, String pk, String dn, String secret, int mode, String... more) {
        NodePackages.install();
        try {
            List<String> command =
                    new java.util.ArrayList<>(
                            List.of(
                                    "node",
                                    "device.js",
                                    "--broker",
                                    "mqtt://" + mqtt,
                                    "--pk",
                                    pk,
                                    "--dn",
                                    dn,
                                    "--secret",
                                    secret,
                                    "--mode",
                                    String.valueOf(mode)));
            command.addAll(List.of(more));
            return new DemoDevice(
                    new ProcessBuilder(command)
                            .directory(NodePackages.FOLDER.toFile())
                            .redirectError(
                                    ProcessBuilder.Redirect.appendTo(
                                            Files.createDirectories(Path.of("target/logs"))
                                                    .resolve("device.log")
                                                    .toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DemoDevice awaitOnline() {
        await("online", Duration.ofSeconds(30), e -> is(e, "online"));
        return this;
    }

    JsonNode await(String what, Duration within, Predicate<JsonNode> match) {
        return Wait.forValue(
                "device: " + what,
                within,
                () -> events.stream().filter(match).findFirst().orElse(null));
    }

    JsonNode awaitEvent(String event, String dispense, Duration within) {
        return await(
                event + " of " + dispense,
                within,
                e -> is(e, event) && e.path("dispense_id").asText().equals(dispense));
    }

    static boolean is(JsonNode event, String name) {
        return event.path("event").asText().equals(name);
    }

    List<JsonNode> events() {
        return events;
    }

    /** How much this dispense poured by the device's own count, in ml. */
    long pouredOf(String dispense) {
        events.removeIf(e -> is(e, "truth"));
        tell("truth");
        return await("truth", Duration.ofSeconds(5), e -> is(e, "truth"))
                .path("dispenses")
                .path(dispense)
                .asLong();
    }

    /** Connected, as far as it knows itself. */
    boolean online() {
        String last = "";
        for (JsonNode e : events) {
            if (is(e, "online") || is(e, "offline")) {
                last = e.path("event").asText();
            }
        }
        return last.equals("online");
    }

    /** How many of these it has told so far. */
    long count(String event) {
        return events.stream().filter(e -> is(e, event)).count();
    }

    /** How often its display showed this answer to a code or to its button. */
    long answers(String result) {
        return events.stream()
                .filter(e -> is(e, "answer") && e.path("result").asText().equals(result))
                .count();
    }

    /** How often it was told to open for this dispense. */
    long openings(String dispense) {
        return events.stream()
                .filter(e -> is(e, "dispense") && e.path("dispense_id").asText().equals(dispense))
                .count();
    }

    void tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    events.add(Json.tree(line));
                }
            }
        } catch (IOException e) {
            // the process is gone: so are its lines
        }
    }
}
