package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.SigningKey;
import io.weir.model.access.Role;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The real pipeline on a real port and a real PostgreSQL, with whatever contexts a test wants. */
public final class ApiFixture implements AutoCloseable {
    public static final ApiConfig CONFIG =
            new ApiConfig(
                    0,
                    "127.0.0.1",
                    "",
                    1 << 20,
                    200,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    100_000,
                    100_000,
                    100_000,
                    100_000,
                    false,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(60),
                    Duration.ofDays(7),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2));

    public record Reply(int status, HttpResponse<byte[]> raw, JsonNode json) {
        public String code() {
            return json.path("code").asText();
        }

        public JsonNode data() {
            return json.path("data");
        }

        public List<String> fields() {
            return json.path("errors").findValuesAsText("field");
        }

        public String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    public final Vertx vertx = Vertx.vertx();
    public final String uri = TestPostgres.fresh();
    public final Db db = TestPostgres.connect(vertx, uri);
    public final Tx tx = new Tx(db);
    public final Bus bus = new Bus(vertx);
    public final Time time = new SystemTime();
    public final SigningKey key = SigningKey.load(tx);
    public final JWTAuth signer = key.provider(vertx);
    public final RateLimits limits = new RateLimits(time);
    public final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    public int port;

    public ApiFixture api(ApiConfig config, List<ContextRoutes> contexts, RouterExtension... more) {
        return api(config, contexts, ContractBundle::of, more);
    }

    ApiFixture api(
            ApiConfig config,
            List<ContextRoutes> contexts,
            Function<List<String>, ObjectNode> bundler,
            RouterExtension... more) {
        var parts = new ApiParts(bus, db, key, limits, new Metrics(), new Health(), time);
        var api = new ApiVerticle(config, parts, contexts, List.of(more), bundler);
        vertx.deployVerticle(api).await();
        port = api.actualPort();
        return this;
    }

    public ApiFixture context(Deployable verticle) {
        vertx.deployVerticle(
                        verticle,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        return this;
    }

    public String token(Role role, String path) {
        return token(role, path, uid(role));
    }

    public String token(Role role, String path, String uid) {
        return signed(new Claims(uid, role, path, "sid-" + uid), 600);
    }

    public String signed(Claims claims, int seconds) {
        return signer.generateToken(
                claims.json(),
                new JWTOptions()
                        .setAlgorithm("HS512")
                        .setIssuer("weir")
                        .setExpiresInSeconds(seconds));
    }

    public static String uid(Role role) {
        return "TEST%016X".formatted(role.ordinal() + 1);
    }

    public Reply get(String path, String token) {
        return send("GET", path, token, null, Map.of());
    }

    public Reply post(String path, String token, String body, Map<String, String> headers) {
        return send("POST", path, token, body, headers);
    }

    public Reply post(String path, String token, Map<String, ?> body) {
        return send("POST", path, token, Json.text(body), Map.of());
    }

    /** A body brings its content type along unless the headers name one. */
    public Reply send(
            String method, String path, String token, String body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        headers.forEach(request::setHeader);
        request.method(
                method,
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        return send(request.build());
    }

    public Reply send(HttpRequest request) {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean json =
                    response.headers()
                            .firstValue("Content-Type")
                            .orElse("")
                            .startsWith("application/json");
            return new Reply(
                    response.statusCode(),
                    response,
                    json ? Json.tree(response.body()) : MissingNode.getInstance());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * An open stream.
     *
     * @param last Last-Event-ID, null at the beginning
     */
    public Events events(String path, String token, String last) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + token);
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new AssertionError(path + " answers " + response.statusCode());
            }
            return new Events(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        vertx.close().await();
    }
}
