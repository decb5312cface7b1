package io.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.TestProducts;
import io.weir.edge.http.AuthFlow.Login;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The login over HTTP, with the vectors of facts: alink.md section 1. */
class AuthFlowTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_567_003_778_853L);
    private static final String ELEVENTH =
            """
            {"version":"default","clientId":"127.0.0.1","signmethod":"hmacmd5","sign":"32e52a7b2fbb443b9135fab84dfa5690",
             "productKey":"pkDemo00001","deviceName":"dev-01","timestamp":"1567003778853"}
            """;
    private static final String TWELFTH =
            """
            {"clientId":"pkDemo00001.dev-01","signmethod":"hmacsha256","productKey":"pkDemo00001","deviceName":"dev-01",
             "sign":"7e4d6ca69847a4ff60a217efbb2d81ea6c5dab1553d0d0cb01b5121949c95375"}
            """;

    @Test
    void theVectorsAreSignedByTheDevicesSecret() {
        for (String body :
                new String[] {
                    ELEVENTH, TWELFTH, ELEVENTH.replace("\"1567003778853\"", "1567003778853")
                }) {
            Login login = read(body, NOW);
            assertThat(login).isNotNull();
            assertThat(login.by(TestProducts.SECRET)).isTrue();
            assertThat(login.by("another")).isFalse();
        }
        // MD5 is what is meant when no method is named; the version is not signed.
        String unnamed =
                ELEVENTH.replace("\"signmethod\":\"hmacmd5\",", "").replace("default", "2");
        assertThat(read(unnamed, NOW).by(TestProducts.SECRET)).isTrue();
    }

    @Test
    void aTimestampIsGoodForFifteenMinutesBothWays() {
        for (int minutes : new int[] {-15, 15}) {
            assertThat(read(ELEVENTH, NOW.plusSeconds(60L * minutes))).isNotNull();
            assertThat(read(ELEVENTH, NOW.plusSeconds(61L * minutes))).isNull();
        }
        assertThat(read(TWELFTH, NOW.plusSeconds(100_000_000))).isNotNull();
        assertThat(read(ELEVENTH.replace("1567003778853", "soon"), NOW)).isNull();
    }

    @Test
    void whatIsMissingOrOfAnotherFormIsRefused() {
        for (String field : new String[] {"clientId", "sign", "productKey", "deviceName"}) {
            assertThat(read(TWELFTH.replace("\"" + field + "\"", "\"x\""), NOW)).isNull();
        }
        assertThat(read("", NOW)).isNull();
        assertThat(read("[]", NOW)).isNull();
        assertThat(read("{\"clientId\":{}}", NOW)).isNull();
        assertThat(read(TWELFTH.replace("hmacsha256", "rot13"), NOW)).isNull();
        assertThat(read(TWELFTH.replace("pkDemo00001.dev-01", "c".repeat(65)), NOW)).isNull();
    }

    private static Login read(String body, Instant now) {
        return AuthFlow.read(body.getBytes(StandardCharsets.UTF_8), now);
    }
}
