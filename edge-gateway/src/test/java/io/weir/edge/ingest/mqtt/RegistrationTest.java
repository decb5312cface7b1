package io.weir.edge.ingest.mqtt;

import static io.weir.edge.GatewayRig.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Register;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.runtime.crypto.DeviceToken;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The three forms of dynamic registration over MQTT, and the leave-taking of a moved device. */
class RegistrationTest {
    private static final String CID =
            "dev-01.pkDemo00001|securemode=2,authType=%s,random=123,signmethod=hmacsha256%s|";
    private static final String CLIENT = "0123456789abcdef0123456789abcdef";
    private static final String TOKEN = "t".repeat(64);

    @TempDir private static Path folder;
    private static GatewayRig rig;
    private static final List<Register> asked = new CopyOnWriteArrayList<>();
    private static final AtomicLong version = new AtomicLong(1);

    @BeforeAll
    static void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        rig.link.answer(RegistrationApi.REGISTER, RegistrationTest::answer);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static Registered answer(Register q) {
        asked.add(q);
        if (!q.sign().equals("c0ffee")) {
            return Registered.refused(RegistrationApi.BAD_SIGN, "wrong signature");
        }
        return q.form() == Form.SECRET
                ? new Registered(200, "success", "s3cret", null, null)
                : new Registered(200, "success", null, CLIENT, TOKEN);
    }

    @Test
    @Tag("cell:registration/mqtt/raw")
    void theSecretIsPushedWithoutASubscriptionThenTheConnectionEnds() {
        RawMqtt device = dial(CID.formatted("register", ",instanceId=i"), "c0ffee", 0);
        assertThat(device.connack()).isZero();
        RawMqtt.Packet secret = device.read();
        assertThat(secret.topic()).isEqualTo("/ext/register");
        assertThat(secret.payload())
                .isEqualTo(
                        "{\"productKey\":\"pkDemo00001\",\"deviceName\":\"dev-01\",\"deviceSecret\":\"s3cret\"}");
        assertThat(asked)
                .contains(
                        new Register(
                                "gw-1",
                                Form.SECRET,
                                "pkDemo00001",
                                "dev-01",
                                "123",
                                "c0ffee",
                                "HMACSHA256",
                                false,
                                "127.0.0.1"));
        device.untilClosed();
        // It was no device's connection: nothing tells of it.
        assertThat(rig.lines.find(TestProducts.DEVICE)).isNull();
    }

    @Test
    @Tag("cell:registration-without-whitelist/mqtt/raw")
    void aTokenIsPushedAndLetsTheDeviceIn() {
        RawMqtt device = dial(CID.formatted("regnwl", ""), "c0ffee", 60);
        assertThat(device.connack()).isZero();
        RawMqtt.Packet token = device.read();
        assertThat(token.topic()).isEqualTo("/ext/regnwl");
        assertThat(token.payload())
                .isEqualTo(
                        "{\"productKey\":\"pkDemo00001\",\"deviceName\":\"dev-01\",\"clientId\":\"%s\",\"deviceToken\":\"%s\"}"
                                .formatted(CLIENT, TOKEN));
        device.close();

        String login = CLIENT + "|authType=connwl,securemode=-2,_ss=1,ext=3,_v=sdk-c-4.2.0|";
        assertThat(dial(login, TOKEN, 60).connack()).isEqualTo(4);
        tell(token(DeviceToken.hash(CLIENT, TOKEN)));
        await(() -> rig.registry.find(TestProducts.DEVICE).tokenHash() != null);
        assertThat(dial(login, TOKEN, 60).connack()).isZero();
        assertThat(dial(login, TOKEN.replace('t', 'u'), 60).connack()).isEqualTo(4);
        assertThat(dial(login.replace("0123", "3210"), TOKEN, 60).connack()).isEqualTo(4);
    }

    @Test
    void refusalsBearTheProtocolsCodes() {
        assertThat(dial(CID.formatted("register", ""), "bad", 60).connack()).isEqualTo(4);
        assertThat(dial("c|authType=register,signmethod=hmacsha1|", "c0ffee", 60).connack())
                .isEqualTo(2);
        assertThat(dial("c|authType=nothing,random=1|", "c0ffee", 60).connack()).isEqualTo(2);
        rig.link.up(false);
        try {
            assertThat(dial(CID.formatted("register", ""), "c0ffee", 60).connack()).isEqualTo(3);
        } finally {
            rig.link.up(true);
        }
        double registered = rig.count("weir.arrival.register", "code", "6287");
        assertThat(registered).isEqualTo(1);
    }

    @Test
    void aStrangerThatRegisteredMayNotPublish() {
        RawMqtt device = dial(CID.formatted("register", ""), "c0ffee", 60);
        assertThat(device.connack()).isZero();
        device.read();
        device.publish("/sys/pkDemo00001/dev-01/thing/event/property/post", "{}", 1, 1);
        device.untilClosed();
        assertThat(rig.log.entries).noneMatch(e -> e.entry().device().equals("dev-01"));
    }

    @Test
    @Tag("cell:bootstrap-notify/mqtt/raw")
    void aDeviceThatMovesIsToldAndThenCutOff() {
        RawMqtt device = rig.device("dev-02");
        await(() -> rig.lines.find("D-0002") != null);
        tell(gone("D-0002", "dev-02"));
        RawMqtt.Packet notice = device.read();
        assertThat(notice.topic()).isEqualTo(GatewayRig.topic("dev-02", "bootstrap/notify"));
        assertThat(notice.payload())
                .matches(
                        "\\{\"id\":\"[0-9]+\",\"version\":\"1.0(.0)?\",\"method\":\"thing.bootstrap.notify\",\"params\":\\{\"cmd\":0}}");
        assertThat(rig.lines.find("D-0002")).isNotNull();
        String id = notice.payload().replaceAll(".*\"id\":\"([0-9]+)\".*", "$1");
        device.publish(
                GatewayRig.topic("dev-02", "bootstrap/notify_reply"),
                "{\"id\":\"" + id + "\",\"code\":200,\"data\":{}}",
                0,
                0);
        await(() -> rig.lines.find("D-0002") == null);
        device.untilClosed();
        assertThat(rig.dial("dev-02").connack()).isEqualTo(4);

        // Given back it may come again; taken while it says nothing it is cut off all the same.
        tell(TestProducts.device("D-0002", "dev-02"));
        await(() -> rig.registry.find("D-0002").refusal() == null);
        RawMqtt silent = rig.device("dev-02");
        await(() -> rig.lines.find("D-0002") != null);
        tell(gone("D-0002", "dev-02"));
        silent.read();
        tell(TestProducts.device("D-0002", "dev-02"));
        assertThat(rig.lines.find("D-0002")).isNotNull();
        tell(gone("D-0002", "dev-02"));
        await(() -> rig.lines.find("D-0002") == null);
        silent.untilClosed();
    }

    private static DeviceGrant gone(String id, String name) {
        return new DeviceGrant(id, TestProducts.PK, name, null, "", false, "REMOVED", null, null);
    }

    private static DeviceGrant token(String hash) {
        return new DeviceGrant(
                TestProducts.DEVICE,
                TestProducts.PK,
                TestProducts.DN,
                TestProducts.TENANT,
                TestProducts.SECRET,
                true,
                null,
                hash,
                null);
    }

    private static void tell(DeviceGrant grant) {
        long next = version.incrementAndGet();
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        new DevicesApi.Changes(
                                next,
                                false,
                                q.since() >= next ? List.of() : List.of(grant),
                                List.of()));
        rig.link.signal(EdgeApi.REGISTRY_CHANGED, new EdgeApi.RegistryChanged(next));
        await(() -> rig.registry.version() == next);
    }

    private static RawMqtt dial(String clientId, String password, int keepAlive) {
        return new RawMqtt(rig.port).connect(clientId, "dev-01&pkDemo00001", password, keepAlive);
    }
}
