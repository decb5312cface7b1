package io.weir.edge;

import static io.weir.edge.TestProducts.CONTROLLED;
import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.TSL;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Devices that mean harm at a real gateway: each is refused with the protocol's code and counted,
 * and the device beside it has every post acknowledged meanwhile. Forged sub-devices, replayed
 * registrations and floods have tests of their own: SubDevicesTest, RegistrationTest, FloodTest.
 */
class HostileDevicesTest {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final String FOREIGN = GatewayRig.topic("dev-02", "event/property/post");
    private static final String UP = GatewayRig.topic(DN, "model/up_raw");

    /** What a script may try, by the byte that asks for it. */
    private static final String BOMBS =
            """
            function deeper(n) { return deeper(n + 1) + 1; }
            function rawDataToProtocol(bytes) {
              var kept = [], text = 'x';
              switch (String.fromCharCode(bytes[0])) {
                case 'L': while (true) {}
                case 'M': for (;;) kept.push(new Array(10000).fill(text));
                case 'S': for (;;) text += text;
                case 'R': return {deep: deeper(0)};
                case 'X': return {slow: /^(a+)+$/.test('a'.repeat(50) + '!')};
              }
            }
            """;

    @TempDir Path folder;
    private GatewayRig rig;
    private Neighbour neighbour;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        neighbour = new Neighbour(rig.device("dev-02"));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            neighbour.unharmed();
        } finally {
            rig.close();
        }
    }

    private double rejected(String kind) {
        return rig.count(
                "weir.ingest.messages", "transport", "mqtt", "kind", kind, "outcome", "rejected");
    }

    /** The reply to a post at QoS 0. */
    private String answer(String payload) {
        try (RawMqtt device = rig.device(DN)) {
            return device.publish(POST, payload, 0, 0).read().payload();
        }
    }

    @Test
    @Tag("cell:hostile-foreign-topic/mqtt/raw")
    void whoPublishesForAnotherIsCutOff() {
        for (int qos = 0; qos <= 1; qos++) {
            try (RawMqtt device = rig.device(DN)) {
                device.publish(FOREIGN, "{\"params\":{\"total_ml\":999}}", qos, qos);
                assertThat(device.read()).isNull();
            }
        }
        assertThat(rejected("foreign")).isEqualTo(2);
        assertThat(rig.count("weir.mqtt.cut")).isEqualTo(2);
        assertThat(rig.log.of(FactKind.PROPERTY_POST))
                .noneMatch(entry -> entry.text().contains("999"));
    }

    @Test
    @Tag("cell:hostile-megabyte/mqtt/raw")
    void aMegabyteEndsTheConnection() {
        try (RawMqtt device = rig.device(DN)) {
            try {
                device.publish(POST, new byte[1 << 20], 1, 1);
            } catch (java.io.UncheckedIOException e) {
                assertThat(e).as("cut off while still sending").isNotNull();
            }
            device.untilClosed();
        }
        assertThat(rig.count("weir.mqtt.cut")).isEqualTo(1);
    }

    @Test
    @Tag("cell:hostile-deep-json/mqtt/raw")
    void jsonOfTenThousandLevelsIsNoJson() {
        String deep =
                "{\"id\":\"1\",\"params\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001);
        assertThat(answer(deep)).contains("\"code\":6207");
        assertThat(answer("[".repeat(200_000))).contains("\"code\":6207");
        assertThat(rejected("property_post")).isEqualTo(2);
    }

    @Test
    @Tag("cell:hostile-ten-thousand-properties/mqtt/raw")
    void ofTenThousandPropertiesNoneIsTaken() {
        String many =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "\"k" + i + "\":" + i)
                        .collect(Collectors.joining(","));
        assertThat(answer("{\"id\":\"1\",\"params\":{\"total_ml\":999," + many + "}}"))
                .contains("\"id\":\"1\",\"code\":6106");
        assertThat(rejected("property_post")).isEqualTo(1);
        assertThat(rig.log.of(FactKind.PROPERTY_POST))
                .noneMatch(entry -> entry.text().contains("999"));
    }

    /** Found by fuzzing: both went through as exceptions that nobody answered. */
    @Test
    @Tag("cell:hostile-odd-text/mqtt/raw")
    void whatIsNoUtf8IsNoJsonAndAnEventWithoutANameIsNone() {
        try (RawMqtt device = rig.device(DN)) {
            byte[] wide =
                    "{\"id\":\"1\",\"params\":{\"total_ml\":999}}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
            device.publish(POST, wide, 0, 0);
            assertThat(device.read().payload()).contains("\"code\":6207");
            device.publish(GatewayRig.topic(DN, "event/post"), "{}", 1, 1);
            assertThat(device.read().type()).isEqualTo(RawMqtt.PUBACK);
        }
    }

    @Test
    @Tag("cell:hostile-script/mqtt/raw")
    void aScriptsBombsAreStoppedOneByOne() {
        script();
        try (RawMqtt device = rig.device(DN)) {
            for (String bomb : List.of("L", "M", "S", "R")) {
                device.publish(UP, bomb, 0, 0);
                assertThat(device.read().payload())
                        .as(bomb)
                        .containsAnyOf("\"code\":26002", "\"code\":26010");
            }
            device.publish(UP, "X", 0, 0);
            assertThat(device.read().payload())
                    .as("patterns are matched without going back: it ends, and names no method")
                    .containsAnyOf("\"code\":6450", "\"code\":26002", "\"code\":26010");
        }
        GatewayRig.await(
                () -> rig.count("weir.script.runs", "product", PK, "outcome", "limit") >= 1);
    }

    private void script() {
        var product =
                new ProductGrant(
                        PK, TSL, CONTROLLED, true, false, new ProductScript(2, BOMBS, true), null);
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= 2
                                ? new Changes(q.since(), false, List.of(), List.of())
                                : new Changes(2, false, List.of(), List.of(product)));
        GatewayRig.await(() -> rig.registry.find(DEVICE).product().script() != null);
    }
}
