package io.weir.edge.alink;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.thing.ThingModelWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What devices get byte for byte, and what of theirs is journaled, over a raw MQTT connection. */
class TwinHandlersTest {
    private static final String SHADOW = "/shadow/update/" + PK + "/" + DN;
    private static final String NTP = "/ext/ntp/" + PK + "/" + DN + "/request";
    @TempDir Path folder;
    private GatewayRig rig;
    private RawMqtt device;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        device = rig.device(DN);
    }

    @AfterEach
    void stop() {
        device.close();
        rig.close();
    }

    @Test
    @Tag("cell:ntp/mqtt/raw")
    void ntpEchoesTheDevicesTimeAsItCameAndTellsTwoOfOurs() {
        device.publish(NTP, "{\"deviceSendTime\":\"1571724098000\"}", 0, 0);
        RawMqtt.Packet reply = device.read();
        assertThat(reply.topic()).isEqualTo("/ext/ntp/" + PK + "/" + DN + "/response");
        assertThat(reply.payload())
                .matches(
                        "\\{\"deviceSendTime\":\"1571724098000\",\"serverRecvTime\":\"[0-9]{13}\","
                                + "\"serverSendTime\":\"[0-9]{13}\"}");
    }

    @Test
    @Tag("cell:thing-model-get/mqtt/raw")
    void theThingModelComesFromTheGatewayWithoutACloud() {
        rig.link.up(false);
        String tsl = ThingModelWriter.tsl(ThingModelReader.read(TestProducts.TSL, "tsl"), PK);
        for (String word : List.of("dsltemplate", "tsltemplate", "dynamicTsl")) {
            String reply = ask(word + "/get", "{}");
            assertThat(reply)
                    .isEqualTo(
                            "{\"id\":\"7\",\"code\":200,\"message\":\"success\",\"method\":\"thing."
                                    + word
                                    + ".get\",\"version\":\"1.0\",\"data\":"
                                    + tsl
                                    + "}");
        }
    }

    @Test
    @Tag("cell:shadow/mqtt/raw")
    void aShadowMessageGoesUpWholeAndItsAnswerComesBackAsItIs() {
        String word =
                "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":2},\"timestamp\":5}";
        rig.link.answer(
                AlinkApi.TWIN,
                q -> {
                    assertThat(q.method()).isEqualTo("shadow.update");
                    assertThat(q.paramsJson()).isEqualTo("{\"method\":\"get\"}");
                    return Answer.ok(word);
                });
        device.publish(SHADOW, "{\"method\":\"get\"}", 0, 0);
        RawMqtt.Packet reply = device.read();
        assertThat(reply.topic()).isEqualTo("/shadow/get/" + PK + "/" + DN);
        assertThat(reply.payload()).isEqualTo(word);
        rig.link.up(false);
        device.publish(SHADOW, "{\"method\":\"get\"}", 0, 0);
        assertThat(device.read().payload())
                .startsWith(
                        "{\"method\":\"reply\",\"payload\":{\"status\":\"error\",\"content\":"
                                + "{\"errorcode\":\"503\",\"errormessage\":\"")
                .matches(".*}},\"timestamp\":[0-9]{10}}");
    }

    @Test
    @Tag("cell:batch-post/mqtt/raw")
    void aBatchIsJournaledInTheOrderOfItsTimesWithoutWhatIsWrong() {
        String reply =
                ask(
                        "event/property/batch/post",
                        "{\"properties\":{\"setpoint\":[{\"value\":30,\"time\":2000},{\"value\":25,\"time\":1000},"
                            + "{\"value\":99,\"time\":3000}],\"lamp\":[{\"value\":1,\"time\":1000}]},"
                            + "\"events\":{\"fault\":[{\"value\":{\"code\":\"E1\"},\"time\":1500}]}}");
        assertThat(reply)
                .isEqualTo(
                        "{\"id\":\"7\",\"code\":200,\"message\":\"success\",\"method\":"
                                + "\"thing.event.property.batch.post\",\"version\":\"1.0\","
                                + "\"data\":{\"setpoint\":\"out of range\"}}");
        List<Entry> facts = facts();
        assertThat(facts)
                .extracting(f -> f.kind() + " " + f.name() + " " + text(f))
                .containsExactly(
                        "PROPERTY_POST "
                            + " {\"setpoint\":{\"value\":25,\"time\":1000},\"lamp\":{\"value\":1,\"time\":1000}}",
                        "PROPERTY_POST  {\"setpoint\":{\"value\":30,\"time\":2000}}",
                        "EVENT_POST fault {\"code\":\"E1\"}");
        assertThat(facts).allMatch(f -> f.device().equals(DEVICE));
    }

    /** Else a device that posts in batches would pour for nothing. */
    @Test
    void theMeterHearsOfABatchAsOfSinglePostsInTheOrderOfTheirTimes() {
        ask(
                "event/property/batch/post",
                "{\"properties\":{\"total_ml\":[{\"value\":700,\"time\":2000},{\"value\":500,\"time\":1000}],"
                    + "\"boot_id\":[{\"value\":\"b1\",\"time\":1000}]},"
                    + "\"events\":{\"fault\":[{\"value\":{\"code\":\"E1\"},\"time\":1500}]}}");
        assertThat(rig.inlet.reports)
                .extracting(r -> r.totalMl() + " " + r.bootId())
                .containsExactly("500 b1", "700 null");
        assertThat(rig.inlet.told).contains("event fault {\"code\":\"E1\"}");
        ask(
                "event/property/batch/post",
                "{\"properties\":{\"total_ml\":[{\"value\":700,\"time\":3000}]}}");
        assertThat(rig.inlet.reports).as("nothing new, nothing runs").hasSize(2);
    }

    @Test
    void aPackForOthersIsRefusedWhole() {
        String reply =
                ask(
                        "event/property/pack/post",
                        "{\"properties\":{\"lamp\":{\"value\":1,\"time\":1}},\"subDevices\":[{\"identity\":"
                            + "{\"productKey\":\"x\",\"deviceName\":\"y\"},\"properties\":{}}]}");
        assertThat(reply).contains("\"code\":6401,");
        assertThat(facts()).isEmpty();
        assertThat(
                        ask(
                                "event/property/pack/post",
                                "{\"properties\":{\"lamp\":{\"value\":1,\"time\":1}}}"))
                .contains("\"code\":200,");
        assertThat(facts()).hasSize(1);
    }

    @Test
    @Tag("cell:history-post/mqtt/raw")
    void historyIsAFactOfItsOwn() {
        String reply =
                ask(
                        "event/property/history/post",
                        "[{\"identity\":{\"productKey\":\""
                                + PK
                                + "\",\"deviceName\":\""
                                + DN
                                + "\"},\"properties\":[{\"lamp\":{\"value\":1,\"time\":1000}},"
                                + "{\"lamp\":{\"value\":5,\"time\":1000}}],"
                                + "\"events\":[{\"fault\":{\"value\":{\"code\":\"E1\"},\"time\":900}}]}]");
        assertThat(reply).contains("\"code\":200,").contains("\"data\":{\"lamp\":\"");
        assertThat(facts())
                .singleElement()
                .satisfies(
                        f -> {
                            assertThat(f.kind()).isEqualTo(FactKind.HISTORY);
                            assertThat(text(f))
                                    .isEqualTo(
                                            "{\"properties\":[{\"lamp\":{\"value\":1,\"time\":1000}}],"
                                                + "\"events\":[{\"fault\":{\"value\":{\"code\":\"E1\"},\"time\":900}}]}");
                        });
    }

    @Test
    void moreThan200ValuesAre6106() {
        StringBuilder many = new StringBuilder("{\"properties\":{\"lamp\":[");
        for (int i = 0; i <= 200; i++) {
            many.append(i == 0 ? "" : ",").append("{\"value\":1,\"time\":").append(i).append('}');
        }
        assertThat(ask("event/property/batch/post", many.append("]}}").toString()))
                .contains("\"code\":6106,");
        assertThat(facts()).isEmpty();
    }

    @Test
    @Tag("cell:log-post/mqtt/raw")
    void logLinesAreJournaledAsTheyCameAndBadOnesRefused() {
        String line =
                "[{\"utcTime\":\"2020-03-06T15:15:27.000+0800\",\"logLevel\":\"INFO\",\"module\":\"m\","
                    + "\"code\":\"200\",\"traceContext\":\"\",\"logContent\":\"hot\"}]";
        assertThat(ask("log/post", line)).contains("\"code\":200,");
        assertThat(facts()).singleElement().satisfies(f -> assertThat(text(f)).isEqualTo(line));
        assertThat(ask("log/post", line.replace("INFO", "LOUD"))).contains("\"code\":460,");
        assertThat(ask("log/post", "[]")).contains("\"code\":460,");
        assertThat(facts()).hasSize(1);
    }

    private String ask(String rest, String params) {
        device.publish(
                GatewayRig.topic(DN, rest), "{\"id\":\"7\",\"params\":" + params + "}", 0, 0);
        RawMqtt.Packet reply = device.read();
        assertThat(reply.topic()).isEqualTo(GatewayRig.topic(DN, rest + "_reply"));
        return reply.payload();
    }

    private List<Entry> facts() {
        return rig.log.entries.stream()
                .map(logged -> logged.entry())
                .filter(e -> e.kind() != FactKind.ONLINE && e.kind() != FactKind.OFFLINE)
                .toList();
    }

    private static String text(Entry entry) {
        return new String(entry.payload(), StandardCharsets.UTF_8);
    }
}
