package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

class ConnectLimitTest {
    private static MqttConfig config(int connections, int burst) {
        return new MqttConfig(
                1,
                "",
                false,
                0,
                "",
                "",
                262_144,
                connections,
                100,
                64,
                262_144,
                Duration.ofSeconds(1),
                30,
                1200,
                burst,
                6,
                Duration.ofMillis(300),
                0,
                0,
                "",
                "",
                false,
                100,
                262_144,
                67_108_864,
                Duration.ofDays(7));
    }

    @Test
    void oneClientIdInALoopIsSlowedDownAndOthersAreUnharmed(@TempDir Path folder) {
        try (GatewayRig rig = new GatewayRig(folder, config(100, 5), 2);
                RawMqtt other = rig.device("dev-02")) {
            int refused = 0;
            for (int i = 0; i < 40; i++) {
                try (RawMqtt looping = rig.dial(TestProducts.DN)) {
                    refused += looping.connack() == 3 ? 1 : 0;
                }
            }
            assertThat(refused).isEqualTo(35);
            other.publish(
                    GatewayRig.topic("dev-02", "event/property/post"),
                    "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1}}",
                    1,
                    3);
            assertThat(other.read().packetId()).isEqualTo(3);
        }
    }

    @Test
    void connectionsBeyondTheBoundAreRefusedAndTheirPlaceIsFreeAgainLater(@TempDir Path folder) {
        try (GatewayRig rig = new GatewayRig(folder, config(1, 50), 1)) {
            try (RawMqtt first = rig.device(TestProducts.DN);
                    RawMqtt second = rig.dial("dev-02")) {
                assertThat(second.connack()).isEqualTo(3);
                second.untilClosed();
                assertThat(first.socket().isClosed()).isFalse();
            }
            GatewayRig.await(
                    () -> {
                        try (RawMqtt again = rig.dial("dev-02")) {
                            return again.connack() == 0;
                        }
                    });
        }
    }
}
