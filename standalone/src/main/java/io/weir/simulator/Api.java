package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** One user of the platform's HTTP API. Blocks: for virtual threads. */
final class Api {
    /** It said no, or nothing. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        /** HTTP status; 0 = no answer. */
        final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private static final HttpClient CLIENT =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    private final String base;
    private final String token;
    private final String uid;

    private Api(String base, String token, String uid) {
        this.base = base;
        this.token = token;
        this.uid = uid;
    }

    static Api login(String base, Map<String, Object> credentials) throws Refused {
        JsonNode data = new Api(base, "", "").post("/auth/login", credentials, "");
        return new Api(base, data.path("access_token").asText(), data.path("uid").asText());
    }

    String uid() {
        return uid;
    }

    JsonNode get(String path) throws Refused {
        return send(request(path).GET());
    }

    JsonNode put(String path, Object body) throws Refused {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body))));
    }

    /**
     * @param key idempotency key; empty = none is needed
     */
    JsonNode post(String path, Object body, String key) throws Refused {
        HttpRequest.Builder request =
                request(path).POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
        return send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest.Builder request) throws Refused {
        HttpRequest made = request.build();
        String what = made.method() + " " + made.uri();
        try {
            HttpResponse<byte[]> answer =
                    CLIENT.send(made, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                String body = new String(answer.body(), StandardCharsets.UTF_8);
                throw new Refused(
                        answer.statusCode(), what + ": " + answer.statusCode() + " " + body);
            }
            return Json.tree(answer.body()).path("data");
        } catch (IOException e) {
            throw new Refused(0, what + ": no answer (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(0, what + ": interrupted");
        }
    }
}
