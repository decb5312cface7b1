package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.edge.GatewayRig;
import io.weir.edge.TestProducts;
import io.weir.edge.downlink.Echo;
import io.weir.edge.registry.Device;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class MqttEchoTest {
    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final ManualTime time = new ManualTime(Instant.EPOCH, "boot");
    private final MqttEcho echo = new MqttEcho(vertx, time);
    private final List<Letter> sent = new ArrayList<>();
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
        vertx.close().await();
    }

    private Echo begin() {
        Device device = rig.registry.find(TestProducts.DEVICE);
        return echo.begin(
                device,
                (topic, payload, withinMs) -> {
                    Letter letter = new Letter(sent.size(), topic, payload, withinMs);
                    sent.add(letter);
                    echo.sent(letter);
                    return true;
                });
    }

    @Test
    void theTimeUntilTheAcknowledgementIsTold() {
        Echo begun = begin();
        time.advance(Duration.ofMillis(3));
        echo.acked(new Letter(9, "/p/d/user/get", new byte[0], 0));
        assertThat(begun.micros().isComplete()).isFalse();
        echo.acked(sent.getFirst());
        assertThat(begun.micros().result()).isEqualTo(3000);
    }

    @Test
    void whoDoesNotAcknowledgeIsAskedOnce() {
        Echo first = begin();
        echo.lost();
        assertThat(first.micros().cause()).hasMessageContaining("offline");
        assertThat(begin().micros().cause()).hasMessageContaining("earlier message");
        assertThat(sent).hasSize(1);
        echo.acked(sent.getFirst());
        assertThat(begin().micros().isComplete()).isFalse();
        assertThat(sent).hasSize(2);
    }

    @Test
    void noRoomIsTold() {
        Device device = rig.registry.find(TestProducts.DEVICE);
        Echo full = echo.begin(device, (topic, payload, withinMs) -> false);
        assertThat(full.micros().cause()).hasMessageContaining("too many messages");
        assertThat(begin().micros().isComplete()).isFalse();
    }
}
