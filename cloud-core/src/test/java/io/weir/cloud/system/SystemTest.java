package io.weir.cloud.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.json.JsonObject;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.runtime.health.Health;
import io.weir.runtime.health.Health.Report;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;

/** What runs where (OMS 7.1, 7.2), under both prefixes. */
class SystemTest {
    private static final AtomicBoolean WELL = new AtomicBoolean(true);
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(SystemRoutes.CONTEXT));
        var health = new Health();
        health.register("ingest-facts", () -> WELL.get() ? Report.up() : Report.down("no Kafka"));
        var settings =
                EffectiveSettings.of(
                        "members",
                        new JsonObject()
                                .put("smsSecret", "")
                                .put("sms", "none")
                                .put("accessToken", "PT15M"),
                        Map.of("WEIR_MEMBERS_SMS", "aliyun", "WEIR_MEMBERS_SMS_SECRET", "hush"));
        api.context(
                new SystemVerticle(
                        new SystemConfig(
                                Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofDays(1)),
                        new Node(
                                "cloud-1",
                                "cloud",
                                List.of("members", "ingest-facts"),
                                health,
                                Map.of("members", settings)),
                        api.bus,
                        api.tx,
                        api.time));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Reply ask(String path) {
        return api.post(path, api.token(Role.PLATFORM, "/"), Map.of());
    }

    private static String state(String node, String service) {
        return StreamSupport.stream(ask("/pms/system/service/list").data().spliterator(), false)
                .filter(s -> s.path("node").asText().equals(node))
                .filter(s -> s.path("service").asText().equals(service))
                .map(s -> s.path("state").asText() + " " + s.path("why").asText())
                .findFirst()
                .orElse("");
    }

    @Test
    @Tag("stores:getSystemSettings")
    @Tag("refuses:getSystemSettings")
    @Tag("shows:O-048")
    @Tag("shows:O-006")
    void settingsInForceAreToldWithoutSecrets() {
        JsonNode settings = ask("/pms/system/setting/info").data().at("/settings/members");
        assertThat(settings.path("sms").asText()).as("the environment's").isEqualTo("aliyun");
        assertThat(settings.path("smsSecret").asText()).isEqualTo("***");
        assertThat(settings.path("accessToken").asText()).isEqualTo("PT15M");
        assertThat(ask("/oms/system/setting/info").data())
                .isEqualTo(ask("/pms/system/setting/info").data());
        String vendor = api.token(Role.VENDOR, "/DEMO/");
        assertThat(api.post("/pms/system/setting/info", vendor, Map.of()).code())
                .isEqualTo("FORBIDDEN");
        assertThat(api.get("/pms/system/setting/info", vendor).status()).isEqualTo(405);
    }

    @Test
    @Tag("stores:listServices")
    @Tag("refuses:listServices")
    @Tag("shows:O-049")
    void whatIsDownOrLostShows() throws InterruptedException {
        assertThat(state("cloud-1", "members")).isEqualTo("UP ");
        WELL.set(false);
        for (int i = 0; i < 50 && !state("cloud-1", "ingest-facts").startsWith("DOWN"); i++) {
            Thread.sleep(100);
        }
        assertThat(state("cloud-1", "ingest-facts")).isEqualTo("DOWN no Kafka");
        WELL.set(true);
        api.db
                .system()
                .query(
                        "INSERT INTO system.node VALUES ('cloud-2', 'cloud', '{\"ota\":\"\"}',"
                                + " now() - interval '1 minute')")
                .execute()
                .await();
        assertThat(state("cloud-2", "ota")).startsWith("LOST");
        String vendor = api.token(Role.VENDOR, "/DEMO/");
        assertThat(api.post("/pms/system/service/list", vendor, Map.of()).code())
                .isEqualTo("FORBIDDEN");
    }
}
