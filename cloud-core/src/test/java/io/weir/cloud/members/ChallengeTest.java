package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

/** Limits of codes, and the image that must be read after failures. */
class ChallengeTest {
    private static MembersWorld w;

    @BeforeAll
    static void start() {
        w = new MembersWorld("aliyun", Duration.ofMinutes(1), 3, 2);
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    @Test
    @Tag("refuses:sendRegisterCode")
    @Tag("shows:A-044")
    void oneCodeAMinuteAndThreeAnHourToOneMobile() {
        String mobile = w.mobile();
        w.code(mobile);
        String path = "/users/code?vid=" + w.vid + "&mobile=" + mobile;
        Reply soon = w.api.get(path, null);
        assertThat(soon.status()).isEqualTo(429);
        assertThat(soon.code()).isEqualTo("TOO_MANY_CODES");
        assertThat(soon.header("Retry-After")).isNotEmpty();
        for (int i = 0; i < 2; i++) {
            aged(mobile);
            w.code(mobile);
        }
        aged(mobile);
        assertThat(w.api.get(path, null).json().path("message").asText()).contains("an hour");
        assertThat(w.sms.delivered.stream().filter(m -> m.mobile().equals(mobile))).hasSize(3);
    }

    @Test
    @Tag("stores:getChallenge")
    @Tag("refuses:login")
    @Tag("refuses:getChallenge")
    void afterFailuresAnImageMustBeRead() throws IOException {
        Map<String, String> xml = Map.of("Accept", "application/xml");
        assertThat(w.api.send("GET", "/challenges", null, null, xml).code())
                .isEqualTo("NOT_ACCEPTABLE");
        String mobile = w.mobile();
        w.member(mobile);
        Map<String, Object> good =
                new HashMap<>(Map.of("user", mobile, "vid", w.vid, "pwd", "secret"));
        Map<String, Object> bad = new HashMap<>(good);
        bad.put("pwd", "wrong");
        for (int i = 0; i < 2; i++) {
            assertThat(w.login(bad).code()).isEqualTo("BAD_CREDENTIALS");
        }
        Reply asked = w.login(good);
        assertThat(asked.status()).isEqualTo(422);
        assertThat(asked.code()).isEqualTo("CHALLENGE_REQUIRED");
        assertThat(asked.fields()).containsExactly("challenge_answer");

        Reply challenge = w.api.get("/challenges", null);
        String url = challenge.data().path("image").asText();
        byte[] png = Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(160);
        good.put("challenge_id", challenge.data().path("challenge_id").asText());
        good.put("challenge_answer", "no");
        assertThat(w.login(good).code()).isEqualTo("CHALLENGE_REQUIRED");

        Reply next = w.api.get("/challenges", null);
        String id = next.data().path("challenge_id").asText();
        good.put("challenge_id", id);
        good.put("challenge_answer", readAs(id, "ace4"));
        assertThat(w.login(good).status()).isEqualTo(201);
        good.remove("challenge_id");
        assertThat(w.login(good).status()).as("forgiven").isEqualTo(201);
        bad.put("challenge_id", id);
        bad.put("challenge_answer", "ACE4");
        w.login(bad);
        w.login(bad);
        assertThat(w.login(bad).code()).as("good once").isEqualTo("CHALLENGE_REQUIRED");
    }

    @Test
    @Tag("shows:A-051")
    @Tag("refuses:sendRegisterCode")
    void limitsTellNobodyWhoIsThere() {
        String known = w.mobile();
        w.member(known);
        for (String mobile : List.of(known, w.mobile())) {
            String account = "/users/" + w.vid + "." + mobile + "/rst/code";
            assertThat(w.api.get(account, null).status()).isEqualTo(200);
            counted(mobile);
            Reply next = w.api.get("/users/code?vid=" + w.vid + "&mobile=" + mobile, null);
            assertThat(next.code()).as(mobile).isEqualTo("TOO_MANY_CODES");
        }
    }

    @Test
    @Tag("shows:A-051")
    @Tag("refuses:login")
    void failuresOfLoginsByCodeTellNobodyWhoIsThere() {
        String known = w.mobile();
        w.member(known);
        for (String mobile : List.of(known, w.mobile())) {
            var wrong = Map.of("user", mobile, "vid", w.vid, "code", "000000");
            assertThat(w.login(wrong).code()).isEqualTo("BAD_CREDENTIALS");
            assertThat(w.login(wrong).code()).isEqualTo("BAD_CREDENTIALS");
            Reply next = w.api.get("/users/code?vid=" + w.vid + "&mobile=" + mobile, null);
            assertThat(next.code()).as(mobile).isEqualTo("CHALLENGE_REQUIRED");
            assertThat(next.fields()).containsExactly("challenge_answer");
        }
    }

    @Test
    @Tag("shows:A-051")
    @Tag("refuses:sendResetCode")
    @Tag("refuses:resetPassword")
    void afterWrongCodesAnImageMustBeReadForANewOneWhoeverItIs() {
        String known = w.mobile();
        w.member(known);
        for (String mobile : List.of(known, w.mobile())) {
            String path = "/users/" + w.vid + "." + mobile + "/rst";
            var wrong = Map.of("pwd", "new secret", "code", "000000");
            for (int i = 0; i < 2; i++) {
                Reply bad = w.put(path, null, wrong);
                assertThat(bad.code()).isEqualTo("BAD_CODE");
                assertThat(bad.fields()).containsExactly("code");
            }
            Reply asked = w.api.get(path + "/code", null);
            assertThat(asked.code()).as(mobile).isEqualTo("CHALLENGE_REQUIRED");
            assertThat(asked.fields()).containsExactly("challenge_answer");
            assertThat(w.api.get(path + "/code?" + image(), null).status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("refuses:setPassword")
    void whoForgotTheOldPasswordReadsAnImageToo() {
        String uid = w.member(w.mobile());
        String path = "/users/" + uid + "/pwd";
        Map<String, Object> body = new HashMap<>(Map.of("old_pwd", "no", "new_pwd", "better one"));
        for (int i = 0; i < 2; i++) {
            assertThat(w.put(path, w.token(uid), body).fields()).containsExactly("old_pwd");
        }
        body.put("old_pwd", "secret");
        assertThat(w.put(path, w.token(uid), body).code()).isEqualTo("CHALLENGE_REQUIRED");
        for (String field : image().split("&")) {
            body.put(
                    field.substring(0, field.indexOf('=')),
                    field.substring(field.indexOf('=') + 1));
        }
        assertThat(w.put(path, w.token(uid), body).status()).isEqualTo(201);
    }

    @Test
    @Tag("refuses:sendRegisterCode")
    @Tag("refuses:sendResetCode")
    @Tag("shows:A-176")
    void aPlatformWithoutAChannelSaysSo() {
        try (var silent = new MembersWorld("none", Duration.ZERO, 5, 5)) {
            String mobile = silent.mobile();
            silent.member(mobile);
            for (String path :
                    List.of(
                            "/users/code?vid=" + silent.vid + "&mobile=" + mobile,
                            "/users/" + silent.vid + "." + mobile + "/rst/code",
                            "/users/" + silent.vid + ".13999999999/rst/code")) {
                Reply reply = silent.api.get(path, null);
                assertThat(reply.status()).as(path).isEqualTo(503);
                assertThat(reply.code()).isEqualTo("SMS_UNAVAILABLE");
            }
        }
    }

    @Test
    @Tag("shows:A-176")
    void aKeyThatTheServiceDoesNotKnowSendsNothing() {
        int before = w.sms.delivered.size();
        var config = TestMembers.withSecret(w.sms.url(), "not-the-secret");
        assertThat(config.toString()).doesNotContain("not-the-secret");
        var channel = new AliyunSms(w.api.vertx, w.api.time, config);
        assertThatThrownBy(() -> channel.send("13900000000", "123456"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("SMS_UNAVAILABLE"));
        assertThat(w.sms.delivered).hasSize(before);
    }

    /** An image that was read, as query. */
    private static String image() {
        String id = w.api.get("/challenges", null).data().path("challenge_id").asText();
        return "challenge_id=" + id + "&challenge_answer=" + readAs(id, "ACE4");
    }

    /** Codes for a forgotten password are counted after the answer. */
    private static void counted(String mobile) {
        String sql = "SELECT count(*) FROM members.code WHERE mobile = '" + mobile + "'";
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end
                && w.api.db.system().query(sql).execute().await().iterator().next().getLong(0)
                        == 0) {
            w.api.vertx.timer(20).await();
        }
    }

    @Test
    void everyLetterOfAnImageCanBeDrawn() throws IOException {
        byte[] png = new ChallengeImage().png(ChallengeImage.LETTERS);
        assertThat(ImageIO.read(new ByteArrayInputStream(png))).isNotNull();
    }

    /** A test can't read images: it says what this one shows. */
    private static String readAs(String id, String word) {
        var sealed = Secrets.sealed(word);
        w.api.db
                .system()
                .preparedQuery("UPDATE members.challenge SET salt = $2, hash = $3 WHERE id = $1")
                .execute(
                        io.vertx.sqlclient.Tuple.of(
                                id,
                                io.vertx.core.buffer.Buffer.buffer(sealed.salt()),
                                io.vertx.core.buffer.Buffer.buffer(sealed.hash())))
                .await();
        return word;
    }

    private static void aged(String mobile) {
        w.api.db
                .system()
                .query(
                        "UPDATE members.code SET created_at = created_at - interval '2 minutes'"
                                + " WHERE mobile = '"
                                + mobile
                                + "'")
                .execute()
                .await();
    }
}
