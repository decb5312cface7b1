package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.TestProducts;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.Counter;
import io.weir.edge.registry.TestModels;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The oracle of the short way is the long one: a JSON parser. */
class PlainPostTest {
    private static final CompiledModel MODEL = TestModels.compile(TestProducts.TSL);
    private static final String USUAL =
            """
            {"id":"12","version":"1.0","sys":{"ack":0},"params":{"total_ml":500,"work_s":{"value":7,"time":1700000000000},\
            "boot_id":"k3j9","temperature":21.5,"valve":0, "lamp" : 1,"note":"a b"},"method":"thing.event.property.post"}\
            """;

    private final PlainPost plain = new PlainPost();
    private final PostReader quick = new PostReader();
    private final PostReader full = new PostReader();

    @Test
    void whatDevicesSendIsReadTheShortWay() {
        assertThat(isPlain(USUAL)).isTrue();
        assertThat(agree(bytes(USUAL))).contains("500").contains("k3j9").contains("false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "{}",
                "{\"params\":{}",
                "{\"params\":{}} x",
                "{\"params\":{},\"params\":{}}",
                "{\"params\":{\"total_ml\":1,\"total_ml\":2}}",
                "{\"params\":{\"total_ml\":01}}",
                "{\"params\":{\"total_ml\":1e2}}",
                "{\"params\":{\"total_ml\":1.}}",
                "{\"params\":{\"total_ml\":-}}",
                "{\"params\":{\"total_ml\":1x}}",
                "{\"params\":{\"total_ml\":2000000001}}",
                "{\"params\":{\"total_ml\":1,}}",
                "{\"params\":{\"temperature\":12.345678901234567}}",
                "{\"params\":{\"note\":\"a\\u0000\"}}",
                "{\"params\":{\"note\":\"seventeen letters\"}}",
                "{\"params\":{\"lamp\":2}}",
                "{\"params\":{\"lamp\":{\"time\":5}}}",
                "{\"params\":{\"total_ml\":{\"value\":1,\"value\":2}}}",
                "{\"params\":{\"place\":{\"x\":1}}}",
                "{\"params\":{\"nobody\":1}}",
                "{\"params\":{\"lamp\":1},\"sys\":{\"ack\":4294967296}}",
                "{\"params\":{\"lamp\":1},\"id\":1.5}"
            })
    void whatIsUnusualIsLeftToTheFullReader(String post) {
        assertThat(isPlain(post)).isFalse();
        agree(bytes(post));
    }

    @Test
    void everyCutAndEveryWrongByteIsReadAlike() {
        byte[] usual = bytes(USUAL);
        for (int i = 0; i < usual.length; i++) {
            agree(Arrays.copyOf(usual, i));
            for (int b = -128; b < 128; b++) {
                byte[] wrong = usual.clone();
                wrong[i] = (byte) b;
                agree(wrong);
            }
        }
    }

    @Property(tries = 5000)
    void bothWaysSayTheSame(@ForAll("posts") String post) {
        Statistics.label("plain").collect(isPlain(post));
        Statistics.label("plain")
                .coverage(
                        c -> {
                            c.check(true).percentage(p -> p > 4);
                            c.check(false).percentage(p -> p > 10);
                        });
        agree(bytes(post));
    }

    @Property(tries = 2000)
    void bothWaysSayTheSameOfDamagedPosts(
            @ForAll("posts") String post, @ForAll @IntRange(max = 400) int at, @ForAll byte wrong) {
        byte[] bytes = bytes(post);
        bytes[at % bytes.length] = wrong;
        agree(bytes);
    }

    @Provide
    Arbitrary<String> posts() {
        Arbitrary<String> number =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(-2, 130).map(String::valueOf),
                        Arbitraries.doubles().between(-30, 130).ofScale(6).map(String::valueOf),
                        Arbitraries.of("-0", "-0.0", "0.10", "00", "1e1", "2000000000", "99.5"),
                        Arbitraries.longs().map(String::valueOf));
        Arbitrary<String> text =
                Arbitraries.of("\"\"", "\"abc\"", "\"1700000000000\"", "\"\\n\"", "\"é\"");
        Arbitrary<String> other = Arbitraries.of("true", "null", "{}", "[1,2]", "{\"x\":1}");
        Arbitrary<String> value =
                Arbitraries.frequencyOf(
                        Tuple.of(12, number), Tuple.of(3, text), Tuple.of(1, other));
        Arbitrary<String> dressed =
                Arbitraries.frequencyOf(
                        Tuple.of(4, value),
                        Tuple.of(1, value.map(v -> "{\"value\":" + v + "}")),
                        Tuple.of(1, value.map(v -> "{\"time\":5 , \"value\": " + v + " }")));
        Arbitrary<String> property =
                Combinators.combine(
                                Arbitraries.of(
                                        "total_ml",
                                        "work_s",
                                        "temperature",
                                        "valve",
                                        "lamp",
                                        "note",
                                        "boot_id",
                                        "since",
                                        "place",
                                        "x"),
                                dressed)
                        .as((name, v) -> "\"" + name + "\":" + v);
        Arbitrary<String> params = property.list().ofMaxSize(4).map(PlainPostTest::object);
        Arbitrary<String> member =
                Arbitraries.oneOf(
                        number.map(v -> "\"id\":" + v),
                        text.map(v -> "\"id\" : " + v),
                        number.map(v -> "\"sys\":{\"ack\":" + v + "}"),
                        Combinators.combine(text, value)
                                .as((name, v) -> (name.length() > 2 ? name : "\"v\"") + ":" + v));
        return Combinators.combine(member.list().ofMaxSize(2), params, member.list().ofMaxSize(2))
                .as(
                        (before, inner, after) -> {
                            List<String> all = new ArrayList<>(before);
                            all.add("\"params\":" + inner);
                            all.addAll(after);
                            return object(all);
                        });
    }

    private static String object(List<String> members) {
        return "{" + String.join(", ", members) + "}";
    }

    private boolean isPlain(String post) {
        byte[] bytes = bytes(post);
        return plain.read(bytes, 0, bytes.length, MODEL);
    }

    /** Reads it both ways, as it lies in a larger buffer; what both say. */
    private String agree(byte[] post) {
        byte[] padded = new byte[post.length + 20];
        Arrays.fill(padded, (byte) '"');
        System.arraycopy(post, 0, padded, 7, post.length);
        full.propertyInFull(padded, 7, post.length, MODEL);
        quick.property(padded, 7, post.length, MODEL);
        String said = said(full);
        assertThat(said(quick)).as(() -> new String(post, StandardCharsets.UTF_8)).isEqualTo(said);
        return said;
    }

    private static String said(PostReader reader) {
        StringBuilder out = new StringBuilder();
        out.append(reader.code()).append(' ').append(reader.replyWanted());
        out.append(' ').append(new String(reader.id(), StandardCharsets.UTF_8));
        out.append(' ').append(reader.faults()).append(' ').append(reader.anything());
        if (reader.anything()) {
            out.append(' ').append(new String(reader.params(), StandardCharsets.UTF_8));
            for (Counter counter : Counter.values()) {
                boolean number = counter != Counter.BOOT_ID && reader.has(counter);
                out.append(' ').append(number ? reader.value(counter) : reader.has(counter));
            }
            out.append(' ').append(reader.bootId());
        }
        return out.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
