package io.weir.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.weir.edge.GatewayRig;
import io.weir.runtime.health.Health;
import io.weir.runtime.json.Json;
import io.weir.runtime.management.ManagementConfig;
import io.weir.runtime.management.ManagementVerticle;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The operator's side, over HTTP. */
class GuardRoutesTest {
    private static final String BAN =
            "{\"kind\":\"cidr\",\"value\":\"198.51.100.0/24\",\"reason\":\"scans\",\"by\":\"night"
                    + " shift\",\"duration\":\"PT1H\"}";

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final SystemTime time = new SystemTime();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = GatewayRig.freePort();
    private Guard guard;

    private void start(Limits limits) {
        guard = new Guard(limits.build(), time, folder);
        Metrics metrics = new Metrics();
        vertx.deployVerticle(new GuardVerticle(guard, time, metrics)).await();
        vertx.deployVerticle(
                        new ManagementVerticle(
                                new ManagementConfig(port, "127.0.0.1"),
                                new Health(),
                                metrics,
                                new GuardRoutes(guard, time)::on))
                .await();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
        http.close();
    }

    private HttpResponse<String> call(String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void bansAreSetKeptListedAndLifted() throws Exception {
        start(new Limits());
        assertThat(call("PUT", "/bans", BAN).statusCode()).isEqualTo(200);
        var bans = Json.tree(call("GET", "/bans", null).body()).path("bans");
        assertThat(bans).hasSize(1);
        assertThat(bans.get(0).path("kind").asText()).isEqualTo("cidr");
        assertThat(bans.get(0).path("by").asText()).isEqualTo("night shift");
        assertThat(guard.banned(InetAddress.getByName("198.51.100.77"))).isTrue();
        Guard restarted = new Guard(Limits.none(), time, folder);
        restarted.load();
        assertThat(restarted.bans().size()).as("on disk before it was answered").isEqualTo(1);
        String lift = "/bans?kind=cidr&value=198.51.100.0/24";
        assertThat(call("DELETE", lift, null).statusCode()).isEqualTo(200);
        assertThat(call("DELETE", lift, null).statusCode()).isEqualTo(404);
        assertThat(guard.banned(InetAddress.getByName("198.51.100.77"))).isFalse();
        assertThat(call("GET", "/metrics", null).body()).contains("weir_mqtt_bans 0");
    }

    @Test
    void whatIsNoBanIsRefused() throws Exception {
        start(new Limits().with("bansMax", 1));
        for (String wrong :
                new String[] {
                    "",
                    "null",
                    "{}",
                    BAN.replace("/24", "/0"),
                    BAN.replace("cidr", "planet"),
                    BAN.replace("PT1H", "-PT1H"),
                    BAN.replace("PT1H", "PT9999999999999H"),
                    BAN.replace("\"by\"", "\"who\"")
                }) {
            assertThat(call("PUT", "/bans", wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(call("PUT", "/bans", " ".repeat(5000)).statusCode()).isEqualTo(413);
        assertThat(call("DELETE", "/bans?kind=planet&value=x", null).statusCode()).isEqualTo(400);
        assertThat(guard.bans().size()).isZero();
        assertThat(call("PUT", "/bans", BAN).statusCode()).isEqualTo(200);
        assertThat(call("PUT", "/bans", BAN.replace("198", "199")).statusCode()).isEqualTo(409);
    }

    @Test
    void drainGoesOnAndOff() throws Exception {
        start(new Limits());
        assertThat(call("PUT", "/drain", "").body()).isEqualTo("{\"draining\":true}");
        assertThat(guard.draining()).isTrue();
        assertThat(call("DELETE", "/drain", null).body()).isEqualTo("{\"draining\":false}");
        assertThat(guard.draining()).isFalse();
    }

    @Test
    void withATokenNobodyComesWithoutIt() throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, "0123456789abcdef0123\n");
        start(new Limits().tokenFile(file.toString()));
        assertThat(call("GET", "/bans", null).statusCode()).isEqualTo(401);
        assertThat(call("PUT", "/drain", "", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(guard.draining()).isFalse();
        assertThat(
                        call("GET", "/bans", null, "Authorization", "Bearer 0123456789abcdef0123")
                                .statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/health/live", null).statusCode()).isEqualTo(200);
        Files.writeString(file, "short");
        assertThatThrownBy(
                        () ->
                                new GuardRoutes(
                                        new Guard(
                                                new Limits().tokenFile(file.toString()).build(),
                                                time,
                                                folder),
                                        time))
                .hasMessageContaining("16 characters");
    }

    /** A page in an operator's browser whose name was made to point here. */
    @Test
    void withoutATokenTheNameOfTheHostMustBeLocal() throws Exception {
        start(new Limits());
        assertThat(named("evil.example")).contains(" 403 ");
        assertThat(named("localhost:" + port)).contains(" 200 ");
    }

    private String named(String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(
                            ("GET /bans HTTP/1.1\r\nHost: "
                                            + host
                                            + "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
