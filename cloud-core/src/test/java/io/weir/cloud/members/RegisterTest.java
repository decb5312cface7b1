package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Codes by SMS and what they open: registration, login, a new mobile, a forgotten password. */
class RegisterTest {
    private static MembersWorld w;

    @BeforeAll
    static void start() {
        w = new MembersWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    @Test
    @Tag("stores:sendRegisterCode")
    @Tag("stores:registerUser")
    @Tag("shows:A-044")
    @Tag("shows:A-045")
    @Tag("shows:A-007")
    @Tag("shows:A-176")
    void aCodeMakesAMemberWhoLogsInByCodeUntilAPasswordIsSet() {
        String mobile = w.mobile();
        Reply born = w.register(mobile, w.code(mobile), "email", "wen@example.com");
        assertThat(born.status()).isEqualTo(201);
        String uid = born.data().path("uid").asText();
        assertThat(uid).matches("DEMO[0-9A-F]{16}");
        assertThat(w.sms.delivered.getLast().sign()).isEqualTo("Weir");

        Map<String, String> byCode = Map.of("user", mobile, "vid", w.vid, "code", w.code(mobile));
        Reply in = w.login(byCode);
        assertThat(in.status()).isEqualTo(201);
        assertThat(in.data().path("uid").asText()).isEqualTo(uid);
        assertThat(w.login(byCode).code()).as("good once").isEqualTo("BAD_CREDENTIALS");

        String token = in.data().path("access_token").asText();
        assertThat(w.api.get("/users/" + uid, token).data().path("email").asText())
                .isEqualTo("wen@example.com");
        assertThat(
                        w.put("/users/" + uid + "/pwd", token, Map.of("new_pwd", "my password"))
                                .status())
                .isEqualTo(201);
        assertThat(w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "my password")).status())
                .isEqualTo(201);
    }

    @Test
    @Tag("refuses:registerUser")
    void aCodeIsGoodOnceForOneMobileOfOneVendorAndDiesWithItsTries() {
        String mobile = w.mobile();
        String code = w.code(mobile);
        assertThat(w.register(w.mobile(), code).code()).isEqualTo("BAD_CODE");
        assertThat(w.register(mobile, code, "vid", w.otherVid).code()).isEqualTo("BAD_CODE");
        String wrong = code.equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 3; i++) {
            Reply reply = w.register(mobile, wrong);
            assertThat(reply.status()).isEqualTo(422);
            assertThat(reply.fields()).containsExactly("code");
        }
        assertThat(w.register(mobile, code).code()).as("tried too often").isEqualTo("BAD_CODE");
        assertThat(w.register(mobile, w.code(mobile)).status()).isEqualTo(201);
        Reply again = w.register(mobile, w.code(mobile));
        assertThat(again.code()).isEqualTo("MOBILE_TAKEN");
        assertThat(again.fields()).containsExactly("mobile");
    }

    @Test
    @Tag("refuses:registerUser")
    void aLateCodeIsNoGood() {
        String mobile = w.mobile();
        String code = w.code(mobile);
        sql("UPDATE members.code SET expires_at = now() WHERE mobile = '" + mobile + "'");
        assertThat(w.register(mobile, code).code()).isEqualTo("BAD_CODE");
    }

    @Test
    @Tag("shows:A-061")
    @Tag("shows:A-178")
    @Tag("shows:A-026")
    void theReferrerIsAMemberOfTheSameVendor() {
        String referrer = w.member(w.mobile());
        String mobile = w.mobile();
        String code = w.code(mobile);
        Reply unknown = w.register(mobile, code, "rid", "DEMO00000000FFFFFFFF");
        assertThat(unknown.code()).isEqualTo("UNKNOWN_REFERRER");
        assertThat(unknown.fields()).containsExactly("rid");
        Reply born = w.register(mobile, code, "rid", referrer); // the code is still good
        String uid = born.data().path("uid").asText();
        assertThat(w.api.get("/users/" + uid, w.vendor()).data().path("rid").asText())
                .isEqualTo(referrer);
        assertThat(w.api.get("/users?rid=" + referrer, w.vendor()).json().path("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void oneMobileAtOnceMakesOneMember() throws Exception {
        String mobile = w.mobile();
        String code = w.code(mobile);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> both =
                    List.of(
                            () -> w.register(mobile, code).status(),
                            () -> w.register(mobile, code).status(),
                            () -> w.register(mobile, code).status());
            List<Integer> statuses =
                    threads.invokeAll(both).stream().map(Future::resultNow).sorted().toList();
            assertThat(statuses).containsExactly(201, 422, 422);
        }
    }

    @Test
    @Tag("refuses:sendRegisterCode")
    void anUnknownVendorAndALimitOfTheChannelAreToldApart() {
        Reply unknown = w.api.get("/users/code?vid=00000000000000FF&mobile=13911111111", null);
        assertThat(unknown.status()).isEqualTo(404);
        w.sms.limit("13922222222");
        Reply limited = w.api.get("/users/code?vid=" + w.vid + "&mobile=13922222222", null);
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.code()).isEqualTo("TOO_MANY_CODES");
    }

    @Test
    @Tag("stores:sendMobileCode")
    @Tag("stores:setMobile")
    @Tag("refuses:setMobile")
    @Tag("refuses:sendMobileCode")
    @Tag("shows:A-049")
    @Tag("shows:A-050")
    void aMobileChangesWithTheCodeThatCameToTheNewOne() {
        String uid = w.member(w.mobile());
        String other = w.mobile();
        w.member(other);
        String fresh = w.mobile();
        String path = "/users/" + uid + "/mob";
        assertThat(w.api.get(path + "/code?mobile=" + fresh, w.token(uid)).status()).isEqualTo(200);
        String code = w.sms.code(fresh);
        Reply wrong = w.put(path, w.token(uid), Map.of("mobile", w.mobile(), "code", code));
        assertThat(wrong.code()).isEqualTo("BAD_CODE");
        assertThat(w.put(path, w.token(uid), Map.of("mobile", fresh, "code", code)).status())
                .isEqualTo(201);
        assertThat(w.api.get("/users/" + uid, w.token(uid)).data().path("mobile").asText())
                .isEqualTo(fresh);
        w.api.get(path + "/code?mobile=" + other, w.token(uid));
        Reply taken = w.put(path, w.token(uid), Map.of("mobile", other, "code", w.sms.code(other)));
        assertThat(taken.code()).isEqualTo("MOBILE_TAKEN");
        String stranger = w.member(w.mobile());
        assertThat(w.api.get(path + "/code?mobile=" + fresh, w.token(stranger)).status())
                .isEqualTo(404);
    }

    @Test
    @Tag("stores:sendResetCode")
    @Tag("stores:resetPassword")
    @Tag("refuses:resetPassword")
    @Tag("shows:A-051")
    @Tag("shows:A-052")
    void aForgottenPasswordIsSetWithACodeAndNobodyLearnsWhoIsThere() {
        String mobile = w.mobile();
        String uid = w.member(mobile);
        Reply in = w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "secret"));
        String refresh = in.data().path("refresh_token").asText();
        int before = w.sms.delivered.size();
        String path = "/users/" + w.vid + "." + mobile + "/rst";
        Reply known = w.api.get(path + "/code", null);
        Reply unknown = w.api.get("/users/" + w.vid + ".13999999999/rst/code", null);
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.json()).isEqualTo(known.json());
        await(() -> w.sms.delivered.size() > before);
        assertThat(w.sms.delivered).hasSize(before + 1);
        String code = w.sms.code(mobile);
        Map<String, String> body = Map.of("pwd", "new secret", "code", code);
        Reply stranger = w.put("/users/" + w.vid + ".13999999999/rst", null, body);
        assertThat(stranger.code()).isEqualTo("BAD_CODE");
        assertThat(w.put(path, null, body).status()).isEqualTo(201);
        Reply used = w.put("/users/" + uid + "/rst", null, body);
        assertThat(used.code()).isEqualTo("BAD_CODE");
        assertThat(used.json()).isEqualTo(stranger.json());
        assertThat(w.login(Map.of("user", mobile, "vid", w.vid, "pwd", "new secret")).status())
                .isEqualTo(201);
        assertThat(w.api.post("/auth/refresh", null, Map.of("refresh_token", refresh)).code())
                .as("old sessions are over")
                .isEqualTo("BAD_REFRESH_TOKEN");
    }

    private static void sql(String text) {
        w.api.db.system().query(text).execute().await();
    }

    private static void await(java.util.function.BooleanSupplier done) {
        for (int i = 0; i < 100 && !done.getAsBoolean(); i++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
