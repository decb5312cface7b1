package io.weir.edge.http;

import static io.weir.edge.GatewayRig.await;
import static io.weir.edge.GatewayRig.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.RegistrationApi.Activated;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.FakeLog.Logged;
import io.weir.edge.TestProducts;
import io.weir.edge.guard.GuardConfig;
import io.weir.edge.guard.Limits;
import io.weir.edge.http.HttpRig.Reply;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Devices that post over HTTP, against the real listener. */
class HttpIngestTest {
    private static final String POST = topic("dev-01", "event/property/post");
    private static final String BODY = "{\"id\":\"1\",\"params\":{\"total_ml\":%d}}";

    @TempDir private Path folder;
    private HttpRig rig;

    @AfterEach
    void stop() {
        rig.close();
    }

    private void start(GuardConfig limits) {
        rig = new HttpRig(folder, limits);
    }

    @Test
    @Tag("cell:property-post/http/java-http-client")
    void aPostIsJournaledAndMeteredLikeOverMqttThenAnswered() {
        start(Limits.none());
        String token = rig.token("dev-01");
        Reply first = rig.publish(token, POST, BODY.formatted(10));
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body())
                .matches(
                        "\\{\"code\":0,\"message\":\"success\",\"info\":\\{\"messageId\":[0-9]{16,19}}}");
        rig.publish(token, POST, BODY.formatted(20));
        List<Logged> kept = rig.gateway.log.of(FactKind.PROPERTY_POST);
        assertThat(kept)
                .extracting(Logged::text)
                .containsExactly("{\"total_ml\":10}", "{\"total_ml\":20}");
        assertThat(kept).extracting(k -> k.entry().device()).containsOnly(TestProducts.DEVICE);
        assertThat(kept).extracting(k -> k.entry().epoch()).containsOnly(1L);
        assertThat(rig.gateway.inlet.reports)
                .extracting(r -> r.totalMl())
                .containsExactly(10L, 20L);
        assertThat(rig.gateway.log.of(FactKind.ONLINE)).isEmpty();
        assertThat(
                        rig.gateway.count(
                                "weir.ingest.messages",
                                "transport",
                                "http",
                                "kind",
                                "property_post",
                                "outcome",
                                "accepted"))
                .isEqualTo(2);
        assertThat(rig.activated).containsExactly(new Activated("gw-1", TestProducts.DEVICE));
        assertThat(rig.hellos).contains(new Hello("gw-1", "gw1.example", 1883));
    }

    @Test
    void nothingIsAnsweredBeforeTheJournalsSync() throws Exception {
        start(Limits.none());
        String token = rig.token("dev-01");
        rig.publish(token, POST, BODY.formatted(1));
        rig.gateway.log.hold = true;
        var reply =
                CompletableFuture.supplyAsync(() -> rig.publish(token, POST, BODY.formatted(2)));
        await(() -> rig.gateway.log.waiting() == 1);
        assertThat(reply).isNotDone();
        assertThat(rig.gateway.inlet.reports).hasSize(1);
        rig.gateway.log.sync();
        assertThat(reply.get().body()).contains("\"code\":0");
        assertThat(rig.gateway.inlet.reports).hasSize(2);
        rig.gateway.log.hold = false;
        rig.gateway.log.refuse = true;
        assertThat(rig.publish(token, POST, BODY.formatted(3)).body())
                .isEqualTo("{\"code\":30001,\"message\":\"publish message error\"}");
        assertThat(rig.gateway.inlet.reports).hasSize(2);
    }

    @Test
    void whoseTokenItIsIsCheckedWithEveryPost() {
        start(Limits.none());
        String token = rig.token("dev-01");
        assertThat(code("", POST)).isEqualTo(20002);
        assertThat(code("nonsense", POST)).isEqualTo(20003);
        assertThat(code(token.substring(0, token.length() - 2) + "xx", POST)).isEqualTo(20003);
        var device = rig.gateway.registry.find(TestProducts.DEVICE);
        assertThat(code(rig.ingest.tokens.make(device, Instant.now().minusSeconds(2)), POST))
                .isEqualTo(20001);
        assertThat(code(token, topic("dev-02", "event/property/post"))).isEqualTo(10001);
        assertThat(code(token, POST + "?a=b")).isEqualTo(10001);
        assertThat(code(token, topic("dev-01", "service/property/set_reply"))).isEqualTo(10001);
        assertThat(rig.gateway.log.entries).isEmpty();

        // Another secret, or none any more, ends the token at once.
        tell(
                new DeviceGrant(
                        TestProducts.DEVICE,
                        TestProducts.PK,
                        "dev-01",
                        "p",
                        "other",
                        true,
                        null,
                        null,
                        null));
        await(() -> code(token, POST) == 20003);
        tell(TestProducts.device(TestProducts.DEVICE, "dev-01"));
        await(() -> code(token, POST) == 0);
        tell(TestProducts.unusable(TestProducts.DEVICE, "dev-01", "DISABLED"));
        await(() -> code(token, POST) == 20000);
    }

    private long version = 1;

    private void tell(DeviceGrant grant) {
        long next = ++version;
        rig.gateway.link.answer(
                DevicesApi.CHANGES,
                q ->
                        new DevicesApi.Changes(
                                next,
                                false,
                                q.since() >= next ? List.of() : List.of(grant),
                                List.of()));
        rig.gateway.link.signal(EdgeApi.REGISTRY_CHANGED, new EdgeApi.RegistryChanged(next));
    }

    @Test
    void whoCannotShowItsSecretGetsNoToken() {
        start(Limits.none());
        assertThat(rig.login("{")).isEqualTo("{\"code\":10001,\"message\":\"param error\"}");
        assertThat(rig.login(HttpRig.auth("dev-01", "00"))).contains("\"code\":20000");
        assertThat(rig.login(HttpRig.auth("nobody", "00"))).contains("\"code\":20000");
        assertThat(rig.login(HttpRig.auth("dev-03", "00"))).contains("\"code\":20000");
        rig.gateway.link.up(false);
        assertThat(rig.login(HttpRig.auth("nobody2", "00"))).contains("\"code\":10000");
        assertThat(rig.token("dev-01")).isNotEmpty();
    }

    @Test
    void aDeviceThatPostsTooFastHears40000AndOthersAreUnharmed() {
        start(new Limits().with("deviceMessages", 5).build());
        String token = rig.token("dev-01");
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            codes.add(code(token, POST));
        }
        assertThat(codes).contains(0, 40000);
        assertThat(codes.stream().filter(c -> c == 0).count()).isBetween(5L, 15L);
        assertThat(code(rig.token("dev-02"), topic("dev-02", "event/property/post"))).isZero();
        assertThat(rig.gateway.log.of(FactKind.PROPERTY_POST))
                .hasSize((int) codes.stream().filter(c -> c == 0).count() + 1);
    }

    @Test
    void moreAtOnceThanTheJournalHasConfirmedIsRefused() throws Exception {
        start(Limits.none());
        String token = rig.token("dev-01");
        rig.publish(token, POST, BODY.formatted(1));
        rig.gateway.log.hold = true;
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int ml = i;
            replies.add(
                    CompletableFuture.supplyAsync(
                            () -> rig.publish(token, POST, BODY.formatted(ml))));
        }
        await(() -> replies.stream().filter(CompletableFuture::isDone).count() == 4);
        rig.gateway.log.sync();
        long fine = 0;
        for (var reply : replies) {
            fine += reply.get().body().contains("\"code\":0") ? 1 : 0;
        }
        assertThat(fine).isEqualTo(4);
    }

    @Test
    void postsOfAConnectedDeviceCountAsItsConnections() {
        start(Limits.none());
        var mqtt = rig.gateway.device("dev-01");
        await(() -> rig.gateway.lines.find(TestProducts.DEVICE) != null);
        long connection = rig.gateway.lines.find(TestProducts.DEVICE).connection();
        long epoch = rig.gateway.lines.find(TestProducts.DEVICE).epoch();
        rig.publish(rig.token("dev-01"), POST, BODY.formatted(5));
        var kept = rig.gateway.log.of(FactKind.PROPERTY_POST).getFirst();
        assertThat(kept.entry().epoch()).isEqualTo(epoch);
        assertThat(rig.gateway.inlet.reports.getFirst().connection()).isEqualTo(connection);
        mqtt.close();
    }

    private int code(String token, String topic) {
        String body = rig.publish(token, topic, BODY.formatted(7)).body();
        return Integer.parseInt(body.substring(8, body.indexOf(',')));
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedHoweverItComes() {
        start(Limits.none());
        String token = rig.token("dev-01");
        byte[] large = new byte[131_073];
        Reply reply =
                rig.post("/topic" + POST, "application/octet-stream", large, "password", token);
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.body()).contains("\"code\":10001");
        String chunked =
                "POST /auth HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + ("ff0\r\n" + "x".repeat(0xff0) + "\r\n").repeat(3);
        assertThat(rig.raw(chunked)).startsWith("HTTP/1.1 413 ");
        byte[] most = "x".repeat(131_072).getBytes(StandardCharsets.UTF_8);
        assertThat(
                        rig.post(
                                        "/topic" + POST,
                                        "application/octet-stream",
                                        most,
                                        "password",
                                        token)
                                .body())
                .contains("\"code\":0");
    }
}
