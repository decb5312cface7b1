package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.guard.Limits;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** A late event loop refuses connects, then pauses who talks most, then is as before. */
class LagTest {
    private static final String OTHER = "dev-02";
    private static final String POST = "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1}}";

    private static double pauses(GatewayRig rig) {
        return rig.count("weir.mqtt.pauses", "why", "lag");
    }

    private static void publish(RawMqtt device, String name, int id) {
        device.publish(GatewayRig.topic(name, "event/property/post"), POST, 1, id);
    }

    /** The first connects of a cold JVM may find their loop late. */
    private static RawMqtt inTime(GatewayRig rig, String name) {
        while (true) {
            RawMqtt device = rig.dial(name);
            if (device.connack() == 0) {
                return device;
            }
            device.close();
        }
    }

    /** The loop is held up by the journal: each entry costs it far too long. */
    @Test
    void aLateLoopShedsLoadAndRecoversByItself(@TempDir Path folder) throws Exception {
        var limits = new Limits().with("loopLagMs", 200).with("loopTalkers", 1).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1);
                RawMqtt talker = inTime(rig, DN);
                RawMqtt other = inTime(rig, OTHER)) {
            GatewayRig.await(() -> rig.lines.size() == 2);
            rig.log.slowMs = 350;
            int sent = 12;
            for (int i = 1; i <= sent; i++) {
                publish(talker, DN, i);
                Thread.sleep(50);
            }
            publish(other, OTHER, 1);
            GatewayRig.await(() -> pauses(rig) >= 1);
            GatewayRig.await(
                    () -> {
                        try (RawMqtt refused = rig.dial(DN)) {
                            refused.connack();
                            return rig.count("weir.mqtt.connects", "result", "overloaded") >= 1;
                        }
                    });
            rig.log.slowMs = 0;
            GatewayRig.await(
                    () -> {
                        try (RawMqtt again = rig.dial(DN)) {
                            return again.connack() == 0;
                        }
                    });
            assertThat(other.read().packetId()).isEqualTo(1);
            publish(other, OTHER, 2);
            assertThat(other.read().packetId()).isEqualTo(2);
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSizeGreaterThanOrEqualTo(3);
            assertThat(
                            rig.metrics
                                    .registry()
                                    .get("weir.mqtt.loop.lag")
                                    .tag("loop", "1")
                                    .gauge()
                                    .value())
                    .isLessThan(200);
        }
    }
}
