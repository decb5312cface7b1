package io.weir.runtime.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Locale;
import java.util.Map;

/** The vectors of facts: alink.md, section 1, by their numbers. */
class AlinkSignTest {
    private static final String DS = "ds0123456789abcdef0123456789abcd";
    private static final String PS = "ps0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "MD5, 58f7fb5c188450ae48de24e595090972",
        "SHA1, 2a5b15eb143c6bcbf33fbacd8fff1b794cddd31c",
        "SHA256, 66346c3cc1895dda7a6ed3f8c1a2ae97e5cd4f9d20478ac9418be0aeb9bc8020"
    })
    void registrationIsSignedUnderTheProductsSecret(AlinkSign method, String hex) {
        String content =
                AlinkSign.content(
                        Map.of(
                                "productKey", "pkDemo00001",
                                "deviceName", "dev-01",
                                "random", "123"));
        assertThat(content).isEqualTo("deviceNamedev-01productKeypkDemo00001random123");
        assertThat(method.sign(PS, content)).isEqualTo(hex);
        assertThat(method.matches(PS, content, hex.toUpperCase(Locale.ROOT))).isTrue();
    }

    @Test
    void httpAuthIsSignedOverWhatCameBesidesVersionAndSign() {
        String eleventh =
                AlinkSign.content(
                        Map.of(
                                "clientId", "127.0.0.1",
                                "deviceName", "dev-01",
                                "productKey", "pkDemo00001",
                                "timestamp", "1567003778853"));
        assertThat(AlinkSign.MD5.matches(DS, eleventh, "32e52a7b2fbb443b9135fab84dfa5690"))
                .isTrue();
        String twelfth =
                AlinkSign.content(
                        Map.of(
                                "clientId", "pkDemo00001.dev-01",
                                "deviceName", "dev-01",
                                "productKey", "pkDemo00001"));
        assertThat(
                        AlinkSign.SHA256.matches(
                                DS,
                                twelfth,
                                "7e4d6ca69847a4ff60a217efbb2d81ea6c5dab1553d0d0cb01b5121949c95375"))
                .isTrue();
    }

    @Test
    void nothingElsePasses() {
        assertThat(AlinkSign.MD5.matches(DS, "a", null)).isFalse();
        assertThat(AlinkSign.MD5.matches(DS, "a", "zz")).isFalse();
        assertThat(AlinkSign.MD5.matches("", "a", AlinkSign.MD5.sign(DS, "a"))).isFalse();
        assertThat(AlinkSign.MD5.matches(DS, "a", AlinkSign.SHA1.sign(DS, "a"))).isFalse();
    }

    @Test
    void methodsAreKnownInAllTheirSpellings() {
        assertThat(AlinkSign.of("HmacMD5")).isEqualTo(AlinkSign.MD5);
        assertThat(AlinkSign.of("hmac_sha1")).isEqualTo(AlinkSign.SHA1);
        assertThat(AlinkSign.of("hmac-SHA256")).isEqualTo(AlinkSign.SHA256);
        assertThat(AlinkSign.of(null)).isEqualTo(AlinkSign.MD5);
        assertThat(AlinkSign.of("none")).isNull();
    }

    @Test
    void aTokenIsGoodWithItsClientIdOnly() {
        String hash = DeviceToken.hash("cid", "token");
        assertThat(DeviceToken.matches(hash, "cid", "token")).isTrue();
        assertThat(DeviceToken.matches(hash, "other", "token")).isFalse();
        assertThat(DeviceToken.matches(hash, "cid", "tokem")).isFalse();
    }
}
