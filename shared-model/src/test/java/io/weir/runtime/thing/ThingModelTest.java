package io.weir.runtime.thing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.DataType;
import io.weir.model.thing.Event;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ThingModelTest {
    static final String EVERY_TYPE =
            """
            {"properties":[
             {"identifier":"count","accessMode":"rw","dataType":{"type":"int","specs":{"min":"0","max":"100","step":"1"}}},
             {"identifier":"temperature","accessMode":"rw","dataType":{"type":"float","specs":{"min":"-40","max":"120.5","unit":"C"}}},
             {"identifier":"flow","accessMode":"rw","dataType":{"type":"double","specs":{}}},
             {"identifier":"power","accessMode":"rw","dataType":{"type":"bool","specs":{"0":"off","1":"on"}}},
             {"identifier":"valve","accessMode":"rw","dataType":{"type":"enum","specs":{"0":"shut","1":"open","7":"stuck"}}},
             {"identifier":"label","accessMode":"rw","dataType":{"type":"text","specs":{"length":"6"}}},
             {"identifier":"made","accessMode":"rw","dataType":{"type":"date"}},
             {"identifier":"list","accessMode":"rw","dataType":{"type":"array","specs":{"size":"2","item":{"type":"int"}}}},
             {"identifier":"place","accessMode":"rw","dataType":{"type":"struct","specs":[
               {"identifier":"lat","dataType":{"type":"double","specs":{"min":"-90","max":"90"}}}]}},
             {"identifier":"total","accessMode":"r","required":true,"dataType":{"type":"int"}}],
             "events":["switchon",{"identifier":"fault","type":"error","outputData":[
               {"identifier":"code","dataType":{"type":"int"}}]},
               {"identifier":"post","type":"info","method":"thing.event.property.post"}],
             "services":[{"identifier":"dispense","callType":"sync","inputData":[
               {"identifier":"volume_ml","dataType":{"type":"int","specs":{"min":"1"}}}]},
               {"identifier":"set","method":"thing.service.property.set"},
               {"identifier":"get","method":"thing.service.property.get"}]}
            """;

    private final ThingModel model = ThingModelReader.read(EVERY_TYPE, "thing_model");

    @Test
    void aBareNameIsAnInfoEventWithoutOutputsAlsoWhenTheModelIsTextInsideJson() {
        for (String sent :
                List.of(
                        "{\"events\":[\"switchon\"]}",
                        "\"{\\\"events\\\": [\\\"switchon\\\"]}\"")) {
            ThingModel read = ThingModelReader.read(sent, "thing_model");
            assertThat(read.events())
                    .containsExactly(
                            new Event("switchon", "switchon", Event.Level.INFO, false, List.of()));
            assertThat(read.properties()).isEmpty();
        }
    }

    @Test
    void builtInMembersGoWithoutSaying() {
        assertThat(model.events())
                .extracting(Event::identifier)
                .containsExactly("switchon", "fault");
        assertThat(model.services()).hasSize(1);
        assertThat(model.property("valve").orElseThrow().type())
                .isInstanceOf(DataType.Enumeration.class);
    }

    @Test
    void whatIsWrittenReadsAsTheSameModelAndIsWrittenTheSameAgain() {
        String tsl = ThingModelWriter.tsl(model, "pk00001");
        assertThat(ThingModelReader.read(tsl, "tsl")).isEqualTo(model);
        assertThat(ThingModelWriter.tsl(ThingModelReader.read(tsl, "tsl"), "pk00001"))
                .isEqualTo(tsl)
                .doesNotContain("\n")
                .contains("\"productKey\":\"pk00001\"", "thing.event.switchon.post");
    }

    @Test
    void everyFaultIsLocatedAndAllAreToldAtOnce() {
        Rejected no =
                refused(
                        """
                        {"properties":[
                          {"identifier":"a b","accessMode":"rw","dataType":{"type":"int"}},
                          {"identifier":"x","dataType":{"type":"int","specs":{"min":"9","max":"1","step":"zero"}}},
                          {"identifier":"x","accessMode":"r","dataType":{"type":"number"}},
                          {"identifier":"time","accessMode":"r","dataType":{"type":"enum","specs":{"one":"1"}}},
                          {"identifier":"deep","accessMode":"r","dataType":{"type":"struct","specs":[{"identifier":"s","dataType":
                            {"type":"struct","specs":[{"identifier":"t","dataType":{"type":"struct","specs":[]}}]}}]}},
                          7],
                         "events":["ok",{"identifier":"e","type":"loud"},""],
                         "services":{"identifier":"s"}}
                        """);
        assertThat(no.status()).isEqualTo(422);
        assertThat(no.errors())
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder(
                        "thing_model.properties[0].identifier",
                        "thing_model.properties[1].accessMode",
                        "thing_model.properties[1].dataType.specs.max",
                        "thing_model.properties[1].dataType.specs.step",
                        "thing_model.properties[2].identifier",
                        "thing_model.properties[2].dataType.type",
                        "thing_model.properties[3].identifier",
                        "thing_model.properties[3].dataType.specs.one",
                        "thing_model.properties[4].dataType.specs[0].dataType.specs[0].dataType.specs",
                        "thing_model.properties[4].dataType.specs[0].dataType.specs[0].dataType.specs",
                        "thing_model.properties[5]",
                        "thing_model.events[1].type",
                        "thing_model.events[2]",
                        "thing_model.services");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "7",
                "null",
                "{\"events\":[\"a\"],\"events\":[\"b\"]}",
                "{\"properties\":7}",
                "{\"properties\":[{\"identifier\":\"n\",\"accessMode\":\"r\",\"dataType\":"
                        + "{\"type\":\"double\",\"specs\":{\"max\":\"1e999999999\"}}}]}"
            })
    void whatIsNoModelIsRefusedAndNamed(String sent) {
        assertThat(refused(sent).errors().getFirst().field()).startsWith("thing_model");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "count|0", "count|100", "temperature|-40", "temperature|120.5", "temperature|3",
                        "flow|1e300", "power|1",
                "valve|7", "label|\"水水\"", "made|\"1700000000000\"", "list|[]", "list|[1,2]",
                        "place|{}", "place|{\"lat\":1.5}"
            })
    void aFittingValuePasses(String property, String value) {
        assertThat(ThingCheck.check(model, property, Json.tree(value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "count|-1", "count|101", "count|1.0", "count|\"1\"", "count|null",
                        "count|99999999999", "temperature|120.6",
                "temperature|\"3\"", "flow|1e999999999", "power|2", "power|true", "valve|2",
                        "valve|\"0\"", "label|\"水水水\"",
                "label|7", "made|1700000000000", "made|\"today\"", "list|[1,2,3]", "list|{}",
                        "place|[]", "nothing|1"
            })
    void anUnfittingValueIsLocatedAtTheProperty(String property, String value) {
        assertThat(ThingCheck.check(model, property, Json.tree(value)))
                .hasValueSatisfying(e -> assertThat(e.field()).isEqualTo(property));
    }

    @Test
    void aFaultInsideAnArrayOrStructIsLocatedThere() {
        assertThat(ThingCheck.check(model, "list", Json.tree("[1,\"x\"]")))
                .hasValueSatisfying(e -> assertThat(e.field()).isEqualTo("list[1]"));
        assertThat(ThingCheck.check(model, "place", Json.tree("{\"lat\":91}")))
                .hasValueSatisfying(e -> assertThat(e.field()).isEqualTo("place.lat"));
        assertThat(ThingCheck.check(model, "place", Json.tree("{\"lon\":1}")))
                .hasValueSatisfying(e -> assertThat(e.field()).isEqualTo("place.lon"));
    }

    @Test
    void aSetMustBeOfWritablePropertiesAndAnInvokeMustHaveEveryInput() {
        assertThat(ThingCheck.set(model, Json.tree("{\"total\":1,\"count\":5,\"x\":1}"), "params"))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("params.total", "params.x");
        assertThat(ThingCheck.set(model, Json.tree("{}"), "params")).hasSize(1);
        var service = model.service("dispense").orElseThrow();
        JsonNode good = Json.tree("{\"volume_ml\":500}");
        assertThat(ThingCheck.invoke(service, good, "params")).isEmpty();
        assertThat(ThingCheck.invoke(service, Json.tree("{}"), "params"))
                .containsExactly(new FieldError("params.volume_ml", "is missing"));
        assertThat(ThingCheck.invoke(service, Json.tree("{\"volume_ml\":0,\"y\":1}"), "params"))
                .extracting(FieldError::field)
                .containsExactlyInAnyOrder("params.volume_ml", "params.y");
    }

    private static Rejected refused(String model) {
        Rejected no =
                catchThrowableOfType(
                        Rejected.class, () -> ThingModelReader.read(model, "thing_model"));
        assertThat(no).isNotNull();
        return no;
    }
}
