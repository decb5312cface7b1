package io.weir.runtime.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

class ManagementVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final Health health = new Health();
    private final ManagementVerticle management =
            new ManagementVerticle(new ManagementConfig(0, "127.0.0.1"), health, new Metrics());

    @BeforeEach
    void start() {
        vertx.deployVerticle(management).await();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void aPartThatIsDownTakesReadinessWithItAndNotTheProcess() throws Exception {
        health.register("link", () -> Health.Report.up(Map.of("peers", 2)));
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        health.register("disk", () -> Health.Report.down("full"));
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("\"why\":\"full\"");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void whatOnlyANewStartCanMendEndsTheProcessForItsSupervisor() throws Exception {
        AtomicReference<String> end = new AtomicReference<>();
        health.registerEnd("journal", end::get);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        end.set("a sync failed");
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").body()).contains("\"journal\":\"a sync failed\"");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + management.actualPort() + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
