package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.devices.DevicesApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.ConnectException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;

/** Where the gateway listens, and silent connections. */
class MqttListenTest {
    private static MqttConfig config(
            String bind, boolean plain, int tlsPort, String cert, String key, int keepAliveMin) {
        return new MqttConfig(
                1,
                bind,
                plain,
                tlsPort,
                cert,
                key,
                262_144,
                100,
                100,
                64,
                262_144,
                Duration.ofSeconds(1),
                keepAliveMin,
                1200,
                50,
                50,
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
    void plainMqttBeyondLoopbackNeedsToBeAskedFor(@TempDir Path folder) {
        assertThatThrownBy(() -> new GatewayRig(folder, config("0.0.0.0", false, 0, "", "", 30), 1))
                .hasMessageContaining("WEIR_MQTT_PLAIN=1");
        try (GatewayRig rig = new GatewayRig(folder, config("0.0.0.0", true, 0, "", "", 30), 1);
                RawMqtt device = rig.device(DN)) {
            assertThat(device.socket().isConnected()).isTrue();
        }
    }

    @Test
    void overTlsAProductThatRequiresItIsServedAndPlainStaysShut(@TempDir Path folder)
            throws Exception {
        KeyStore store = TestTls.keyStore(folder);
        String cert =
                TestTls.pem(folder.resolve("c.pem"), "CERTIFICATE", store.getCertificate("k"));
        String key =
                TestTls.pem(
                        folder.resolve("k.pem"),
                        "PRIVATE KEY",
                        store.getKey("k", TestTls.PASSWORD));
        int tls = GatewayRig.freePort();
        try (GatewayRig rig =
                new GatewayRig(folder, config("0.0.0.0", false, tls, cert, key, 30), 1)) {
            assertThatThrownBy(() -> new RawMqtt(rig.port))
                    .hasRootCauseInstanceOf(ConnectException.class);
            rig.link.answer(DevicesApi.CHANGES, q -> tlsOnly());
            GatewayRig.await(() -> rig.registry.version() == 2);
            try (RawMqtt device = new RawMqtt(TestTls.secured(store, tls))) {
                device.connect(
                        GatewayRig.clientId("c"),
                        DN + "&" + PK,
                        GatewayRig.password("c", DN, SECRET),
                        60);
                assertThat(device.connack()).isZero();
                device.publish(
                        GatewayRig.topic(DN, "event/property/post"),
                        "{\"params\":{\"total_ml\":1}}",
                        1,
                        1);
                assertThat(device.read().packetId()).isEqualTo(1);
                assertThat(device.read().payload()).contains("\"code\":200");
            }
        }
    }

    @Test
    void aHalfOpenConnectionEndsAfterOneAndAHalfKeepAlives(@TempDir Path folder) {
        try (GatewayRig rig = new GatewayRig(folder, config("", false, 0, "", "", 1), 1);
                RawMqtt silent =
                        new RawMqtt(rig.port)
                                .connect(
                                        GatewayRig.clientId("c"),
                                        DN + "&" + PK,
                                        GatewayRig.password("c", DN, SECRET),
                                        1)) {
            assertThat(silent.connack()).isZero();
            long begin = System.nanoTime();
            silent.untilClosed();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(1400), Duration.ofSeconds(5));
            GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == 1);
        }
    }

    private static DevicesApi.Changes tlsOnly() {
        return new DevicesApi.Changes(
                2,
                false,
                List.of(),
                List.of(
                        new DevicesApi.ProductGrant(
                                PK, TestProducts.TSL, TestProducts.CONTROLLED, true, true)));
    }
}
