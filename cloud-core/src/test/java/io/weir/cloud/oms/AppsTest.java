package io.weir.cloud.oms;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.vendors.TestVendors;
import io.weir.cloud.vendors.VendorsRoutes;
import io.weir.cloud.vendors.VendorsVerticle;
import io.weir.model.access.Role;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Apps and the tokens that they get for signatures (OMS 6.1, O-003, O-010, O-047). */
class AppsTest {
    /** Past the door; nobody serves it here. */
    private static final String OMS = "/oms/product/list";

    private static final AtomicLong CLOCK = new AtomicLong(System.currentTimeMillis());
    private static ApiFixture api;
    private static String vid;

    private record App(String id, String secret) {}

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(
                ApiFixture.CONFIG,
                List.of(OmsRoutes.CONTEXT, OmsRoutes.APPS, VendorsRoutes.CONTEXT));
        var config =
                new OmsConfig(
                        "devices.key",
                        "",
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1));
        var data = TestVendors.data();
        api.context(new OmsVerticle(config, data, api.bus, api.tx, api.time, api.key));
        api.context(
                new VendorsVerticle(TestVendors.CONFIG, data, api.bus, api.tx, api.time, Set.of()));
        vid =
                api.bus
                        .call(
                                VendorOps.CREATE_TENANT,
                                new CreateTenant("VENDOR", "/", "DEMO", "DEMO", null),
                                Call.system("test"))
                        .await()
                        .id();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String platform() {
        return api.token(Role.PLATFORM, "/");
    }

    private static App issue() {
        Reply reply = api.post("/apps", platform(), Map.of("vid", vid, "name", "erp"));
        assertThat(reply.status()).isEqualTo(201);
        return new App(reply.data().path("app_id").asText(), reply.data().path("secret").asText());
    }

    private static String stamp() {
        return String.valueOf(CLOCK.incrementAndGet());
    }

    private static Reply token(App app, Object stamp, String sign, Object... more) {
        Map<String, Object> body =
                new HashMap<>(Map.of("app_id", app.id(), "timestamp", stamp, "sign", sign));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return api.post("/oms/auth/token", null, body);
    }

    private static Reply token(App app) {
        String stamp = stamp();
        return token(app, stamp, md5(app.id() + stamp + app.secret()));
    }

    @Test
    @Tag("stores:issueApp")
    @Tag("stores:omsToken")
    @Tag("refuses:omsToken")
    @Tag("refuses:issueApp")
    @Tag("shows:O-003")
    @Tag("shows:O-007")
    @Tag("shows:O-010")
    @Tag("shows:O-047")
    void aSignatureGivesATokenOnce() {
        App app = issue();
        String stamp = stamp();
        String sign = md5(app.id() + stamp + app.secret());
        Reply first = token(app, stamp, sign);
        assertThat(first.status()).isEqualTo(201);
        String token = first.data().path("token").asText();
        Map<String, String> header = Map.of("Token", token);
        assertThat(api.send("POST", OMS, null, "{}", header).status()).isEqualTo(503);
        Reply beyond = api.send("GET", "/vendors/me", null, null, header);
        assertThat(beyond.code()).as("for OMS alone").isEqualTo("FORBIDDEN");
        assertThat(token(app, stamp, sign).code()).isEqualTo("REPLAYED");
        String upper = stamp();
        assertThat(
                        token(
                                        app,
                                        upper,
                                        md5(app.id() + upper + app.secret())
                                                .toUpperCase(java.util.Locale.ROOT))
                                .status())
                .isEqualTo(201);
        long seconds = CLOCK.get() / 1000;
        assertThat(token(app, seconds, md5(app.id() + seconds + app.secret())).status())
                .as("seconds, as a number")
                .isEqualTo(201);
        String hmac = stamp();
        assertThat(
                        token(
                                        app,
                                        hmac,
                                        hmac(app.secret(), app.id() + hmac),
                                        "sign_method",
                                        "HMAC-SHA256")
                                .status())
                .isEqualTo(201);
        assertThat(
                        api.post(
                                        "/apps",
                                        platform(),
                                        Map.of("vid", "00000000000000FF", "name", "x"))
                                .fields())
                .containsExactly("vid");
    }

    @Test
    @Tag("refuses:omsToken")
    void whateverIsWrongTheAnswerIsTheSame() {
        App app = issue();
        String stamp = stamp();
        Reply wrong = token(app, stamp, md5("wrong"));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.code()).isEqualTo("BAD_SIGNATURE");
        App nobody = new App("app0000", app.secret());
        assertThat(token(nobody).json()).isEqualTo(wrong.json());
        String old = String.valueOf(CLOCK.get() - Duration.ofMinutes(6).toMillis());
        assertThat(token(app, old, md5(app.id() + old + app.secret())).json())
                .isEqualTo(wrong.json());
        String early = String.valueOf(CLOCK.get() + Duration.ofMinutes(6).toMillis());
        assertThat(token(app, early, md5(app.id() + early + app.secret())).json())
                .isEqualTo(wrong.json());
        // A wrong signature does not use the timestamp up.
        assertThat(token(app, stamp, md5(app.id() + stamp + app.secret())).status()).isEqualTo(201);
    }

    @Test
    void ofOneSignatureSentTwiceAtOnceExactlyOneIsTaken() throws Exception {
        App app = issue();
        String stamp = stamp();
        String sign = md5(app.id() + stamp + app.secret());
        Callable<Integer> one = () -> token(app, stamp, sign).status();
        try (var threads = Executors.newFixedThreadPool(3)) {
            assertThat(
                            threads.invokeAll(List.of(one, one, one)).stream()
                                    .map(Future::resultNow)
                                    .sorted())
                    .containsExactly(201, 401, 401);
        }
    }

    @Test
    @Tag("stores:rotateApp")
    @Tag("stores:revokeApp")
    @Tag("stores:listApps")
    @Tag("refuses:rotateApp")
    @Tag("refuses:revokeApp")
    @Tag("refuses:listApps")
    void secretsRotateWithGraceAndRevocationIsTheEnd() {
        App app = issue();
        Reply rotated = api.post("/apps/" + app.id() + "/rotate", platform(), Map.of());
        App fresh = new App(app.id(), rotated.data().path("secret").asText());
        assertThat(fresh.secret()).isNotEqualTo(app.secret());
        assertThat(token(app).status()).as("within the grace").isEqualTo(201);
        String token = token(fresh).data().path("token").asText();
        sql("UPDATE oms.app SET old_until = now() WHERE app_id = '" + app.id() + "'");
        assertThat(token(app).code()).isEqualTo("BAD_SIGNATURE");
        String list = api.get("/apps?vid=" + vid, platform()).json().toString();
        assertThat(list).contains(app.id()).doesNotContain(fresh.secret());
        assertThat(api.get("/apps", api.token(Role.VENDOR, "/DEMO/")).code())
                .isEqualTo("FORBIDDEN");

        assertThat(api.post(OMS, token, Map.of()).status()).isEqualTo(503);
        assertThat(api.send("DELETE", "/apps/" + app.id(), platform(), null, Map.of()).status())
                .isEqualTo(204);
        assertThat(api.post(OMS, token, Map.of()).status()).isEqualTo(401);
        assertThat(token(fresh).code()).isEqualTo("BAD_SIGNATURE");
        assertThat(api.send("DELETE", "/apps/" + app.id(), platform(), null, Map.of()).code())
                .isEqualTo("GONE");
        assertThat(api.post("/apps/appnone/rotate", platform(), Map.of()).code())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void theSecretLiesSealed() {
        App app = issue();
        String stored =
                api.db
                        .system()
                        .query(
                                "SELECT encode(sealed, 'escape') FROM oms.app WHERE app_id = '"
                                        + app.id()
                                        + "'")
                        .execute()
                        .await()
                        .iterator()
                        .next()
                        .getString(0);
        assertThat(stored).doesNotContain(app.secret());
        assertThat(Json.text(app)).contains(app.secret());
    }

    private static void sql(String text) {
        api.db.system().query(text).execute().await();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("MD5")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
