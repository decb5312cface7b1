package io.weir.cloud.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
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
    void afterFailuresAnImageMustBeRead() throws IOException {
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
