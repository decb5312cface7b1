package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** One user of the HTTP API. */
public final class Api {
    /** What came back: the status and the envelope. */
    public record Answer(int status, JsonNode body) {
        public JsonNode data() {
            if (status >= 300) {
                throw new AssertionError("HTTP " + status + " " + body);
            }
            return body.get("data");
        }

        public String code() {
            return body.path("code").asText();
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

    public static Api anonymous(String base) {
        return new Api(base, "", "");
    }

    public static Api login(String base, Map<String, Object> credentials) {
        JsonNode data = anonymous(base).post("/auth/login", credentials).data();
        return new Api(base, data.get("access_token").asText(), data.get("uid").asText());
    }

    public String uid() {
        return uid;
    }

    /** The access token, for those who speak HTTP by themselves. */
    public String token() {
        return token;
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer put(String path, Object body) {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body))));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** Bytes as they are. */
    Answer upload(String path, byte[] bytes) {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    /** With a fresh idempotency key. */
    public Answer post(String path, Object body) {
        return post(path, body, UUID.randomUUID().toString());
    }

    public Answer post(String path, Object body, String idempotencyKey) {
        return raw(path, Json.bytes(body), idempotencyKey);
    }

    Answer raw(String path, byte[] body, String idempotencyKey) {
        HttpRequest.Builder request =
                request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            JsonNode body =
                    response.body().length == 0 ? Json.tree("{}") : Json.tree(response.body());
            return new Answer(response.statusCode(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
