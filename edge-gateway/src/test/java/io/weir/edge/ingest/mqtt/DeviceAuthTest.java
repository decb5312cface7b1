package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Locale;

/** Vectors of facts/alink.md section 1 (those of MQTT CONNECT). */
class DeviceAuthTest {
    private static final String SECRET = "ds0123456789abcdef0123456789abcd";

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    12345|signmethod=hmacsha1,timestamp=789|~device&pk~secret~fafd82a3d602b37fb0fa8b7892f24a477f851a14
                    pkDemo00001.dev-01|securemode=3,timestamp=2524608000000|~dev-01&pkDemo00001~~522f46d474c10109d967e8634fd45101
                    pkDemo00001.dev-01|signmethod=hmacmd5,timestamp=2524608000000|~dev-01&pkDemo00001~~522f46d474c10109d967e8634fd45101
                    pkDemo00001.dev-01|signmethod=hmacsha1,timestamp=2524608000000|~dev-01&pkDemo00001~~c716de8bd70054f353a17588050f72b79d7377c8
                    pkDemo00001.dev-01|timestamp=2524608000000,_ss=1,_v=sdk-c-4.2.0,securemode=3,signmethod=hmacsha256,ext=3,|~dev-01&pkDemo00001~~ad4229a0110ed75fbae89eb433109cb63a6db609fc268904a55e8c2614a5e617
                    pkDemo00001&dev-01|securemode=3,signmethod=hmacsha1,timestamp=1700000000000,lan=NodeJS,_v=1.2.8|~dev-01&pkDemo00001~~c3477fdeb4ef67472ec8e554ecf57ab3d830cd0c
                    dev01|signMethod=hmacsha1|~dev-01&pkDemo00001~~e2c873ad3f91b0a1abed840466dc64608c966b9f
                    |signmethod=hmacsha256,timestamp=2524608000000|~dev-01&pkDemo00001~~c375561dd748e8ee577a5ea7e573a64299926bf6bfc5229aaf5cb143ab642435
                    """)
    void knownVectorsAreAcceptedInEitherCaseAndNothingElseIs(
            String clientId, String username, String secret, String hex) {
        String key = secret == null ? SECRET : secret;
        ClientId id = ClientId.parse(clientId);
        DeviceAuth.Name name = DeviceAuth.Name.parse(username);
        assertThat(DeviceAuth.verify(id, name, key, hex)).isTrue();
        assertThat(DeviceAuth.verify(id, name, key, hex.toUpperCase(Locale.ROOT))).isTrue();
        assertThat(DeviceAuth.verify(id, name, key + "x", hex)).isFalse();
        assertThat(DeviceAuth.verify(id, name, key, hex.substring(2))).isFalse();
        assertThat(DeviceAuth.verify(id, name, key, "not hex")).isFalse();
        assertThat(DeviceAuth.verify(id, name, key, "")).isFalse();
        assertThat(DeviceAuth.verify(id, name, key, null)).isFalse();
    }

    @Test
    void blanksAndLineBreaksOfTheOldJsSdkDoNotCount() {
        ClientId id =
                ClientId.parse(
                        "cid|securemode=3,\n        signmethod = hmac_sha1 ,\r\n timestamp=7|");
        assertThat(id.method()).isEqualTo(ClientId.SignMethod.HMACSHA1);
        assertThat(id.timestamp()).isEqualTo("7");
        assertThat(id.extRrpc()).isFalse();
    }

    @Test
    void theExtensionTellsWhereSynchronousCallsGo() {
        assertThat(ClientId.parse("c|ext=3|").extRrpc()).isTrue();
        assertThat(ClientId.parse("c|ext=2|").extRrpc()).isFalse();
        assertThat(ClientId.parse("c|ext=many|").extRrpc()).isFalse();
    }

    @Test
    void malformedClientIdsAreNotParsed() {
        assertThat(ClientId.parse("c|")).isNull();
        assertThat(ClientId.parse("c|securemode=3")).isNull();
        assertThat(ClientId.parse("c|securemode|")).isNull();
        assertThat(ClientId.parse("c|signmethod=md4|")).isNull();
        assertThat(ClientId.parse("x".repeat(65) + "|securemode=3|")).isNull();
        assertThat(ClientId.parse("c|a=" + "x".repeat(2000) + "|")).isNull();
        assertThat(ClientId.parse("||")).isNotNull();
        assertThat(ClientId.parse("")).isNotNull();
    }

    @Test
    void userNamesAreDeviceNameAndProductKey() {
        assertThat(DeviceAuth.Name.parse("dev-01&pk"))
                .isEqualTo(new DeviceAuth.Name("pk", "dev-01"));
        assertThat(DeviceAuth.Name.parse("dev-01")).isNull();
        assertThat(DeviceAuth.Name.parse("&pk")).isNull();
        assertThat(DeviceAuth.Name.parse("dev&")).isNull();
        assertThat(DeviceAuth.Name.parse(null)).isNull();
    }
}
