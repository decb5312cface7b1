package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.problem.FieldError;
import io.weir.runtime.thing.ThingModelReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** What of a new thing model breaks those who know the old one. */
class ModelChangeTest {
    private static final String OLD =
            """
            {"properties":[
              {"identifier":"light","accessMode":"rw","dataType":{"type":"int","specs":{"min":"0","max":"10"}}},
              {"identifier":"mode","accessMode":"r","dataType":{"type":"enum","specs":{"0":"a","1":"b"}}},
              {"identifier":"label","accessMode":"r","dataType":{"type":"text","specs":{"length":"32"}}}],
             "events":[{"identifier":"leak","type":"alert","outputData":[{"identifier":"ml","dataType":{"type":"int"}}]}],
             "services":[{"identifier":"blink","callType":"async","inputData":[{"identifier":"times","dataType":{"type":"int"}}]}]}
            """;

    private static List<FieldError> breaks(String from, String to) {
        String changed = OLD.replace(from, to);
        assertThat(changed).as("the replacement replaces").isNotEqualTo(OLD);
        return ModelChange.breaks(
                ThingModelReader.read(OLD, "thing_model"),
                ThingModelReader.read(changed, "thing_model"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"light\"|\"lamp\"|thing_model.properties.light|is removed",
                "\"max\":\"10\"|\"max\":\"9\"|thing_model.properties.light.dataType|has a narrower"
                        + " range than 0..10",
                "\"accessMode\":\"rw\"|\"accessMode\":\"r\"|thing_model.properties.light.accessMode|was"
                    + " rw",
                ",\"1\":\"b\"|,\"2\":\"b\"|thing_model.properties.mode.dataType|has no value 1 any"
                        + " more",
                "\"length\":\"32\"|\"length\":\"16\"|thing_model.properties.label.dataType|was up"
                        + " to 32 bytes",
                "\"identifier\":\"mode\"|\"required\":true,\"identifier\":\"mode\"|thing_model.properties.mode.required|was"
                    + " not required",
                "\"leak\"|\"drip\"|thing_model.events.leak|is removed",
                "\"ml\"|\"litres\"|thing_model.events.leak.outputData.ml|is removed",
                "\"async\"|\"sync\"|thing_model.services.blink.callType|was async",
                "\"times\",\"dataType\":{\"type\":\"int\"}|\"times\",\"dataType\":{\"type\":\"bool\"}|thing_model.services.blink.inputData.times|was"
                    + " int"
            })
    void whatIsTakenAwayOrNarrowedBreaks(String from, String to, String field, String rule) {
        assertThat(breaks(from, to)).containsExactly(new FieldError(field, rule));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"max\":\"10\"|\"max\":\"11\"",
                "\"1\":\"b\"|\"1\":\"b\",\"2\":\"c\"",
                "\"length\":\"32\"|\"length\":\"64\"",
                "\"type\":\"alert\"|\"type\":\"error\"",
                "\"properties\":[|\"properties\":[{\"identifier\":\"more\",\"accessMode\":\"r\",\"dataType\":{\"type\":\"bool\"}},"
            })
    void whatIsAddedOrWidenedBreaksNothing(String from, String to) {
        assertThat(breaks(from, to)).isEmpty();
    }

    @Test
    void whatIsNewAndRequiredBreaks() {
        String more =
                "\"properties\":[{\"identifier\":\"more\",\"required\":true,\"accessMode\":\"r\",\"dataType\":{\"type\":\"bool\"}},";
        assertThat(breaks("\"properties\":[", more))
                .containsExactly(
                        new FieldError("thing_model.properties.more", "is new and required"));
    }
}
