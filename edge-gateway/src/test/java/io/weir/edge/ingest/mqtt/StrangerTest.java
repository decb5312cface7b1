package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.guard.Ban;
import io.weir.edge.guard.Ban.Kind;
import io.weir.edge.guard.Limits;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Sockets that say nothing, clients in a loop, the banned. */
class StrangerTest {
    private static final String OTHER = "dev-02";

    private static void works(RawMqtt device, String name, int id) {
        device.publish(
                GatewayRig.topic(name, "event/property/post"),
                "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1}}",
                1,
                id);
        assertThat(device.read().packetId()).isEqualTo(id);
    }

    private static Ban ban(Kind kind, String value) {
        return new Ban(kind, value, "test", "operator", Instant.now(), null);
    }

    private static double accepts(GatewayRig rig, String result) {
        return rig.count("weir.mqtt.accepts", "result", result);
    }

    @Test
    void halfOpenSocketsFillOnlyTheirOwnRoomAndAreClosed(@TempDir Path folder) throws Exception {
        var limits = new Limits().with("waitingMax", 50).with("waitingPerAddress", 20).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 2);
                RawMqtt early = rig.device(OTHER)) {
            List<RawMqtt> silent = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                silent.add(new RawMqtt(rig.port));
            }
            GatewayRig.await(() -> accepts(rig, "address_full") >= 5);
            assertThat(rig.guard.room().size()).isBetween(1, 20);
            works(early, OTHER, 1);
            // connectTimeout is one second
            for (RawMqtt s : silent) {
                s.untilClosed();
                s.close();
            }
            GatewayRig.await(() -> rig.guard.room().size() == 0);
            try (RawMqtt late = rig.device(DN)) {
                works(late, DN, 2);
            }
        }
    }

    /** Slow-loris: a byte now and then does not buy more time than the whole CONNECT has. */
    @Test
    void aConnectThatComesByteByByteIsCutOffInTime(@TempDir Path folder) throws Exception {
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), Limits.none(), 1);
                RawMqtt slow = new RawMqtt(rig.port)) {
            byte[] connect = RawMqtt.connectPacket("cid", DN + "&" + PK, "00", 60);
            int sent = 0;
            try {
                while (sent < connect.length - 1) {
                    slow.send(new byte[] {connect[sent]});
                    sent++;
                    Thread.sleep(100);
                }
            } catch (java.io.UncheckedIOException e) {
                assertThat(e).hasMessageContaining("");
            }
            assertThat(sent).as("cut off after about a second of it").isBetween(5, 25);
            GatewayRig.await(() -> rig.guard.room().size() == 0);
        }
    }

    @Test
    void oneAddressOpensSocketsNoFasterThanItsRate(@TempDir Path folder) {
        var limits = new Limits().with("acceptPerSecond", 1).with("acceptBurst", 10).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1);
                RawMqtt early = rig.device(OTHER)) {
            int closed = 0;
            for (int i = 0; i < 30; i++) {
                try (RawMqtt next = new RawMqtt(rig.port)) {
                    next.send(RawMqtt.connectPacket("c", DN + "&" + PK, "00", 60));
                    closed += next.read() == null ? 1 : 0;
                } catch (java.io.UncheckedIOException e) {
                    closed++;
                }
            }
            assertThat(closed).isBetween(18, 21);
            assertThat(accepts(rig, "too_fast")).isEqualTo(closed);
            works(early, OTHER, 1);
        }
    }

    @Test
    void oneAddressConnectsNoFasterThanItsRate(@TempDir Path folder) {
        var limits = new Limits().with("connectsPerSecond", 1).with("connectsBurst", 5).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            int refused = 0;
            for (int i = 0; i < 20; i++) {
                try (RawMqtt next = rig.dial(DN)) {
                    refused += next.connack() == 3 ? 1 : 0;
                }
            }
            assertThat(refused).isBetween(13, 15);
            assertThat(rig.count("weir.mqtt.connects", "result", "too_often")).isEqualTo(refused);
        }
    }

    /** It knows the password: a fault of the device, or two devices with one secret. */
    @Test
    void aFlappingDeviceIsBannedForAWhileAndOthersAreUnharmed(@TempDir Path folder) {
        var limits = new Limits().with("flapsPerMinute", 5).flapBan(Duration.ofSeconds(2)).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 2);
                RawMqtt other = rig.device(OTHER)) {
            int refused = 0;
            for (int i = 0; i < 20; i++) {
                try (RawMqtt looping = rig.dial(DN)) {
                    refused += looping.connack() == 3 ? 1 : 0;
                }
                works(other, OTHER, i + 1);
            }
            assertThat(refused).isEqualTo(15);
            assertThat(rig.count("weir.mqtt.connects", "result", "banned")).isEqualTo(15);
            Ban ban = rig.guard.banned(Kind.DEVICE, DEVICE);
            assertThat(ban).isNotNull();
            assertThat(ban.reason()).contains("flapping");
            GatewayRig.await(() -> rig.guard.banned(Kind.DEVICE, DEVICE) == null);
        }
    }

    /** A stranger who shouts a device's name with wrong passwords gets nobody banned. */
    @Test
    void aStrangerCannotGetADeviceBanned(@TempDir Path folder) {
        var limits = new Limits().with("flapsPerMinute", 3).build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            for (int i = 0; i < 20; i++) {
                try (RawMqtt stranger = new RawMqtt(rig.port)) {
                    stranger.connect(GatewayRig.clientId("c"), DN + "&" + PK, "00", 60);
                    assertThat(stranger.connack()).isEqualTo(4);
                }
            }
            try (RawMqtt device = rig.device(DN)) {
                works(device, DN, 1);
            }
        }
    }

    @Test
    void anOperatorsBanEndsConnectionsAndKeepsThemOut(@TempDir Path folder) {
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), Limits.none(), 2);
                RawMqtt device = rig.device(DN);
                RawMqtt other = rig.device(OTHER)) {
            rig.guard.bans().put(ban(Kind.DEVICE, DEVICE));
            device.untilClosed();
            GatewayRig.await(() -> rig.log.of(FactKind.OFFLINE).size() == 1);
            assertThat(rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("banned");
            try (RawMqtt again = rig.dial(DN)) {
                assertThat(again.connack()).isEqualTo(3);
            }
            works(other, OTHER, 1);
            rig.guard.bans().remove(Kind.DEVICE, DEVICE);
            try (RawMqtt again = rig.device(DN)) {
                works(again, DN, 2);
            }
            rig.guard.bans().put(ban(Kind.CLIENT_ID, "cid"));
            other.untilClosed();
            try (RawMqtt again = rig.dial(DN)) {
                assertThat(again.connack()).isEqualTo(3);
            }
            rig.guard.bans().remove(Kind.CLIENT_ID, "cid");
            rig.guard.bans().put(ban(Kind.CIDR, "127.0.0.0/8"));
            try (RawMqtt refused = new RawMqtt(rig.port)) {
                assertThat(refused.read()).as("closed at accept").isNull();
            }
            assertThat(accepts(rig, "banned")).isPositive();
        }
    }

    /** A device that never reads gets so many commands and no more; it is not queued for. */
    @Test
    void commandsToADeviceThatNeverReadsAreBounded(@TempDir Path folder) {
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), Limits.none(), 1);
                RawMqtt deaf = rig.device(DN)) {
            GatewayRig.await(() -> rig.lines.find(DEVICE) != null);
            byte[] command = new byte[60_000];
            int sent = 0;
            int refused = 0;
            while (refused < 10 && sent < 10_000) {
                boolean taken = rig.lines.find(DEVICE).publish("/t", command);
                sent += taken ? 1 : 0;
                refused += taken ? 0 : 1;
            }
            assertThat(refused).as("outboundMax, 64, and what the kernel takes").isEqualTo(10);
            assertThat(deaf.socket().isConnected()).isTrue();
        }
    }

    @Test
    void aTenantsAndAProductsConnectsAreBounded(@TempDir Path folder) {
        var limits =
                new Limits()
                        .with("tenantConnectsPerSecond", 1)
                        .with("tenantConnectsBurst", 3)
                        .build();
        try (GatewayRig rig = new GatewayRig(folder, GatewayRig.config(), limits, 1)) {
            int refused = 0;
            for (int i = 0; i < 8; i++) {
                try (RawMqtt next = rig.dial(i % 2 == 0 ? DN : OTHER)) {
                    refused += next.connack() == 3 ? 1 : 0;
                }
            }
            assertThat(refused).isBetween(4, 5);
            assertThat(rig.count("weir.mqtt.connects", "result", "owner_too_fast"))
                    .isEqualTo(refused);
        }
    }
}
