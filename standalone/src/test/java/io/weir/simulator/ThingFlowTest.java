package io.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Any product by its thing model, and the filter that wears. */
class ThingFlowTest {
    private static final JsonNode MODEL =
            Json.tree(
                    """
                    {"properties":[
                      {"identifier":"i","dataType":{"type":"int","specs":{"min":"-5","max":"5"}}},
                      {"identifier":"d","dataType":{"type":"double","specs":{"min":"0.5","max":"0.75"}}},
                      {"identifier":"b","dataType":{"type":"bool","specs":{"0":"off","1":"on"}}},
                      {"identifier":"e","dataType":{"type":"enum","specs":{"3":"x","7":"y"}}},
                      {"identifier":"t","dataType":{"type":"text","specs":{"length":"4"}}},
                      {"identifier":"a","dataType":{"type":"array","specs":{"size":"3","item":{"type":"int"}}}},
                      {"identifier":"s","dataType":{"type":"struct","specs":[
                        {"identifier":"n","dataType":{"type":"int","specs":{"min":"1","max":"1"}}}]}}],
                     "services":[{"identifier":"go","outputData":[
                        {"identifier":"ok","dataType":{"type":"bool","specs":{}}}]}]}
                    """);

    @Test
    void everyValueIsInItsRange() {
        var thing = new ThingFlow(MODEL, new SplittableRandom(3));
        for (int n = 0; n < 500; n++) {
            Map<String, Object> v = ((Say.Properties) thing.report(n).getFirst()).values();
            assertThat((long) v.get("i")).isBetween(-5L, 5L);
            assertThat((BigDecimal) v.get("d"))
                    .isBetween(new BigDecimal("0.5"), new BigDecimal("0.75"));
            assertThat(v.get("b")).isIn(0, 1);
            assertThat(v.get("e")).isIn(3, 7);
            assertThat((String) v.get("t")).hasSizeLessThanOrEqualTo(4);
            assertThat((List<?>) v.get("a")).hasSizeLessThanOrEqualTo(3);
            assertThat(v.get("s")).isEqualTo(Map.of("n", 1L));
        }
    }

    @Test
    void itAnswersItsServicesAndNoOthers() {
        var thing = new ThingFlow(MODEL, new SplittableRandom(3));
        JsonNode none = Json.tree("{}");
        Say.Answer go = (Say.Answer) thing.command("go", "9", none, 0).getFirst();
        assertThat(go.code()).isEqualTo(200);
        assertThat(go.id()).isEqualTo("9");
        assertThat(go.data()).containsOnlyKeys("ok");
        assertThat(((Say.Answer) thing.command("stay", "9", none, 0).getFirst()).code())
                .isEqualTo(404);
    }

    @Test
    void aFilterWearsSaysSoOnceAtEachStepAndIsChanged() {
        var filter = new FilterFlow("run-", new SplittableRandom(1), 0);
        int events = 0;
        int last = filter.life();
        while (filter.life() > 0) {
            events += filter.report(0).size() - 1;
            assertThat(filter.life()).isLessThanOrEqualTo(last);
            last = filter.life();
        }
        assertThat(events).isEqualTo(2);
        assertThat(filter.report(0)).hasSize(1);
        filter.command("filter_reset", "1", Json.tree("{}"), 0);
        assertThat(filter.life()).isEqualTo(100);
    }

    @Test
    void whatAFilterSaysStandsInItsThingModel() throws IOException {
        JsonNode tsl;
        try (InputStream in =
                Objects.requireNonNull(
                        FilterFlow.class.getResourceAsStream("/simulator/filter.tsl.json"))) {
            tsl = Json.tree(in.readAllBytes());
        }
        List<String> known = tsl.get("properties").findValuesAsText("identifier");
        var filter = new FilterFlow("run-", new SplittableRandom(1), 0);
        assertThat(((Say.Properties) filter.report(0).getFirst()).values().keySet())
                .containsExactlyInAnyOrderElementsOf(known);
    }
}
