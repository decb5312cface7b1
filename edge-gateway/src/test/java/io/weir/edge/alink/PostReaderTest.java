package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.edge.TestProducts;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.Counter;
import io.weir.edge.registry.TestModels;
import io.weir.runtime.json.Json;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class PostReaderTest {
    private static final CompiledModel MODEL = TestModels.compile(TestProducts.TSL);
    private final PostReader reader = new PostReader();

    private void property(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        // Inside a larger array, as it lies in a network buffer.
        byte[] padded = new byte[bytes.length + 20];
        System.arraycopy(bytes, 0, padded, 7, bytes.length);
        reader.property(padded, 7, bytes.length, MODEL);
    }

    private void event(String id, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        reader.event(bytes, 0, bytes.length, MODEL.event(id));
    }

    private String params() {
        return new String(reader.params(), StandardCharsets.UTF_8);
    }

    private String id() {
        return new String(reader.id(), StandardCharsets.UTF_8);
    }

    private List<String> rejected() {
        return reader.faults().stream().map(PostReader.Fault::name).toList();
    }

    @Test
    void anAcceptedPostIsKeptByteForByte() {
        property(
                "{ \"id\" : \"12\", \"version\":\"1.0\",\"params\": {\"total_ml\" : 500,"
                        + " \"temperature\":  21.50,\"note\":\"a\\u00e9ü\"} ,\"sys\":{\"ack\":0}}");
        assertThat(reader.code()).isEqualTo(200);
        assertThat(reader.anything()).isTrue();
        assertThat(reader.replyWanted()).isFalse();
        assertThat(id()).isEqualTo("\"12\"");
        assertThat(params())
                .isEqualTo("{\"total_ml\" : 500, \"temperature\":  21.50,\"note\":\"a\\u00e9ü\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1|exp-topic|/sys/PK/DN/thing/event/property/post_reply\"",
                "7",
                "12345678901234567890",
                "-1.50e3",
                "\"\"",
                "null",
                "true",
                "\"a\\\"b\\u0041\""
            })
    void idsAreEchoedAsTheyCame(String id) {
        property("{\"id\":" + id + ",\"params\":{\"total_ml\":1}}");
        assertThat(id()).isEqualTo(id);
        property("{\"params\":{\"total_ml\":1},\"id\":" + id + "}");
        assertThat(id()).isEqualTo(id);
        assertThat(params()).isEqualTo("{\"total_ml\":1}");
    }

    @Test
    void aValueMayCarryItsTime() {
        property(
                "{\"id\":1,\"params\":{\"total_ml\":{\"value\":5,\"time\":1700000000000},"
                        + "\"place\":{\"value\":{\"x\":1},\"time\":1700000000000},"
                        + "\"levels\":{\"time\":1700000000000,\"value\":[1,2]}}}");
        assertThat(reader.faults()).isEmpty();
        assertThat(reader.counter(Counter.TOTAL_ML)).isEqualTo(5L);
        assertThat(params()).contains("\"time\":1700000000000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    "total_ml"~-1
                    "total_ml"~2000000001
                    "total_ml"~99999999999999999999999
                    "total_ml"~1.0
                    "total_ml"~"5"
                    "total_ml"~null
                    "total_ml"~[1]
                    "total_ml"~{}
                    "total_ml"~{"a":1}
                    "total_ml"~{"value":1,"time":"x"}
                    "total_ml"~{"value":1,"time":1,"more":1}
                    "total_ml"~{"value":1,"value":2}
                    "total_ml"~{"time":1}
                    "total_ml"~{"value":{"value":1}}
                    "temperature"~121
                    "temperature"~1e-99999
                    "temperature"~1e999
                    "temperature"~"21"
                    "lamp"~2
                    "lamp"~true
                    "valve"~7
                    "valve"~"open"
                    "note"~"longer than sixteen"
                    "note"~"üüüüüüüüü"
                    "note"~"\\u0000"
                    "note"~"\\ud800"
                    "note"~"\\udc00\\ud800"
                    "note"~5
                    "since"~"yesterday"
                    "since"~""
                    "since"~1700000000000
                    "levels"~[1,2,3,4]
                    "levels"~[1,"2"]
                    "levels"~[1,[2,[3]]]
                    "levels"~{"0":1}
                    "place"~{"x":1,"x":2}
                    "place"~{"x":10}
                    "place"~{"y":1}
                    "place"~{"x":{"deep":[1,{"er":2}]}}
                    "place"~[1]
                    "nonsense"~1
                    "nonsense"~{"a":[{"b":[1,2,{"c":{}}]}]}
                    "total_ml; DROP TABLE"~1
                    """)
    void wrongValuesAreDroppedAndNamedWhileTheOthersStay(String name, String value) {
        property(
                "{\"id\":\"9\",\"params\":{\"work_s\":3,"
                        + name
                        + ":"
                        + value
                        + ",\"uptime_s\":{\"value\":4,\"time\":1}},\"method\":\"m\"}");
        assertThat(reader.code()).isEqualTo(200);
        assertThat(rejected()).containsExactly(name.replace("\"", ""));
        assertThat(params()).isEqualTo("{\"work_s\":3,\"uptime_s\":{\"value\":4,\"time\":1}}");
        assertThat(reader.counter(Counter.WORK_S)).isEqualTo(3L);
        assertThat(reader.counter(Counter.TOTAL_ML)).isNull();
        assertThat(id()).isEqualTo("\"9\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
                    not json~6207
                    ~6207
                    []~6207
                    5~6207
                    {"id":1~6207
                    {"id":1,"params":{"total_ml":1}~6207
                    {"id":1,"params":{"total_ml":1}} x~6207
                    {"id":1,"params":{"total_ml":1}}{}~6207
                    {"id":1,"params":{"total_ml":01}}~6207
                    {"id":1,"params":{"total_ml":NaN}}~6207
                    {"id":1,"params":{"note":"a\\qb"}}~6207
                    {"id":1}~460
                    {"id":1,"params":[]}~460
                    {"id":1,"params":"{}"}~460
                    {"id":1,"params":null}~460
                    {"id":1,"params":{"total_ml":1},"params":{"total_ml":2}}~460
                    {"id":1,"params":{"total_ml":1,"total_ml":2}}~460
                    """)
    void whatIsNoPostIsRejectedWhole(String json, int code) {
        property(json == null ? "" : json);
        assertThat(reader.code()).isEqualTo(code);
        assertThat(reader.anything()).isFalse();
    }

    @Test
    void bytesThatAreNoUtf8AreNoJson() {
        byte[] bytes =
                "{\"id\":1,\"params\":{\"note\":\"?\"}}".getBytes(StandardCharsets.ISO_8859_1);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xff;
        reader.property(bytes, 0, bytes.length, MODEL);
        assertThat(reader.code()).isEqualTo(AlinkReply.NOT_JSON);
    }

    @Test
    void deepNestingIsCutShort() {
        property("{\"id\":1,\"params\":{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}");
        assertThat(reader.code()).isEqualTo(AlinkReply.NOT_JSON);
    }

    @Test
    void moreThan200KeysAreTooMany() {
        StringBuilder params = new StringBuilder("\"total_ml\":1");
        for (int i = 0; i < 200; i++) {
            params.append(",\"k").append(i).append("\":1");
        }
        property("{\"params\":{" + params + "},\"id\":\"3\"}");
        assertThat(reader.code()).isEqualTo(6106);
        assertThat(id()).isEqualTo("\"3\"");
        assertThat(reader.anything()).isFalse();
    }

    @Test
    void aRejectedCounterDoesNotReachTheMeter() {
        property("{\"params\":{\"total_ml\":{\"value\":5,\"time\":\"bad\"},\"boot_id\":\"b1\"}}");
        assertThat(reader.has(Counter.TOTAL_ML)).isFalse();
        assertThat(reader.bootId()).isEqualTo("b1");
        property("{\"params\":{\"pulse_total\":9}}");
        assertThat(reader.has(Counter.BOOT_ID)).isFalse();
        assertThat(reader.counter(Counter.PULSE_TOTAL)).isEqualTo(9L);
    }

    @Test
    void eventsComeBareOrWrapped() {
        event("fault", "{\"id\":\"1\",\"params\":{\"code\":\"E7\"}}");
        assertThat(params()).isEqualTo("{\"code\":\"E7\"}");
        event("fault", "{\"params\":{\"value\":{\"code\":\"E7\"},\"time\":1},\"id\":\"1\"}");
        assertThat(reader.code()).isEqualTo(200);
        assertThat(params()).isEqualTo("{\"code\":\"E7\"}");
        assertThat(id()).isEqualTo("\"1\"");
        event("fault", "{\"params\":{\"time\":1,\"value\":{\"code\":\"E8\"}}}");
        assertThat(params()).isEqualTo("{\"code\":\"E8\"}");
        event("fault", "{\"params\":{}}");
        assertThat(params()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":5}",
                "{\"code\":\"E7\",\"more\":{\"a\":[1]}}",
                "{\"value\":{\"code\":5},\"time\":1}",
                "{\"value\":{\"code\":\"E7\"},\"time\":\"x\"}",
                "{\"value\":5}",
                "{\"time\":5}",
                "{\"value\":{},\"value\":{}}"
            })
    void anEventWithAWrongOutputIsRejectedWhole(String params) {
        event("fault", "{\"params\":" + params + ",\"id\":\"4\"}");
        assertThat(reader.code()).isEqualTo(460);
        assertThat(reader.anything()).isFalse();
        assertThat(id()).isEqualTo("\"4\"");
    }

    @Test
    void anUnknownEventIsSaidToBeUnknown() {
        event("nothing", "{\"params\":{\"code\":\"E7\"},\"id\":\"4\"}");
        assertThat(reader.code()).isEqualTo(5160);
        assertThat(reader.anything()).isFalse();
    }

    @Provide
    Arbitrary<Map<String, Object>> posts() {
        Arbitrary<String> names =
                Arbitraries.of(
                        "total_ml", "work_s", "note", "lamp", "levels", "place", "x y", "\"q\"");
        Arbitrary<Object> leaves =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(-3, 12).map(i -> (Object) i),
                        Arbitraries.strings().ofMaxLength(20).map(s -> (Object) s),
                        Arbitraries.of(true, 1.5, List.of(), List.of(1, 2), Map.of("x", 3)),
                        Arbitraries.just(Map.of("value", 1, "time", 5)),
                        Arbitraries.just(Map.of("value", Map.of("label", "l"), "time", 5)));
        return Arbitraries.maps(names, leaves).ofMaxSize(8);
    }

    @Property(tries = 500)
    void whatIsKeptIsExactlyWhatWasNotRejected(@ForAll("posts") Map<String, Object> post) {
        JsonNode sent = Json.MAPPER.valueToTree(post);
        property("{\"id\":\"1\",\"params\":" + sent + "}");
        assertThat(reader.code()).isEqualTo(200);
        ObjectNode expected = sent.deepCopy();
        rejected().forEach(expected::remove);
        assertThat(reader.anything()).isEqualTo(!expected.isEmpty());
        if (reader.anything()) {
            assertThat(Json.tree(reader.params())).isEqualTo(expected);
        }
    }
}
