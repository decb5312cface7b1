package io.weir.edge.ota;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What devices tell of their firmware, as the C SDK and others write it. */
class FirmwareNewsTest {
    private static final String INFORM = "/ota/device/inform/" + PK + "/" + DN;
    private static final String PROGRESS = "/ota/device/progress/" + PK + "/" + DN;
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    @Tag("cell:ota-version/mqtt/raw")
    void versionsAreFactsOfTheirModule() {
        try (RawMqtt device = rig.device(DN)) {
            device.publish(INFORM, "{\"id\":1,\"params\":{\"version\":\"1.0.1\"}}", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            device.publish(
                    INFORM,
                    "{\"id\":\"2\",\"params\":{\"version\":\"2\",\"module\":\"MCU\"}}",
                    1,
                    2);
            assertThat(device.read().packetId()).isEqualTo(2);
            device.publish(INFORM, "{\"id\":3,\"params\":{\"module\":\"MCU\"}}", 1, 3);
            assertThat(device.read().packetId()).isEqualTo(3);
        }
        var told = rig.log.of(FactKind.VERSION);
        assertThat(told).extracting(l -> l.entry().name()).containsExactly("", "MCU");
        assertThat(told.getFirst().text()).isEqualTo("{\"version\":\"1.0.1\"}");
        assertThat(told.getFirst().lane()).isEqualTo(Lane.ALARM);
    }

    @Test
    @Tag("cell:ota-progress/mqtt/raw")
    void stepsAreFactsWhetherTheyAreTextOrNumbers() {
        String[] steps = {"\"50\"", "100", "-2", "101", "\"x\"", "-5"};
        try (RawMqtt device = rig.device(DN)) {
            for (int i = 0; i < steps.length; i++) {
                String json =
                        "{\"id\":" + i + ",\"params\":{\"step\":" + steps[i] + ",\"desc\":\"\"}}";
                device.publish(PROGRESS, json, 1, i + 1);
                assertThat(device.read().packetId()).isEqualTo(i + 1);
            }
        }
        assertThat(rig.log.of(FactKind.UPGRADE))
                .extracting(l -> l.text().replaceAll(".*\"step\":(-?[0-9]+).*", "$1"))
                .containsExactly("50", "100", "-2");
    }
}
