package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class EnvelopeTest {
    private static Envelope read(String payload) {
        return Envelope.read(payload.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"id\":7,\"params\":{}}; 7; {}",
                "{\"id\":\"1|exp-topic|/sys/p/d\",\"params\":[\"a\"]}; \"1|exp-topic|/sys/p/d\";"
                        + " [\"a\"]",
                "{\"id\":1.50,\"params\":\"{}\"}; 1.50; \"{}\"",
                "{\"params\":{\"id\":1,\"v\":1.0}}; ''; {\"id\":1,\"v\":1.0}",
                "{\"id\":12345678901234567890}; 12345678901234567890; null",
                "{\"id\":\"水\",\"params\":{\"n\":\"滤芯\"}}; \"水\"; {\"n\":\"滤芯\"}",
            })
    void idAndParamsAreKeptAsTheyCame(String payload, String id, String params) {
        Envelope e = read(payload);
        assertThat(e.fine()).isTrue();
        assertThat(new String(e.id(), StandardCharsets.UTF_8)).isEqualTo(id);
        assertThat(e.params()).isEqualTo(params);
        assertThat(e.ack()).isTrue();
    }

    @Test
    void ackZeroWantsNoReply() {
        assertThat(read("{\"id\":\"1\",\"sys\":{\"ack\":0,\"x\":[1]},\"params\":{}}").ack())
                .isFalse();
        assertThat(read("{\"id\":\"1\",\"sys\":{\"ack\":1},\"params\":{}}").ack()).isTrue();
        assertThat(read("{\"id\":\"1\",\"sys\":7,\"params\":{}}").ack()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{\"id\":1",
                "{} {}",
                "\"text\"",
                "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]"
            })
    void whatIsNoObjectIs6207(String payload) {
        assertThat(read(payload).code()).isEqualTo(AlinkReply.NOT_JSON);
    }

    @Test
    void anIdBeyondTheBoundIs460() {
        assertThat(read("{\"id\":\"" + "9".repeat(300) + "\"}").code())
                .isEqualTo(AlinkReply.BAD_PARAMETER);
    }

    @Test
    void noMessageBreaksTheTextScanOfTheCSdk() {
        assertThat(AlinkReply.safe("data")).isEqualTo("data.");
        assertThat(AlinkReply.safe("a \"quoted\" {thing}\n")).isEqualTo("a  quoted   thing  ");
    }
}
