package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Devices that prove who they are with a certificate. */
class DeviceCertificateTest {
    private static final String PASSWORD = new String(TestTls.PASSWORD);
    @TempDir Path folder;

    private static void keytool(String... args) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
        command.addAll(List.of(args));
        command.addAll(List.of("-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    /** A key whose certificate the authority signs for these days. */
    private KeyStore device(String file, String name, String from, String days) throws Exception {
        String store = folder.resolve(file + ".p12").toString();
        String request = folder.resolve(file + ".csr").toString();
        String signed = folder.resolve(file + ".crt").toString();
        keytool("-genkeypair", "-alias", "d", "-keyalg", "EC", "-dname", name, "-keystore", store);
        keytool("-certreq", "-alias", "d", "-keystore", store, "-file", request);
        String ca = folder.resolve("ca.p12").toString();
        keytool(
                "-gencert",
                "-alias",
                "ca",
                "-keystore",
                ca,
                "-infile",
                request,
                "-outfile",
                signed,
                "-startdate",
                from,
                "-validity",
                days);
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "ca",
                "-keystore",
                store,
                "-file",
                folder.resolve("ca.crt").toString());
        keytool("-importcert", "-noprompt", "-alias", "d", "-keystore", store, "-file", signed);
        return read(Path.of(store));
    }

    private static KeyStore read(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, TestTls.PASSWORD);
        }
        return store;
    }

    private static Socket dial(KeyStore server, KeyStore own, int port) throws Exception {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("k", server.getCertificate("k"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, TestTls.PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context.getSocketFactory().createSocket("127.0.0.1", port);
    }

    /** Who signs device certificates, as a PEM file. */
    private String authority() throws Exception {
        String ca = folder.resolve("ca.p12").toString();
        String caFile = folder.resolve("ca.crt").toString();
        keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=Test CA",
                "-ext",
                "bc:c",
                "-keystore",
                ca);
        keytool("-exportcert", "-rfc", "-alias", "ca", "-keystore", ca, "-file", caFile);
        return caFile;
    }

    private MqttConfig config(KeyStore server, int tls, int wss, String caFile, String crlFile)
            throws Exception {
        String cert =
                TestTls.pem(folder.resolve("c.pem"), "CERTIFICATE", server.getCertificate("k"));
        String key =
                TestTls.pem(
                        folder.resolve("k.pem"),
                        "PRIVATE KEY",
                        server.getKey("k", TestTls.PASSWORD));
        return new MqttConfig(
                1,
                "",
                false,
                tls,
                cert,
                key,
                262_144,
                100,
                100,
                64,
                262_144,
                Duration.ofSeconds(20),
                30,
                1200,
                50,
                50,
                Duration.ofMillis(300),
                0,
                wss,
                caFile,
                crlFile,
                !caFile.isEmpty(),
                100,
                262_144,
                67_108_864,
                Duration.ofDays(7));
    }

    @Test
    @Tag("cell:device-certificate-revoked/mqtt-tls/raw")
    void aRevokedCertificateFailsInTheHandshake() throws Exception {
        String caFile = authority();
        KeyStore good = device("good", "CN=" + DN + "&" + PK, "-1d", "10");
        KeyStore revoked = device("revoked", "CN=" + DN + "&" + PK, "-1d", "10");
        String list = folder.resolve("ca.crl").toString();
        String serial = ((X509Certificate) revoked.getCertificate("d")).getSerialNumber() + "";
        String ca = folder.resolve("ca.p12").toString();
        keytool("-gencrl", "-rfc", "-alias", "ca", "-keystore", ca, "-id", serial, "-file", list);
        KeyStore server = TestTls.keyStore(folder);
        int tls = GatewayRig.freePort();
        MqttConfig config = config(server, tls, 0, caFile, list);
        try (GatewayRig rig = new GatewayRig(folder.resolve("rig"), config, 1)) {
            try (RawMqtt device = new RawMqtt(dial(server, good, tls))) {
                device.connect(GatewayRig.clientId("c"), DN + "&" + PK, null, 60);
                assertThat(device.connack()).isZero();
            }
            assertThatThrownBy(
                            () -> {
                                try (RawMqtt late = new RawMqtt(dial(server, revoked, tls))) {
                                    late.connect(GatewayRig.clientId("c"), DN + "&" + PK, null, 60)
                                            .connack();
                                }
                            })
                    .isInstanceOf(RuntimeException.class);
            GatewayRig.await(() -> rig.lines.size() == 0);
        }
    }

    @Test
    @Tag("cell:property-post/websocket-tls/hivemq")
    void overWebSocketAndTlsAllIsTheSame() throws Exception {
        KeyStore server = TestTls.keyStore(folder);
        int wss = GatewayRig.freePort();
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("k", server.getCertificate("k"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        MqttConfig config = config(server, 0, wss, "", "");
        try (GatewayRig rig = new GatewayRig(folder.resolve("rig"), config, 1)) {
            Mqtt5BlockingClient client =
                    MqttClient.builder()
                            .identifier(GatewayRig.clientId("hive"))
                            .serverHost("127.0.0.1")
                            .serverPort(wss)
                            .sslConfig()
                            .trustManagerFactory(trust)
                            .applySslConfig()
                            .webSocketConfig()
                            .serverPath("mqtt")
                            .applyWebSocketConfig()
                            .useMqttVersion5()
                            .simpleAuth()
                            .username(DN + "&" + PK)
                            .password(
                                    GatewayRig.password("hive", DN, TestProducts.SECRET)
                                            .getBytes(StandardCharsets.UTF_8))
                            .applySimpleAuth()
                            .buildBlocking();
            client.connect();
            client.publishWith()
                    .topic(GatewayRig.topic(DN, "event/property/post"))
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("{\"params\":{\"total_ml\":5}}".getBytes(StandardCharsets.UTF_8))
                    .send();
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
            client.disconnect();
        }
    }

    @Test
    @Tag("cell:device-certificate/mqtt-tls/raw")
    void aCertificateStandsForThePasswordOfItsDeviceAlone() throws Exception {
        String caFile = authority();
        KeyStore good = device("good", "CN=" + DN + "&" + PK, "-1d", "10");
        KeyStore expired = device("expired", "CN=" + DN + "&" + PK, "-10d", "5");
        KeyStore server = TestTls.keyStore(folder);
        int tls = GatewayRig.freePort();
        MqttConfig config = config(server, tls, 0, caFile, "");
        try (GatewayRig rig = new GatewayRig(folder.resolve("rig"), config, 1)) {
            try (RawMqtt device = new RawMqtt(dial(server, good, tls))) {
                device.connect(GatewayRig.clientId("c"), DN + "&" + PK, null, 60);
                assertThat(device.connack()).isZero();
            }
            try (RawMqtt other = new RawMqtt(dial(server, good, tls))) {
                String password = GatewayRig.password("c", "dev-02", TestProducts.SECRET);
                other.connect(GatewayRig.clientId("c"), "dev-02&" + PK, password, 60);
                assertThat(other.connack()).isEqualTo(4);
            }
            assertThatThrownBy(
                            () -> {
                                try (RawMqtt late = new RawMqtt(dial(server, expired, tls))) {
                                    late.connect(GatewayRig.clientId("c"), DN + "&" + PK, null, 60)
                                            .connack();
                                }
                            })
                    .isInstanceOf(RuntimeException.class);
            assertThatThrownBy(
                            () -> {
                                try (RawMqtt none = new RawMqtt(TestTls.secured(server, tls))) {
                                    none.connect(GatewayRig.clientId("c"), DN + "&" + PK, null, 60)
                                            .connack();
                                }
                            })
                    .isInstanceOf(RuntimeException.class);
        }
    }
}
