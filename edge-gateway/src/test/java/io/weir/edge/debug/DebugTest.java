package io.weir.edge.debug;

import static io.weir.edge.TestProducts.CONTROLLED;
import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.TENANT;
import static io.weir.edge.TestProducts.TSL;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Measure;
import io.weir.api.debug.DebugApi.Measured;
import io.weir.api.debug.DebugApi.Read;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.SetProperties;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.downlink.Echo;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Watching a device over its real MQTT connection. */
class DebugTest {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final String SET = GatewayRig.topic(DN, "service/property/set");
    @TempDir Path folder;
    private GatewayRig rig;
    private @Nullable String ring;
    private long after;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        assertThat(seen()).isEmpty();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** What came since the last time, in short: kind, outcome, payload. */
    private List<String> seen() {
        return entries().stream()
                .map(
                        e ->
                                "%s %s %s%s"
                                        .formatted(
                                                e.direction(),
                                                e.kind(),
                                                e.outcome() == null ? "" : e.outcome() + " ",
                                                e.payload()))
                .toList();
    }

    private List<Entry> entries() {
        Seen seen =
                rig.link
                        .ask(
                                DebugApi.READ,
                                new Read("s1", DEVICE, TENANT, ring, after, 100, 30_000))
                        .await();
        ring = seen.ring();
        if (!seen.entries().isEmpty()) {
            after = seen.entries().getLast().number();
        }
        return seen.entries();
    }

    private RawMqtt device() {
        RawMqtt device = rig.device(DN);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return device;
    }

    /** Waits until so many more entries are there. */
    private List<String> seen(int count) {
        List<String> all = new ArrayList<>();
        GatewayRig.await(() -> all.addAll(seen()) && all.size() >= count || all.size() >= count);
        return all;
    }

    @Test
    @Tag("cell:debugging/mqtt/raw")
    void bothWaysAreTold() {
        try (RawMqtt device = device()) {
            device.publish(
                    POST, "{\"id\":\"7\",\"params\":{\"total_ml\":500,\"nonsense\":1}}", 1, 9);
            device.read();
            device.read();
            Future<CommandReply> set =
                    rig.link.ask(
                            EdgeApi.SET_PROPERTIES, new SetProperties(DEVICE, "{\"setpoint\":80}"));
            String down = device.read().payload();
            String id = down.replaceAll(".*\"id\":\"([0-9]+)\".*", "$1");
            String reply = "{\"id\":\"" + id + "\",\"code\":200,\"data\":{}}";
            device.publish(SET + "_reply", reply, 0, 0);
            set.await();
            List<String> all = seen(5);
            assertThat(all.get(0)).startsWith("LINE online from 127.0.0.1:");
            assertThat(all.get(1))
                    .isEqualTo(
                            "UP property_post partial"
                                + " {\"id\":\"7\",\"params\":{\"total_ml\":500,\"nonsense\":1}}");
            assertThat(all.get(2)).startsWith("DOWN reply sent {\"id\":\"7\",\"code\":");
            assertThat(all.get(3)).isEqualTo("DOWN property_set sent " + down);
            assertThat(all.get(4)).isEqualTo("UP reply accepted " + reply);
        }
        assertThat(seen(1)).containsExactly("LINE offline connection closed");
    }

    @Test
    void whatIsNotHeardIsToldToo() {
        try (RawMqtt device = device()) {
            seen(1);
            device.publish(POST, "no json", 1, 1);
            device.publish(POST, "x".repeat(262_200), 1, 2);
            device.publish("/sys/other/dev/thing/event/property/post", "{}", 1, 3);
            device.untilClosed();
        }
        List<Entry> all = new ArrayList<>();
        GatewayRig.await(() -> all.addAll(entries()) && all.getLast().kind().equals("offline"));
        assertThat(all.stream().map(e -> e.kind() + " " + e.outcome()))
                .containsSubsequence("property_post rejected", "property_post rejected")
                .contains("foreign rejected");
        Entry large = all.stream().filter(e -> e.size() == 262_200).findFirst().orElseThrow();
        assertThat(large.cut()).isTrue();
        assertThat(large.payload()).hasSize(1024);
        try (RawMqtt wrong = new RawMqtt(rig.port)) {
            wrong.connect(GatewayRig.clientId("cid"), DN + "&" + PK, "wrong", 60);
            assertThat(wrong.connack()).isNotZero();
        }
        assertThat(seen(1).getFirst()).startsWith("LINE refused credentials, mqtt from 127.0.0.1:");
    }

    @Test
    void bytesAreToldWithWhatTheScriptMakesOfThem() {
        String source =
                """
                function rawDataToProtocol(bytes) {
                  if (bytes[0] === 9) throw new Error('nine is not spoken');
                  return {id: '7', version: '1.0', method: 'thing.event.property.post', params: {total_ml: bytes[0]}};
                }
                function protocolToRawData(json) { return json.params && json.params.setpoint ? [1, json.params.setpoint] : [0]; }
                """;
        var product =
                new ProductGrant(
                        PK, TSL, CONTROLLED, true, false, new ProductScript(2, source, true), null);
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= 2
                                ? new Changes(q.since(), false, List.of(), List.of())
                                : new Changes(2, false, List.of(), List.of(product)));
        GatewayRig.await(() -> rig.registry.find(DEVICE).product().raw());
        String up = GatewayRig.topic(DN, "model/up_raw");
        try (RawMqtt device = device()) {
            seen(1);
            device.publish(up, new byte[] {5}, 1, 1);
            device.read();
            device.read();
            List<String> all = seen(4);
            assertThat(all.get(0)).isEqualTo("UP raw_up accepted 05");
            assertThat(all)
                    .contains("DOWN reply sent 00")
                    .anyMatch(
                            e ->
                                    e.startsWith("UP property_post accepted {")
                                            && e.contains("\"total_ml\":5"))
                    .anyMatch(e -> e.startsWith("DOWN reply sent {\"id\":\"7\",\"code\":200"));
            device.publish(up, new byte[] {9}, 1, 2);
            assertThat(seen(2))
                    .anyMatch(e -> e.startsWith("LINE script_failed") && e.contains("nine"));
            rig.link.ask(EdgeApi.SET_PROPERTIES, new SetProperties(DEVICE, "{\"setpoint\":80}"));
            List<String> down = new ArrayList<>();
            GatewayRig.await(() -> down.addAll(seen()) && down.size() >= 2 || down.size() >= 2);
            assertThat(down)
                    .anyMatch(e -> e.startsWith("DOWN property_set translated {"))
                    .contains("DOWN raw_down sent 0150");
        }
    }

    @Test
    void lettersAreToldWithTheirAcknowledgement() {
        try (RawMqtt device = device()) {
            device.subscribe(1, "/" + PK + "/" + DN + "/user/get");
            assertThat(device.read().type()).isEqualTo(RawMqtt.SUBACK);
            seen(1);
            byte[] secret = "{\"deviceSecret\":\"abc\"}".getBytes(StandardCharsets.UTF_8);
            var letter = new Publish(DEVICE, "/sys/" + PK + "/" + DN + "/x", secret, 1, false);
            rig.link.ask(EdgeApi.PUBLISH, letter).await();
            RawMqtt.Packet got = device.read();
            device.puback(got.letterId());
            assertThat(seen(2))
                    .containsExactly(
                            "DOWN request sent {\"deviceSecret\":\"***\"}",
                            "LINE acknowledged " + letter.topic());
        }
    }

    @Test
    void theWayToTheDeviceAndBackIsMeasured() {
        var ask = new Measure(DEVICE, TENANT);
        assertThatThrownBy(() -> rig.link.ask(DebugApi.MEASURE, ask).await())
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("not connected");
        try (RawMqtt device = device()) {
            assertThatThrownBy(
                            () ->
                                    rig.link
                                            .ask(DebugApi.MEASURE, new Measure(DEVICE, "p.v2"))
                                            .await())
                    .isInstanceOf(Rejected.class);
            Future<Measured> one = rig.link.ask(DebugApi.MEASURE, ask);
            RawMqtt.Packet echo = device.read();
            // Who asks meanwhile hears the same.
            Echo other = rig.lines.find(DEVICE).echo();
            assertThat(echo.topic()).isEqualTo("/ext/echo/" + PK + "/" + DN);
            device.puback(echo.letterId());
            Measured measured = one.await();
            assertThat(measured.way()).isEqualTo("mqtt_puback");
            assertThat(measured.deviceMicros()).isBetween(1L, measured.gatewayMicros());
            assertThat(other.micros().await()).isEqualTo(measured.deviceMicros());
            Future<Measured> never = rig.link.ask(DebugApi.MEASURE, ask);
            assertThat(device.read().topic()).startsWith("/ext/echo/");
            device.close();
            assertThatThrownBy(never::await).hasMessageContaining("offline");
        }
    }

    @Test
    void theTimeOfAnotherOwnerIsNotTold() {
        try (RawMqtt device = device()) {
            seen(1);
            Seen foreign =
                    rig.link
                            .ask(
                                    DebugApi.READ,
                                    new Read("s2", DEVICE, "p.v2", null, 0, 100, 30_000))
                            .await();
            assertThat(foreign.entries()).isEmpty();
            device.publish(POST, "{\"id\":\"7\",\"params\":{\"total_ml\":500}}", 0, 0);
            device.read();
            foreign =
                    rig.link
                            .ask(
                                    DebugApi.READ,
                                    new Read("s2", DEVICE, "p.v2", foreign.ring(), 0, 100, 30_000))
                            .await();
            assertThat(foreign.entries()).isEmpty();
        }
    }
}
