package io.weir.cloud.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.cloud.twin.ShadowFlow.Limits;
import io.weir.cloud.twin.ShadowFlow.Outcome;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;

import java.util.Random;

/** The shadow's rules, byte for byte as devices read them, and what holds for any messages. */
class ShadowFlowTest {
    private static final Limits LIMITS = new Limits(5, 16_384, 128);
    private static final long NOW = 1_700_000_000;

    @Test
    void aDeviceReportsAndReadsItBack() {
        Outcome said =
                say(
                        Shadow.empty(),
                        "{\"method\":\"update\",\"state\":{\"reported\":{\"color\":\"red\"}},\"version\":1}");
        assertThat(said.reply())
                .isEqualTo(
                        "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":1},\"timestamp\":1700000000}");
        assertThat(say(said.next(), "{\"method\":\"get\"}").reply())
                .isEqualTo(
                        "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"state\":{\"reported\":{\"color\":\"red\"},"
                            + "\"desired\":{}},\"metadata\":{\"reported\":{\"color\":{\"timestamp\":1700000000}},\"desired\":{}}},"
                            + "\"version\":1,\"timestamp\":1700000000}");
    }

    @Test
    void whatIsWantedIsToldAndClearedByTheTextNull() {
        Shadow wanted =
                ShadowFlow.want(Shadow.empty(), object("{\"color\":\"blue\"}"), NOW, LIMITS);
        assertThat(ShadowFlow.control(wanted, NOW))
                .isEqualTo(
                        "{\"method\":\"control\",\"payload\":{\"state\":{\"desired\":{\"color\":\"blue\"},\"reported\":{}},"
                            + "\"metadata\":{\"desired\":{\"color\":{\"timestamp\":1700000000}},\"reported\":{}}},"
                            + "\"version\":1,\"timestamp\":1700000000}");
        Outcome done =
                say(
                        wanted,
                        "{\"method\":\"update\",\"state\":{\"desired\":\"null\"},\"version\":2}");
        assertThat(done.next().desired()).isEmpty();
        assertThat(done.next().desiredMeta()).isEmpty();
        assertThat(done.next().version()).isEqualTo(2);
    }

    @Test
    void deleteTakesNamedKeysOrAll() {
        Shadow s =
                say(
                                Shadow.empty(),
                                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1,\"b\":2}},\"version\":5}")
                        .next();
        s =
                say(
                                s,
                                "{\"method\":\"delete\",\"state\":{\"reported\":{\"a\":\"null\"}},\"version\":6}")
                        .next();
        assertThat(s.reported()).hasToString("{\"b\":2}");
        s =
                say(s, "{\"method\":\"delete\",\"state\":{\"reported\":\"null\"},\"version\":7}")
                        .next();
        assertThat(s.reported()).isEmpty();
        assertThat(s.reportedMeta()).isEmpty();
    }

    @Test
    void minusOneBeginsTheDocumentAnew() {
        Shadow s =
                say(
                                Shadow.empty(),
                                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":50}")
                        .next();
        Shadow anew =
                say(s, "{\"method\":\"update\",\"state\":{\"reported\":{\"b\":1}},\"version\":-1}")
                        .next();
        assertThat(anew.reported()).hasToString("{\"b\":1}");
        assertThat(anew.version()).isZero();
    }

    @Test
    void eachRefusalHasItsCode() {
        Shadow s =
                say(
                                Shadow.empty(),
                                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":5}")
                        .next();
        refused(s, "{", 400);
        refused(s, "[]", 400);
        refused(s, "{\"state\":{}}", 401);
        refused(s, "{\"method\":\"update\"}", 402);
        refused(
                s,
                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":\"7\"}",
                403);
        refused(s, "{\"method\":\"update\",\"state\":{},\"version\":7}", 404);
        refused(s, "{\"method\":\"update\",\"state\":{\"reported\":{}},\"version\":7}", 405);
        refused(s, "{\"method\":\"reset\"}", 406);
        refused(s, "{\"method\":\"delete\",\"state\":{\"reported\":{\"a\":1}},\"version\":7}", 407);
        refused(
                s,
                "{\"method\":\"update\",\"state\":{\"reported\":" + many(129) + "},\"version\":7}",
                408);
        refused(s, "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":5}", 409);
        refused(
                s,
                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}}},\"version\":7}",
                400);
        refused(
                s,
                "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":\""
                        + "x".repeat(16_384)
                        + "\"}},\"version\":7}",
                400);
        assertThatThrownBy(() -> ShadowFlow.want(s, object(many(129)), NOW, LIMITS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whateverIsSaidTheVersionRisesAndMetadataMatchesTheState() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 300; run++) {
            Shadow s = Shadow.empty();
            for (int step = 0; step < 40; step++) {
                String before = s.state().toString() + s.metadata() + s.version();
                Shadow next;
                if (random.nextInt(4) == 0) {
                    next =
                            ShadowFlow.want(
                                    s,
                                    random.nextInt(5) == 0
                                            ? null
                                            : object("{" + pair(random) + "}"),
                                    NOW,
                                    LIMITS);
                } else {
                    Outcome said = say(s, message(random, s.version()));
                    next = said.next();
                    assertThat(said.reply()).endsWith("\"timestamp\":" + NOW + "}");
                    if (next == null && said.reply().contains("errorcode")) {
                        assertThat(said.reply()).contains("\"status\":\"error\"");
                    }
                }
                assertThat(s.state().toString() + s.metadata() + s.version())
                        .as("the old document is as it was")
                        .isEqualTo(before);
                if (next != null) {
                    assertThat(next.version() > s.version() || next.version() == 0).isTrue();
                    assertThat(next.reported().fieldNames())
                            .toIterable()
                            .containsExactlyInAnyOrderElementsOf(
                                    () -> next.reportedMeta().fieldNames());
                    assertThat(next.desired().fieldNames())
                            .toIterable()
                            .containsExactlyInAnyOrderElementsOf(
                                    () -> next.desiredMeta().fieldNames());
                    s = next;
                }
            }
        }
    }

    private static String message(Random random, long version) {
        String method = new String[] {"update", "delete", "get", "nonsense"}[random.nextInt(4)];
        String reported = random.nextInt(6) == 0 ? "\"null\"" : "{" + pair(random) + "}";
        String desired = random.nextInt(3) == 0 ? ",\"desired\":\"null\"" : "";
        long next = random.nextInt(10) == 0 ? -1 : version - 1 + random.nextInt(5);
        return "{\"method\":\""
                + method
                + "\",\"state\":{\"reported\":"
                + reported
                + desired
                + "},\"version\":"
                + next
                + "}";
    }

    private static String pair(Random random) {
        String value = random.nextInt(3) == 0 ? "\"null\"" : String.valueOf(random.nextInt(9));
        return "\"k" + random.nextInt(5) + "\":" + value;
    }

    private static String many(int n) {
        StringBuilder all = new StringBuilder("{");
        for (int i = 0; i < n; i++) {
            all.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
        }
        return all.append('}').toString();
    }

    private static void refused(Shadow s, String message, int code) {
        Outcome said = say(s, message);
        assertThat(said.next()).isNull();
        assertThat(said.reply())
                .startsWith(
                        "{\"method\":\"reply\",\"payload\":{\"status\":\"error\",\"content\":{\"errorcode\":\""
                                + code
                                + "\",\"errormessage\":\"")
                .endsWith("\"}},\"timestamp\":1700000000}");
    }

    private static Outcome say(Shadow s, String message) {
        return ShadowFlow.device(s, message, NOW, LIMITS);
    }

    private static ObjectNode object(String json) {
        return Json.read(json, ObjectNode.class);
    }
}
