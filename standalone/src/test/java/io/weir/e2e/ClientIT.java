package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code /openapi.json} says is enough to write a program against Weir: a client that a tool
 * nobody here wrote makes of it compiles, has every operation, and does a device's whole life.
 */
class ClientIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    @Tag("shows:C-010")
    @Tag("shows:D-024")
    void theGeneratedClientDoesADevicesWholeLife() throws Exception {
        Platform platform = new Platform(Platform.folder("client"));
        platform.set(Map.of("WEIR_MEMBERS_SMS", "log"));
        try (platform) {
            platform.startStandalone();
            String contract = served(platform);
            ClassLoader client = GeneratedClient.of(contract);
            hasEveryOperation(client, Json.tree(contract));
            ClientStory story =
                    (ClientStory)
                            client.loadClass("io.weir.client.WholeLife")
                                    .getDeclaredConstructor()
                                    .newInstance();
            story.tell(new Here(platform));
        }
    }

    private static String served(Platform platform) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(platform.api() + "/openapi.json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** A method of the tag's class for each operationId. */
    private static void hasEveryOperation(ClassLoader client, JsonNode contract)
            throws ClassNotFoundException {
        Set<String> asked = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        for (JsonNode path : contract.path("paths")) {
            for (JsonNode operation : path) {
                String id = operation.path("operationId").asText();
                asked.add(id);
                Class<?> api = client.loadClass(name(operation.path("tags").get(0).asText()));
                if (Stream.of(api.getMethods()).map(Method::getName).noneMatch(id::equals)) {
                    missing.add(id);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(asked).hasSizeGreaterThan(200);
    }

    private static String name(String tag) {
        return GeneratedClient.API
                + "."
                + Character.toUpperCase(tag.charAt(0))
                + tag.substring(1)
                + "Api";
    }

    /** The platform of this test, for the story. */
    private record Here(Platform platform) implements ClientStory.World {
        @Override
        public String api() {
            return platform.api();
        }

        @Override
        public String vid() {
            return platform.demo().at("/vendor/vid").asText();
        }

        @Override
        public String user() {
            return platform.demo().at("/vendor/user").asText();
        }

        @Override
        public String password() {
            return platform.demo().at("/vendor/password").asText();
        }

        @Override
        public String code(String mobile) {
            Pattern sent = Pattern.compile("demo SMS to " + mobile + ": code ([0-9]{6})");
            return Wait.forValue(
                    "a code for " + mobile,
                    SOON,
                    () -> {
                        Matcher m = sent.matcher(platform.output());
                        return m.results().map(r -> r.group(1)).reduce((a, b) -> b).orElse(null);
                    });
        }

        @Override
        public String thingModel() {
            try (InputStream file =
                    ClientIT.class.getResourceAsStream("/demo/dispenser.tsl.json")) {
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public ClientStory.Dispenser connect(String key, String name, String secret) {
            DemoDevice device = DemoDevice.start(platform.mqtt(), key, name, secret, 0);
            device.awaitOnline();
            return new ClientStory.Dispenser() {
                @Override
                public long poured(String dispense) {
                    return device.pouredOf(dispense);
                }

                @Override
                public void close() {
                    device.close();
                }
            };
        }
    }
}
