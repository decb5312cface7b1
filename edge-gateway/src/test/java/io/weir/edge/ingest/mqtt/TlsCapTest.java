package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.guard.GuardConfig;
import io.weir.edge.guard.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** TLS handshakes are the dearest thing that a stranger can make a gateway do. */
class TlsCapTest {
    private static final int CAP = 6;
    private static final int SHARE = 3;

    @Test
    void beyondTheCapSocketsAreClosedBeforeTheHandshake(@TempDir Path folder) throws Exception {
        KeyStore store = TestTls.keyStore(folder);
        String cert =
                TestTls.pem(folder.resolve("c.pem"), "CERTIFICATE", store.getCertificate("k"));
        String key =
                TestTls.pem(
                        folder.resolve("k.pem"),
                        "PRIVATE KEY",
                        store.getKey("k", TestTls.PASSWORD));
        int tls = GatewayRig.freePort();
        var limits = limits();
        try (GatewayRig rig = new GatewayRig(folder, config(tls, cert, key), limits, 2);
                RawMqtt early = overTls(store, tls, DN)) {
            List<RawMqtt> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(silent(tls, 2 + i));
            }
            GatewayRig.await(
                    () -> rig.count("weir.mqtt.accepts", "result", "handshakes") == 20 - CAP);
            assertThat(rig.guard.room().handshaking()).isEqualTo(CAP);
            try (RawMqtt plain = rig.device("dev-02")) {
                assertThat(plain.socket().isConnected()).as("the cap is TLS's own").isTrue();
            }
            early.publish(
                    GatewayRig.topic(DN, "event/property/post"),
                    "{\"params\":{\"total_ml\":1}}",
                    1,
                    1);
            assertThat(early.read().packetId()).isEqualTo(1);
            // They never say hello: closed after connectTimeout and all places are free.
            silent.forEach(RawMqtt::untilClosed);
            GatewayRig.await(() -> rig.guard.room().handshaking() == 0);
            try (RawMqtt late = overTls(store, tls, DN)) {
                assertThat(late.socket().isConnected()).isTrue();
            }
        }
    }

    @Test
    void oneAddressLeavesHandshakesToOthers(@TempDir Path folder) throws Exception {
        KeyStore store = TestTls.keyStore(folder);
        String cert =
                TestTls.pem(folder.resolve("c.pem"), "CERTIFICATE", store.getCertificate("k"));
        String key =
                TestTls.pem(
                        folder.resolve("k.pem"),
                        "PRIVATE KEY",
                        store.getKey("k", TestTls.PASSWORD));
        int tls = GatewayRig.freePort();
        try (GatewayRig rig = new GatewayRig(folder, config(tls, cert, key), limits(), 2)) {
            List<RawMqtt> silent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                silent.add(silent(tls, 2));
            }
            GatewayRig.await(
                    () -> rig.count("weir.mqtt.accepts", "result", "address_full") == 20 - SHARE);
            assertThat(rig.guard.room().handshaking()).isEqualTo(SHARE);
            try (RawMqtt other = overTls(store, tls, DN)) {
                assertThat(other.socket().isConnected()).isTrue();
            }
            silent.forEach(RawMqtt::untilClosed);
        }
    }

    @Test
    void aShareThatLeavesNothingToOthersIsRefusedAtStart() {
        Limits greedy = new Limits().with("handshakesMax", 512).with("waitingPerAddress", 1024);
        assertThatThrownBy(greedy::build).hasMessageContaining("half of handshakesMax");
    }

    private static GuardConfig limits() {
        return new Limits().with("handshakesMax", CAP).with("waitingPerAddress", SHARE).build();
    }

    /** A socket that says nothing, from 127.0.0.x. */
    private static RawMqtt silent(int tls, int x) throws Exception {
        return new RawMqtt(new Socket("127.0.0.1", tls, InetAddress.getByName("127.0.0." + x), 0));
    }

    private static RawMqtt overTls(KeyStore store, int tls, String name) throws Exception {
        RawMqtt device = new RawMqtt(TestTls.secured(store, tls));
        device.connect(
                GatewayRig.clientId("c"),
                name + "&" + PK,
                GatewayRig.password("c", name, SECRET),
                60);
        assertThat(device.connack()).isZero();
        return device;
    }

    private static MqttConfig config(int tlsPort, String cert, String key) {
        return new MqttConfig(
                1,
                "",
                false,
                tlsPort,
                cert,
                key,
                262_144,
                100,
                100,
                64,
                262_144,
                Duration.ofSeconds(3),
                30,
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
}
