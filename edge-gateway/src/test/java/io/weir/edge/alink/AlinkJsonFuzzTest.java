package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.Fuzz;
import io.weir.edge.TestProducts;
import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.TestModels;
import io.weir.runtime.json.Json;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whatever a device calls JSON: all readers of it agree whether it is, what they keep is JSON that
 * they take again, and what they echo is what came.
 */
class AlinkJsonFuzzTest {
    private static final CompiledModel MODEL = TestModels.compile(TestProducts.TSL);
    private static final long NOW = 1_700_000_000_000L;

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void payloads(byte[] input) {
        Envelope envelope = Envelope.read(input);
        post(input, envelope);
        event(input);
        if (envelope.fine()) {
            echoes(input, envelope.id());
            series(envelope.params());
        }
    }

    private static void post(byte[] input, Envelope envelope) {
        var quick = new PostReader();
        quick.property(input, 0, input.length, MODEL);
        var full = new PostReader();
        full.propertyInFull(input, 0, input.length, MODEL);
        assertThat(quick.code()).isEqualTo(full.code());
        assertThat(quick.id()).isEqualTo(full.id());
        assertThat(quick.replyWanted()).isEqualTo(full.replyWanted());
        assertThat(quick.faults()).isEqualTo(full.faults());
        assertThat(quick.anything()).isEqualTo(full.anything());
        if (full.code() == AlinkReply.OK) {
            assertThat(envelope.code()).isEqualTo(AlinkReply.OK);
            assertThat(full.id()).isEqualTo(envelope.id());
        }
        if (full.anything()) {
            byte[] kept = full.params();
            assertThat(quick.params()).isEqualTo(kept);
            takenAgain(kept);
        }
    }

    /** What is journaled now must not be refused when it is read from there. */
    private static void takenAgain(byte[] kept) {
        String text = "{\"params\":" + new String(kept, StandardCharsets.UTF_8) + "}";
        byte[] again = text.getBytes(StandardCharsets.UTF_8);
        var reader = new PostReader();
        reader.propertyInFull(again, 0, again.length, MODEL);
        assertThat(reader.anything()).as(text).isTrue();
        assertThat(reader.faults()).as(text).isEmpty();
        assertThat(Json.tree(kept).isObject()).isTrue();
    }

    private static void event(byte[] input) {
        var reader = new PostReader();
        reader.event(input, 0, input.length, MODEL.event("fault"));
        if (reader.anything()) {
            assertThat(Json.tree(reader.params()).isObject()).isTrue();
        }
        reader.event(input, 0, input.length, null);
        assertThat(reader.anything()).isFalse();
    }

    private static void echoes(byte[] input, byte[] id) {
        assertThat(id.length).isLessThanOrEqualTo(DeviceJson.MAX_ID);
        if (id.length > 0) {
            assertThat(new String(input, StandardCharsets.ISO_8859_1))
                    .contains(new String(id, StandardCharsets.ISO_8859_1));
            byte[] reply =
                    AlinkReply.join(id, AlinkReply.tail(AlinkReply.OK, "success", "m", "{}"));
            assertThat(Json.tree(reply).path("code").asInt()).isEqualTo(AlinkReply.OK);
        }
    }

    private static void series(String text) {
        JsonNode params;
        try {
            params = Json.tree(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        var batch = new SeriesPost(MODEL, NOW);
        check(batch, batch.batch(params));
        var history = new SeriesPost(MODEL, NOW);
        Fact past = history.history(params);
        check(history, past == null ? List.of() : List.of(past));
    }

    private static void check(SeriesPost post, List<Fact> facts) {
        for (Fact fact : facts) {
            assertThat(Json.tree(fact.payload()).isObject()).isTrue();
        }
        assertThat(Json.tree(AlinkReply.data(post.faults())).isObject()).isTrue();
    }
}
