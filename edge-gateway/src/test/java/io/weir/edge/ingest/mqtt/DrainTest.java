package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;

import io.weir.api.devices.DevicesApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.edge.guard.Limits;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A gateway that is about to go sends its devices away little by little. */
class DrainTest {
    private static final int DEVICES = 20;

    private static GatewayRig rig(Path folder, Limits limits) {
        GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits.build(), 2);
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        TestProducts.changes(
                                2,
                                IntStream.range(0, DEVICES)
                                        .mapToObj(i -> TestProducts.device("F-" + i, "fleet-" + i))
                                        .toArray(DevicesApi.DeviceGrant[]::new)));
        GatewayRig.await(() -> rig.registry.version() == 2);
        return rig;
    }

    private static List<RawMqtt> fleet(GatewayRig rig) {
        List<RawMqtt> fleet = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            fleet.add(rig.device("fleet-" + i));
        }
        GatewayRig.await(() -> rig.lines.size() >= DEVICES);
        return fleet;
    }

    @Test
    void itShedsAtItsRateTakesNobodyInAndOpensAgain(@TempDir Path folder) {
        try (GatewayRig rig = rig(folder, new Limits().with("drainPerSecond", 20))) {
            List<RawMqtt> fleet = fleet(rig);
            long begin = System.nanoTime();
            rig.guard.drain(true);
            GatewayRig.await(() -> rig.lines.size() < DEVICES);
            assertThat(rig.lines.size()).as("not all at once").isPositive();
            try (RawMqtt newcomer = new RawMqtt(rig.port)) {
                assertThat(newcomer.read()).as("closed at accept").isNull();
            }
            fleet.forEach(RawMqtt::untilClosed);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(took).isBetween(Duration.ofMillis(700), Duration.ofSeconds(4));
            GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == DEVICES);
            assertThat(rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("draining");
            assertThat(rig.count("weir.mqtt.drained")).isEqualTo(DEVICES);
            rig.guard.drain(false);
            try (RawMqtt back = rig.device("fleet-3")) {
                assertThat(back.socket().isConnected()).isTrue();
            }
        }
    }

    @Test
    void aDeviceThatPoursGoesLast(@TempDir Path folder) throws Exception {
        try (GatewayRig rig = rig(folder, new Limits().with("drainPerSecond", 20))) {
            List<RawMqtt> fleet = fleet(rig);
            rig.inlet.open.add("F-0");
            rig.guard.drain(true);
            GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == DEVICES);
            List<String> order =
                    rig.log.of(FactKind.OFFLINE).stream().map(e -> e.entry().device()).toList();
            // Each of the two loops keeps its own order.
            assertThat(order.indexOf("F-0")).isGreaterThan(DEVICES / 3);
            fleet.forEach(RawMqtt::close);
        }
    }

    @Test
    void stoppingShedsTooButTakesNoLongerThanItMay(@TempDir Path folder) {
        Limits limits = new Limits().with("drainPerSecond", 20).drainWithin(Duration.ofMillis(400));
        GatewayRig rig = rig(folder, limits);
        List<RawMqtt> fleet = fleet(rig);
        long begin = System.nanoTime();
        rig.close();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
        fleet.forEach(RawMqtt::untilClosed);
        assertThat(rig.log.of(FactKind.OFFLINE)).hasSize(DEVICES);
        assertThat(rig.count("weir.mqtt.drained")).isLessThan(DEVICES);
    }

    @Test
    void anMqtt5DeviceIsToldWhy(@TempDir Path folder) throws Exception {
        try (GatewayRig rig = rig(folder, new Limits())) {
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            Mqtt5BlockingClient client =
                    MqttClient.builder()
                            .useMqttVersion5()
                            .identifier(GatewayRig.clientId("hive"))
                            .serverHost("127.0.0.1")
                            .serverPort(rig.port)
                            .simpleAuth()
                            .username(DN + "&" + PK)
                            .password(
                                    GatewayRig.password("hive", DN, SECRET)
                                            .getBytes(StandardCharsets.UTF_8))
                            .applySimpleAuth()
                            .addDisconnectedListener(c -> told.complete(c.getCause()))
                            .buildBlocking();
            client.connect();
            GatewayRig.await(() -> rig.lines.find(DEVICE) != null);
            rig.guard.drain(true);
            assertThat(told.get(5, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            Mqtt5DisconnectException.class,
                            e ->
                                    assertThat(e.getMqttMessage().getReasonCode())
                                            .isEqualTo(
                                                    Mqtt5DisconnectReasonCode.USE_ANOTHER_SERVER));
        }
    }

    @Test
    void anMqtt5DeviceThatConnectsTooOftenIsToldSo(@TempDir Path folder) {
        var limits = new Limits().with("connectsPerSecond", 1).with("connectsBurst", 1).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            List<Mqtt5ConnAckReasonCode> codes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Mqtt5BlockingClient client =
                        MqttClient.builder()
                                .useMqttVersion5()
                                .identifier(GatewayRig.clientId("hive"))
                                .serverHost("127.0.0.1")
                                .serverPort(rig.port)
                                .simpleAuth()
                                .username(DN + "&" + PK)
                                .password(
                                        GatewayRig.password("hive", DN, SECRET)
                                                .getBytes(StandardCharsets.UTF_8))
                                .applySimpleAuth()
                                .buildBlocking();
                try {
                    client.connect();
                    client.disconnect();
                } catch (Mqtt5ConnAckException e) {
                    codes.add(e.getMqttMessage().getReasonCode());
                }
            }
            assertThat(codes)
                    .isNotEmpty()
                    .containsOnly(Mqtt5ConnAckReasonCode.CONNECTION_RATE_EXCEEDED);
        }
    }
}
