package io.weir.runtime.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of facts: alink.md, section 1, by their numbers, as sub-devices are signed alike. */
class SubDeviceProofTest {
    private static final String DS = "ds0123456789abcdef0123456789abcd";

    @ParameterizedTest
    @CsvSource({
        "hmacMd5, pkDemo00001.dev-01, 2524608000000, 522f46d474c10109d967e8634fd45101",
        "hmacSha1, pkDemo00001.dev-01, 2524608000000, c716de8bd70054f353a17588050f72b79d7377c8",
        "hmac_sha256, pkDemo00001.dev-01, 2524608000000,"
                + " AD4229A0110ED75FBAE89EB433109CB63A6DB609FC268904A55E8C2614A5E617",
        "hmacsha1, pkDemo00001&dev-01, 1700000000000, c3477fdeb4ef67472ec8e554ecf57ab3d830cd0c",
    })
    void everySpellingIsUnderstood(String method, String clientId, String timestamp, String sign) {
        for (String key : new String[] {"signmethod", "signMethod"}) {
            for (String time : new String[] {timestamp, "\"" + timestamp + "\""}) {
                var proof =
                        SubDeviceProof.read(
                                Json.tree(
                                        "{\"productKey\":\"pkDemo00001\",\"deviceName\":\"dev-01\","
                                                + "\"clientId\":\""
                                                + clientId
                                                + "\",\"timestamp\":"
                                                + time
                                                + ",\""
                                                + key
                                                + "\":\""
                                                + method
                                                + "\",\"sign\":\""
                                                + sign
                                                + "\",\"cleanSession\":\"true\"}"),
                                null);
                assertThat(proof).isNotNull();
                assertThat(proof.holds(DS)).isTrue();
                assertThat(proof.holds("another")).isFalse();
                assertThat(proof.holds("")).isFalse();
            }
        }
    }

    @Test
    void theMethodOfABatchHoldsForThoseThatNameNone() {
        var list =
                Json.tree(
                        "[{\"productKey\":\"pkDemo00001\",\"deviceName\":\"dev-01\",\"clientId\":"
                            + "\"dev01\",\"sign\":\"e2c873ad3f91b0a1abed840466dc64608c966b9f\"}]");
        assertThat(SubDeviceProof.readAll(list, "hmacSha1", 1).getFirst().holds(DS)).isTrue();
        assertThat(SubDeviceProof.readAll(list, "hmacSha256", 1).getFirst().holds(DS)).isFalse();
        assertThat(SubDeviceProof.readAll(list, "rot13", 1).getFirst().holds(DS)).isFalse();
        assertThat(SubDeviceProof.readAll(list, null, 0)).isNull();
        assertThat(SubDeviceProof.readAll(Json.tree("{}"), null, 5)).isNull();
        assertThat(SubDeviceProof.readAll(Json.tree("[1]"), null, 5)).isNull();
    }
}
