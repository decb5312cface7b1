package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Who comes in, who does not, and what is told of it. */
class MqttConnectTest {
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 2);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private int connect(String clientId, String user, String password, int keepAlive) {
        try (RawMqtt client = new RawMqtt(rig.port)) {
            int code = client.connect(clientId, user, password, keepAlive).connack();
            if (code != 0) {
                client.untilClosed();
            }
            return code;
        }
    }

    private int as(String name, String secret) {
        return connect(
                GatewayRig.clientId("c"),
                name + "&" + PK,
                GatewayRig.password("c", name, secret),
                60);
    }

    @Test
    void theRightTripleComesInAndIsToldOnTheAlarmLane() {
        try (RawMqtt client = rig.device(DN)) {
            GatewayRig.await(() -> !rig.log.of(FactKind.ONLINE).isEmpty());
            var online = rig.log.of(FactKind.ONLINE).getFirst();
            assertThat(online.lane()).isEqualTo(Lane.ALARM);
            assertThat(online.entry().device()).isEqualTo(DEVICE);
            assertThat(online.entry().epoch()).isEqualTo(1);
            assertThat(online.text()).contains("\"connection\":1", "\"reason\":\"\"");
        }
        GatewayRig.await(() -> !rig.log.of(FactKind.OFFLINE).isEmpty());
        assertThat(rig.log.of(FactKind.OFFLINE).getFirst().entry().epoch()).isEqualTo(1);
        GatewayRig.await(() -> rig.inlet.told.size() == 2);
        assertThat(rig.inlet.told).containsExactly("connected D-0001 1 1", "disconnected D-0001 1");
        assertThat(rig.lines.size()).isZero();
    }

    @Test
    void wrongCredentialsAreCode4() {
        assertThat(as(DN, "wrong")).isEqualTo(4);
        assertThat(as("nobody", SECRET)).isEqualTo(4);
        assertThat(connect(GatewayRig.clientId("c"), "dev-01", "00", 60)).isEqualTo(4);
        assertThat(connect(GatewayRig.clientId("c"), null, null, 60)).isEqualTo(4);
        assertThat(connect(GatewayRig.clientId("c"), DN + "&unknownProduct", "00", 60))
                .isEqualTo(4);
        assertThat(rig.log.entries).isEmpty();
    }

    @Test
    void devicesThatMayNotBeUsedAreCode4() {
        assertThat(as("dev-03", SECRET)).isEqualTo(4);
        assertThat(as("dev-04", SECRET)).isEqualTo(4);
        assertThat(rig.count("weir.mqtt.connects", "result", "not_usable")).isEqualTo(2);
    }

    @Test
    void malformedClientIdsAndKeepAlivesAreCode2() {
        String user = DN + "&" + PK;
        String password = GatewayRig.password("c", DN, SECRET);
        assertThat(connect("c|securemode=3", user, password, 60)).isEqualTo(2);
        assertThat(connect("c|signmethod=md4|", user, password, 60)).isEqualTo(2);
        assertThat(connect("x".repeat(65) + "|a=b|", user, password, 60)).isEqualTo(2);
        assertThat(connect("c|authType=other,random=1|", user, password, 60)).isEqualTo(2);
        for (int keepAlive : new int[] {0, 29, 1201, 65535}) {
            assertThat(connect(GatewayRig.clientId("c"), user, password, keepAlive)).isEqualTo(2);
        }
        for (int keepAlive : new int[] {30, 1200}) {
            assertThat(connect(GatewayRig.clientId("c"), user, password, keepAlive)).isZero();
        }
    }

    @Test
    void whenNeitherCacheNorCloudCanTellItIsCode3() {
        rig.link.up(false);
        assertThat(as("stranger", SECRET)).isEqualTo(3);
        assertThat(as(DN, SECRET)).as("a known device needs no cloud").isZero();
        GatewayRig.await(() -> !rig.log.of(FactKind.ONLINE).isEmpty());
        assertThat(rig.log.of(FactKind.ONLINE).getFirst().entry().epoch()).isZero();
    }

    @Test
    void anUnknownDeviceIsLookedUpOnceAndRemembered() {
        rig.link.answer(
                DevicesApi.LOOKUP,
                q ->
                        q.deviceName().equals("late")
                                ? TestProducts.changes(1, TestProducts.device("D-L", "late"))
                                : notFound());
        assertThat(as("late", SECRET)).isZero();
        assertThat(as("late", "wrong")).isEqualTo(4);
        assertThat(as("ghost", SECRET)).isEqualTo(4);
        assertThat(as("ghost", SECRET)).isEqualTo(4);
        assertThat(rig.link.asked).containsEntry(DevicesApi.LOOKUP.address(), 2);
    }

    private static DevicesApi.Changes notFound() {
        throw io.weir.model.problem.Rejected.notFound("device");
    }

    @Test
    void aSlowCloudCostsOnlyTheEpoch() {
        rig.link.answer(DevicesApi.EPOCHS, q -> null);
        try (RawMqtt client = rig.device(DN)) {
            // Published before the epoch is there: kept, in order.
            client.publish(GatewayRig.topic(DN, "event/property/post"), post(1), 1, 1);
            client.publish(GatewayRig.topic(DN, "event/property/post"), post(2), 1, 2);
            assertThat(client.read().packetId()).isEqualTo(1);
            assertThat(client.read().packetId()).isEqualTo(2);
        }
        assertThat(rig.log.of(FactKind.ONLINE).getFirst().entry().epoch()).isZero();
    }

    private static String post(int ml) {
        return "{\"id\":1,\"sys\":{\"ack\":0},\"params\":{\"total_ml\":" + ml + "}}";
    }

    @Test
    void aPublishSentTogetherWithConnectIsHandled() {
        try (RawMqtt client = new RawMqtt(rig.port)) {
            byte[] connect =
                    RawMqtt.connectPacket(
                            GatewayRig.clientId("c"),
                            DN + "&" + PK,
                            GatewayRig.password("c", DN, SECRET),
                            60);
            byte[] publish =
                    RawMqtt.publishPacket(
                            GatewayRig.topic(DN, "event/property/post"), post(5), 1, 9, false);
            byte[] both = new byte[connect.length + publish.length];
            System.arraycopy(connect, 0, both, 0, connect.length);
            System.arraycopy(publish, 0, both, connect.length, publish.length);
            client.send(both);
            assertThat(client.connack()).isZero();
            assertThat(client.read().packetId()).isEqualTo(9);
        }
    }

    @Test
    void aNewConnectionForcesTheOldOneOffWhicheverLoopItLivesOn() {
        try (RawMqtt first = rig.device(DN);
                RawMqtt second = rig.device(DN);
                RawMqtt third = rig.device(DN)) {
            first.untilClosed();
            second.untilClosed();
            GatewayRig.await(() -> rig.log.of(FactKind.ONLINE).size() == 3);
            third.publish(GatewayRig.topic(DN, "event/property/post"), post(1), 1, 1);
            assertThat(third.read().packetId()).isEqualTo(1);
            assertThat(rig.lines.size()).isEqualTo(1);
            List<String> kinds =
                    rig.log.entries.stream()
                            .filter(e -> e.lane() == Lane.ALARM)
                            .map(e -> e.entry().kind() + " " + e.entry().epoch())
                            .toList();
            assertThat(kinds)
                    .containsExactly("ONLINE 1", "OFFLINE 1", "ONLINE 2", "OFFLINE 2", "ONLINE 3");
            assertThat(rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("taken over");
            assertThat(rig.inlet.told)
                    .containsExactly(
                            "connected D-0001 1 1",
                            "disconnected D-0001 1",
                            "connected D-0001 2 2",
                            "disconnected D-0001 2",
                            "connected D-0001 3 3");
        }
    }

    @Test
    void aDeviceThatIsDisabledLosesItsConnection() {
        try (RawMqtt client = rig.device(DN);
                RawMqtt other = rig.device("dev-02")) {
            GatewayRig.await(() -> rig.lines.size() == 2);
            rig.link.answer(
                    DevicesApi.CHANGES,
                    q ->
                            q.since() >= 2
                                    ? new DevicesApi.Changes(2, false, List.of(), List.of())
                                    : new DevicesApi.Changes(
                                            2,
                                            false,
                                            List.of(TestProducts.unusable(DEVICE, DN, "DISABLED")),
                                            List.of()));
            rig.link.signal(EdgeApi.REGISTRY_CHANGED, new EdgeApi.RegistryChanged(2));
            client.untilClosed();
            assertThat(as(DN, SECRET)).isEqualTo(4);
            other.publish(GatewayRig.topic("dev-02", "event/property/post"), post(1), 1, 1);
            assertThat(other.read().packetId()).isEqualTo(1);
        }
        assertThat(rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("DISABLED");
    }

    @Test
    void aProductThatIsDisabledTakesItsDevicesOff() {
        try (RawMqtt client = rig.device(DN)) {
            GatewayRig.await(() -> rig.lines.size() == 1);
            rig.link.answer(
                    DevicesApi.CHANGES,
                    q ->
                            new DevicesApi.Changes(
                                    2,
                                    false,
                                    List.of(),
                                    List.of(
                                            new DevicesApi.ProductGrant(
                                                    PK,
                                                    TestProducts.TSL,
                                                    TestProducts.CONTROLLED,
                                                    false,
                                                    false))));
            client.untilClosed();
            assertThat(as(DN, SECRET)).isEqualTo(4);
        }
    }

    @Test
    void aProductMayRequireTls() {
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        new DevicesApi.Changes(
                                2,
                                false,
                                List.of(),
                                List.of(
                                        new DevicesApi.ProductGrant(
                                                PK,
                                                TestProducts.TSL,
                                                TestProducts.CONTROLLED,
                                                true,
                                                true))));
        GatewayRig.await(() -> rig.registry.version() == 2);
        assertThat(as(DN, SECRET)).isEqualTo(4);
        assertThat(rig.count("weir.mqtt.connects", "result", "tls_required")).isEqualTo(1);
    }

    @Test
    void mqtt31IsServedAndUnknownVersionsAreCode1() {
        byte[] connect =
                RawMqtt.connectPacket(
                        GatewayRig.clientId("c"),
                        DN + "&" + PK,
                        GatewayRig.password("c", DN, SECRET),
                        60);
        // "MQTT" level 4 becomes level 9.
        byte[] future = connect.clone();
        future[connect[1] < 0 ? 9 : 8] = 9;
        try (RawMqtt client = new RawMqtt(rig.port)) {
            assertThat(client.send(future).connack()).isEqualTo(1);
            client.untilClosed();
        }
        try (RawMqtt client = new RawMqtt(rig.port)) {
            assertThat(client.send(RawMqtt.asMqtt31(connect)).connack()).isZero();
            client.publish(GatewayRig.topic(DN, "event/property/post"), post(1), 1, 1);
            assertThat(client.read().packetId()).isEqualTo(1);
        }
    }

    @Test
    void aStrangerCannotFillOurMemoryWhileWeAskForHim() {
        rig.link.answer(DevicesApi.LOOKUP, q -> null);
        try (RawMqtt client = rig.dial("stranger")) {
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> {
                                        for (int i = 1; i <= 101; i++) {
                                            client.publish("/x", "x".repeat(100_000), 1, i);
                                        }
                                    }))
                    .satisfiesAnyOf(
                            t -> assertThat(t).isNull(),
                            t -> assertThat(t).isInstanceOf(java.io.UncheckedIOException.class));
            client.untilClosed();
        }
    }

    @Test
    void aSocketThatNeverSendsItsConnectIsClosedEvenWhenItTrickles() throws Exception {
        long begin = System.nanoTime();
        try (RawMqtt silent = new RawMqtt(rig.port);
                RawMqtt trickling = new RawMqtt(rig.port)) {
            byte[] connect = RawMqtt.connectPacket("x".repeat(60), "u&p", "p", 60);
            Thread slow =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        for (byte b : connect) {
                                            try {
                                                trickling.send(new byte[] {b});
                                                Thread.sleep(100);
                                            } catch (Exception e) {
                                                return;
                                            }
                                        }
                                    });
            silent.untilClosed();
            trickling.untilClosed();
            slow.join();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void subscriptionsBeyondTheOwnTopicsAreRefusedOneByOne() {
        try (RawMqtt client = rig.device(DN)) {
            client.subscribe(
                    7, GatewayRig.topic(DN, "event/property/post_reply"), "#", "/sys/+/+/#");
            RawMqtt.Packet suback = client.read();
            assertThat(suback.type()).isEqualTo(RawMqtt.SUBACK);
            assertThat(suback.body()).containsExactly(0, 7, 1, (byte) 0x80, (byte) 0x80);
        }
    }
}
