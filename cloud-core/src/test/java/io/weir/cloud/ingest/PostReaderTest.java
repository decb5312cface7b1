package io.weir.cloud.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.runtime.json.Json;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

class PostReaderTest {
    @Test
    void valuesComeOutAsTheyWereSent() {
        assertThat(
                        read(
                                """
                                { "a" : 12 , "b":-1.50e3,"c": "x\\"y", "d":[1, {"e":2}] ,
                                  "f":{"g":{"h":null}},"i":true, "j":null,"k":"水" }
                                """))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "\"a\"", "12",
                                "\"b\"", "-1.50e3",
                                "\"c\"", "\"x\\\"y\"",
                                "\"d\"", "[1, {\"e\":2}]",
                                "\"f\"", "{\"g\":{\"h\":null}}",
                                "\"i\"", "true",
                                "\"j\"", "null",
                                "\"k\"", "\"水\""));
        assertThat(read("{}")).isEmpty();
        assertThat(read("{\"a\":1}")).containsEntry("\"a\"", "1");
    }

    @Test
    void aValueWithItsTimeIsTheValue() {
        assertThat(
                        read(
                                "{\"a\":{\"value\":5,\"time\":1524448722000},\"b\":{\"time\":1,"
                                        + "\"value\":{\"x\":[1]}},\"c\":{\"time\":3}}"))
                .containsEntry("\"a\"", "5")
                .containsEntry("\"b\"", "{\"x\":[1]}")
                .containsEntry("\"c\"", "{\"time\":3}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{\"a\":}",
                "{\"a\":1}}",
                "{\"a\":1} {}",
                "{a:1}",
                "{\"a\":\"\\u0000\"}",
                "{\"a\\u0000\":1}",
                "{\"a\":\"\\uD800\"}",
                "{\"a\":NaN}"
            })
    void whatIsNoObjectThatCanBeStoredIsRefused(String params) {
        assertThatThrownBy(() -> read(params)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEscapedBackslashBeforeAnUIsNoEscapedNul() {
        assertThat(read("{\"a\":\"\\\\u0000\"}")).containsEntry("\"a\"", "\"\\\\u0000\"");
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}";
        assertThatThrownBy(() -> read(deep)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void anyStringsSurvive(@ForAll Map<String, String> values) {
        Map<String, String> plain = new LinkedHashMap<>();
        values.forEach((k, v) -> plain.put(clean(k), clean(v)));
        Map<String, String> read = read(Json.text(plain));
        assertThat(read).hasSameSizeAs(plain);
        read.forEach(
                (k, v) ->
                        assertThat(Json.tree(v).asText())
                                .isEqualTo(plain.get(Json.tree(k).asText())));
    }

    /** Without what the JSON mapper would escape and we refuse. */
    private static String clean(String s) {
        return s.replaceAll("[\\p{Cntrl}\\p{Cs}]", "");
    }

    private static Map<String, String> read(String params) {
        Map<String, String> values = new LinkedHashMap<>();
        PostReader.read(params.getBytes(StandardCharsets.UTF_8), values::put);
        return values;
    }
}
