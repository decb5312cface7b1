package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.tokens.Claims;
import io.weir.cloud.tokens.Sessions;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

class TokenTest {
    private static final Claims VENDOR =
            new Claims("TEST0000000000000002", Role.VENDOR, "/DEMO/", "sid");
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(Probe.CONTEXT)).context(new Probe(api.bus));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void unauthenticated(String token) {
        Reply reply = api.get("/probe/things", token);
        assertThat(reply.status()).as(token).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("UNAUTHENTICATED");
        assertThat(reply.json().path("status").asBoolean(true)).isFalse();
    }

    @Test
    @Tag("shows:A-016")
    void withoutAGoodTokenItIs401() {
        unauthenticated(null);
        unauthenticated("x");
        unauthenticated("a.b.c");
        assertThat(
                        api.send(
                                        "GET",
                                        "/probe/things",
                                        null,
                                        null,
                                        Map.of("Authorization", "Basic YTpi"))
                                .status())
                .isEqualTo(401);
        assertThat(api.send("GET", "/probe/things", null, null, Map.of("Token", "x")).status())
                .isEqualTo(401);
    }

    @Test
    void forgedExpiredUnsignedAndForeignTokensAre401() {
        String good = api.signed(VENDOR, 60);
        assertThat(api.get("/probe/things", good).status()).isEqualTo(200);
        var plain = new JWTOptions().setAlgorithm("HS512").setIssuer("weir");
        unauthenticated(api.signer.generateToken(VENDOR.json().put("exp", 1_600_000_000L), plain));
        unauthenticated(api.signer.generateToken(VENDOR.json(), plain)); // never ends
        unauthenticated(good.substring(0, good.length() - 4) + "AAAA");
        unauthenticated(swappedPayload(good));
        unauthenticated(unsigned("none"));
        unauthenticated(unsigned("None"));
        unauthenticated(unsigned("HS512"));
        JWTAuth stranger =
                JWTAuth.create(
                        api.vertx,
                        new JWTAuthOptions()
                                .addPubSecKey(
                                        new PubSecKeyOptions()
                                                .setAlgorithm("HS512")
                                                .setBuffer("not our secret ".repeat(5))));
        var options =
                new JWTOptions().setAlgorithm("HS512").setIssuer("weir").setExpiresInSeconds(60);
        unauthenticated(stranger.generateToken(VENDOR.json(), options));
        var otherIssuer =
                new JWTOptions().setAlgorithm("HS512").setIssuer("x").setExpiresInSeconds(60);
        unauthenticated(api.signer.generateToken(VENDOR.json(), otherIssuer));
    }

    @Test
    void aTokenOfOursThatLacksAClaimIs401() {
        for (String claim : List.of("uid", "role", "path", "sid")) {
            JsonObject json = VENDOR.json();
            json.remove(claim);
            var options =
                    new JWTOptions()
                            .setAlgorithm("HS512")
                            .setIssuer("weir")
                            .setExpiresInSeconds(60);
            unauthenticated(api.signer.generateToken(json, options));
            unauthenticated(api.signer.generateToken(VENDOR.json().put(claim, 7), options));
        }
    }

    @Test
    @Tag("shows:A-016")
    void anotherRoleIs403() {
        Reply reply = api.get("/probe/things", api.token(Role.DEALER, "/DEMO/A001/D001/"));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo("FORBIDDEN");
    }

    @Test
    void anEndedSessionIsOverOnEveryNodeBySignalAtOnceAndByPollingWithinSeconds() {
        String bySignal =
                api.signed(new Claims("TEST000000000000000A", Role.VENDOR, "/DEMO/", "s1"), 60);
        String byPoll =
                api.signed(new Claims("TEST000000000000000B", Role.VENDOR, "/DEMO/", "s2"), 60);
        assertThat(api.get("/probe/things", bySignal).status()).isEqualTo(200);
        assertThat(api.get("/probe/things", byPoll).status()).isEqualTo(200);
        api.bus.publish(Sessions.ENDED, new Sessions.Ended(List.of("s1")));
        overWithin(Duration.ofMillis(500), bySignal);
        // Another node ended it and the hint was lost: only the table knows.
        api.tx.system(
                c ->
                        c.query(
                                        "INSERT INTO tokens.session (sid, uid, expires_at,"
                                                + " ended_at) VALUES ('s2', 'TEST000000000000000B',"
                                                + " now(), now())")
                                .execute()
                                .await());
        overWithin(Duration.ofSeconds(2), byPoll);
    }

    private static void overWithin(Duration limit, String token) {
        long end = System.nanoTime() + limit.toNanos();
        while (api.get("/probe/things", token).status() == 200 && System.nanoTime() < end) {
            api.vertx.timer(20).await();
        }
        unauthenticated(token);
    }

    private static String swappedPayload(String token) {
        String[] parts = token.split("\\.");
        String payload =
                VENDOR.json()
                        .put("role", "PLATFORM")
                        .put("path", "/")
                        .put("exp", 4_000_000_000L)
                        .encode();
        return parts[0] + "." + base64(payload) + "." + parts[2];
    }

    private static String unsigned(String algorithm) {
        JsonObject payload = VENDOR.json().put("iss", "weir").put("exp", 4_000_000_000L);
        return base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}")
                + "."
                + base64(payload.encode())
                + ".";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
