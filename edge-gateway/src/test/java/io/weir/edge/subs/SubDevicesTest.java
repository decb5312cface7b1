package io.weir.edge.subs;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.edge.metering.CounterReport;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.FactKind;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sub-devices over their gateway's connection, byte by byte. */
class SubDevicesTest {
    private static final String SESSION = "/ext/session/" + PK + "/" + DN + "/combine/";
    private static final String POST = GatewayRig.topic("sub-1", "event/property/post");
    @TempDir Path folder;
    private GatewayRig rig;
    private RawMqtt gateway;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 2);
        List<DeviceGrant> grants = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            grants.add(TestProducts.sub("S-" + i, "sub-" + i, DEVICE));
        }
        grants.add(TestProducts.sub("S-9", "sub-9", "D-0002"));
        grants.add(
                new DeviceGrant(
                        "S-8",
                        PK,
                        "sub-8",
                        "/DEMO/",
                        TestProducts.SECRET,
                        false,
                        "DISABLED",
                        null,
                        DEVICE));
        tell(2, grants);
        grants.add(TestProducts.device(DEVICE, DN));
        rig.link.answer(
                DevicesApi.LOOKUP,
                q ->
                        grants.stream()
                                .filter(g -> g.deviceName().equals(q.deviceName()))
                                .findFirst()
                                .map(g -> TestProducts.changes(99, g))
                                .orElseThrow(() -> Rejected.notFound("device")));
        gateway = rig.device(DN);
    }

    @AfterEach
    void stop() {
        gateway.close();
        rig.close();
    }

    private void tell(long version, List<DeviceGrant> grants) {
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= version
                                ? new Changes(q.since(), false, List.of(), List.of())
                                : new Changes(version, false, grants, List.of()));
        rig.link.signal(EdgeApi.REGISTRY_CHANGED, new EdgeApi.RegistryChanged(version));
        GatewayRig.await(() -> rig.registry.version() == version);
    }

    private static Map<String, Object> proof(String name) {
        return Map.of(
                "productKey",
                PK,
                "deviceName",
                name,
                "clientId",
                "cid",
                "signMethod",
                "hmacSha256",
                "sign",
                GatewayRig.password("cid", name, TestProducts.SECRET),
                "cleanSession",
                "true");
    }

    private String ask(String what, Object params) {
        return ask(gateway, SESSION, what, params);
    }

    private static String ask(RawMqtt client, String session, String what, Object params) {
        client.publish(
                session + what, Json.text(Map.of("id", "7", "params", params, "method", "")), 0, 0);
        RawMqtt.Packet reply = client.read();
        assertThat(reply.topic()).isEqualTo(session + what + "_reply");
        return reply.payload();
    }

    private void login(String name) {
        assertThat(ask("login", proof(name))).contains("\"code\":200");
    }

    private List<String> presence(String device) {
        return rig.log.entries.stream()
                .filter(e -> e.entry().device().equals(device))
                .map(e -> e.entry().kind().name())
                .toList();
    }

    @Test
    @Tag("cell:pack-post/mqtt/raw")
    void aPackSpeaksForSubDevicesThatAreLoggedIn() {
        String topic = GatewayRig.topic(DN, "event/property/pack/post");
        String sub =
                "{\"identity\":{\"productKey\":\"%s\",\"deviceName\":\"%s\"},\"properties\":{\"total_ml\":{\"value\":%d,\"time\":1}}}";
        String pack =
                "{\"id\":\"7\",\"params\":{\"properties\":{\"total_ml\":{\"value\":9,\"time\":1}},\"subDevices\":["
                        + sub.formatted(PK, "sub-1", 100)
                        + ","
                        + sub.formatted(PK, "sub-2", 200)
                        + "]}}";
        login("sub-1");
        gateway.publish(topic, pack, 0, 0);
        assertThat(gateway.read().payload()).contains("\"code\":6401,");
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
        assertThat(rig.inlet.reports).isEmpty();

        login("sub-2");
        gateway.publish(topic, pack, 0, 0);
        assertThat(gateway.read().payload()).contains("\"code\":200,");
        assertThat(rig.log.of(FactKind.PROPERTY_POST))
                .extracting(e -> e.entry().device())
                .containsExactly(DEVICE, "S-1", "S-2");
        assertThat(rig.inlet.reports)
                .extracting(r -> r.deviceId() + " " + r.totalMl())
                .containsExactly(DEVICE + " 9", "S-1 100", "S-2 200");
        assertThat(rig.inlet.reports).extracting(CounterReport::connection).doesNotHaveDuplicates();
    }

    @Test
    @Tag("cell:sub-device-login/mqtt/raw")
    void aLoginIsAnsweredOnTheGatewaysTopicAndTheSubDeviceIsADeviceOfItsOwn() {
        assertThat(ask("login", proof("sub-1")))
                .isEqualTo(
                        "{\"id\":\"7\",\"code\":200,\"message\":\"success\",\"method\":"
                            + "\"combine.login\",\"version\":\"1.0\",\"data\":{\"productKey\":\""
                                + PK
                                + "\",\"deviceName\":\"sub-1\"}}");
        gateway.publish(POST, "{\"id\":\"1\",\"params\":{\"total_ml\":500}}", 1, 3);
        assertThat(gateway.read().packetId()).isEqualTo(3);
        RawMqtt.Packet reply = gateway.read();
        assertThat(reply.topic()).isEqualTo(POST + "_reply");
        assertThat(reply.payload()).contains("\"code\":200");
        var fact = rig.log.of(FactKind.PROPERTY_POST).getFirst().entry();
        assertThat(fact.device()).isEqualTo("S-1");
        assertThat(fact.epoch()).isEqualTo(2);
        assertThat(rig.inlet.reports.getFirst().deviceId()).isEqualTo("S-1");
        assertThat(rig.inlet.told).contains("connected S-1 2 2");
        assertThat(presence("S-1")).startsWith("ONLINE");
        // Again over the same connection: nothing begins anew.
        login("sub-1");
        assertThat(presence("S-1")).containsExactly("ONLINE", "PROPERTY_POST");
    }

    @Test
    @Tag("cell:sub-device-command/mqtt/raw")
    void aCommandReachesItThroughItsGatewayAndItsReplyComesBack() {
        login("sub-1");
        var answer =
                rig.link.ask(
                        EdgeApi.INVOKE,
                        new EdgeApi.InvokeService("S-1", "rinse", "{\"seconds\":3}"));
        RawMqtt.Packet command = gateway.read();
        assertThat(command.topic()).isEqualTo(GatewayRig.topic("sub-1", "service/rinse"));
        String id = Json.tree(command.payload()).path("id").asText();
        gateway.publish(
                GatewayRig.topic("sub-1", "service/rinse_reply"),
                "{\"id\":\"" + id + "\",\"code\":200,\"data\":{}}",
                0,
                0);
        assertThat(answer.await().code()).isEqualTo(200);
    }

    @Test
    @Tag("cell:sub-device-dispense/mqtt/raw")
    void aDispenseOfAMeteredSubDeviceGoesOverItsGatewayAndItsCountersReachTheMeter() {
        login("sub-1");
        rig.inlet.open.add("S-1");
        var order =
                new OpenDispense(
                        "d1", "S-1", Outlet.NORMAL, 500, MeasureMode.VOLUME, 30, 0, 60, 5000);
        var opened = rig.downlink.dispense("S-1", order);
        RawMqtt.Packet command = gateway.read();
        assertThat(command.topic()).isEqualTo(GatewayRig.topic("sub-1", "service/dispense"));
        String id = Json.tree(command.payload()).path("id").asText();
        gateway.publish(
                GatewayRig.topic("sub-1", "service/dispense_reply"),
                "{\"id\":\"" + id + "\",\"code\":200,\"data\":{\"total_ml\":1000}}",
                0,
                0);
        assertThat(opened.await().code()).isEqualTo(200);
        gateway.publish(POST, "{\"id\":\"1\",\"params\":{\"total_ml\":1500}}", 1, 3);
        assertThat(gateway.read().packetId()).isEqualTo(3);
        assertThat(gateway.read().type()).isEqualTo(RawMqtt.PUBLISH);
        String end = "{\"dispense_id\":\"d1\",\"total_ml\":1500,\"reason\":\"button\"}";
        gateway.publish(
                GatewayRig.topic("sub-1", "event/dispense_end/post"),
                "{\"id\":\"2\",\"params\":" + end + "}",
                1,
                4);
        assertThat(gateway.read().packetId()).isEqualTo(4);
        assertThat(rig.inlet.reports.getFirst().totalMl()).isEqualTo(1500);
        assertThat(rig.inlet.reports.getFirst().connection()).isEqualTo(2);
        assertThat(rig.inlet.told).contains("event dispense_end " + end);
    }

    @Test
    void itEndsWithItsGatewaysConnectionAndTheMeterHearsOfIt() {
        login("sub-1");
        gateway.close();
        GatewayRig.await(() -> rig.lines.size() == 0);
        GatewayRig.await(() -> presence("S-1").contains("OFFLINE"));
        assertThat(rig.inlet.told).contains("disconnected S-1 2");
        assertThat(rig.metrics.registry().get("weir.subdevices.online").gauge().value()).isZero();
    }

    @Test
    @Tag("cell:sub-device-logout/mqtt/raw")
    void afterLogoutItsMessagesAreAcknowledgedIgnoredAndCutNobodyOff() {
        login("sub-1");
        login("sub-2");
        assertThat(ask("logout", Map.of("productKey", PK, "deviceName", "sub-1")))
                .contains("\"code\":200", "sub-1");
        assertThat(ask("logout", Map.of("productKey", PK, "deviceName", "sub-1")))
                .contains("\"code\":520");
        gateway.publish(POST, "{\"id\":\"1\",\"params\":{\"total_ml\":1}}", 1, 9);
        assertThat(gateway.read().packetId()).isEqualTo(9);
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
        assertThat(presence("S-1")).containsExactly("ONLINE", "OFFLINE");
        assertThat(rig.lines.find("S-2")).isNotNull();
    }

    @Test
    @Tag("cell:sub-device-forged/mqtt/raw")
    void whoeverMustNotComeInHearsTheProtocolsCodeAndIsCounted() {
        var forged = new HashMap<>(proof("sub-1"));
        forged.put("sign", "00".repeat(32));
        assertThat(ask("login", forged)).contains("\"code\":6287");
        assertThat(ask("login", proof("sub-9"))).contains("\"code\":6401");
        assertThat(ask("login", proof("sub-8"))).contains("\"code\":522");
        assertThat(ask("login", proof("nobody"))).contains("\"code\":6100");
        assertThat(ask("login", proof(DN))).contains("\"code\":6401");
        assertThat(ask("login", Map.of("productKey", PK))).contains("\"code\":460");
        assertThat(ask("login", "text")).contains("\"code\":460");
        assertThat(rig.count("weir.subdevices.logins", "code", "6401")).isEqualTo(2);
        assertThat(rig.lines.size()).isEqualTo(1);
    }

    @Test
    @Tag("cell:sub-device-batch-login/mqtt/raw")
    void ofABatchAllComeInOrNone() {
        var wrong =
                Map.of(
                        "signMethod",
                        "hmacSha256",
                        "deviceList",
                        List.of(proof("sub-1"), proof("sub-9")));
        assertThat(ask("batch_login", wrong)).contains("\"code\":6401", "sub-9");
        assertThat(rig.lines.size()).isEqualTo(1);
        var right =
                Map.of(
                        "signMethod",
                        "hmac_sha256",
                        "deviceList",
                        List.of(bare("sub-1"), bare("sub-2")));
        assertThat(ask("batch_login", right))
                .contains("\"code\":200", "sub-1", "sub-2", "\"data\":[");
        assertThat(rig.lines.size()).isEqualTo(3);
        assertThat(
                        ask(
                                "batch_logout",
                                List.of(
                                        Map.of("productKey", PK, "deviceName", "sub-1"),
                                        Map.of("productKey", PK, "deviceName", "sub-2"))))
                .contains("\"code\":200");
        assertThat(rig.lines.size()).isEqualTo(1);
    }

    private static Map<String, Object> bare(String name) {
        var bare = new HashMap<>(proof(name));
        bare.remove("signMethod");
        return bare;
    }

    @Test
    void beyondItsBoundAGatewayHears428AndBeyondItsRate429() {
        for (int i = 1; i <= 5; i++) {
            login("sub-" + i);
        }
        assertThat(ask("login", proof("sub-6"))).contains("\"code\":428");
        var four =
                Map.of(
                        "deviceList",
                        List.of(proof("sub-1"), proof("sub-2"), proof("sub-3"), proof("sub-4")));
        String last = "";
        for (int i = 0; i < 8 && !last.contains("\"code\":429"); i++) {
            last = ask("batch_login", four);
        }
        assertThat(last).contains("\"code\":429");
        assertThat(rig.lines.size()).isEqualTo(6);
    }

    @Test
    void withTheCloudAwayTheCacheIsEnough() {
        rig.link.up(false);
        login("sub-1");
        assertThat(ask("login", proof("nobody"))).contains("\"code\":503");
        assertThat(ask("login", proof("sub-9"))).contains("\"code\":6401");
    }

    @Test
    void aTopologyOfAMomentAgoIsAskedFor() {
        rig.link.answer(
                DevicesApi.LOOKUP,
                q -> TestProducts.changes(99, TestProducts.sub("S-9", "sub-9", DEVICE)));
        login("sub-9");
    }

    @Test
    void whoLeavesTheTopologyOrIsDisabledGoesAndTheGatewayStays() {
        rig.link.answer(
                DevicesApi.LOOKUP,
                q -> TestProducts.changes(99, TestProducts.device("S-1", "sub-1")));
        login("sub-1");
        login("sub-2");
        tell(
                3,
                List.of(
                        TestProducts.device("S-1", "sub-1"),
                        TestProducts.unusable("S-2", "sub-2", "DISABLED")));
        GatewayRig.await(() -> rig.lines.size() == 1);
        assertThat(ask("login", proof("sub-1"))).contains("\"code\":6401");
    }

    @Test
    void theLatestWinsBetweenItsGatewayAndItsOwnConnection() {
        login("sub-1");
        try (RawMqtt direct = rig.device("sub-1")) {
            GatewayRig.await(() -> presence("S-1").size() == 3);
            assertThat(presence("S-1")).containsExactly("ONLINE", "OFFLINE", "ONLINE");
            direct.publish(POST, "{\"id\":\"1\",\"params\":{\"total_ml\":5}}", 1, 1);
            assertThat(direct.read().packetId()).isEqualTo(1);
            login("sub-1");
            direct.untilClosed();
        }
        gateway.publish(POST, "{\"id\":\"1\",\"params\":{\"total_ml\":9}}", 1, 2);
        assertThat(gateway.read().packetId()).isEqualTo(2);
    }

    @Test
    void aGatewayMaySubscribeToTopicsOfItsTopologyOnly() {
        gateway.subscribe(
                5,
                GatewayRig.topic("sub-1", "service/property/set"),
                GatewayRig.topic("sub-9", "service/property/set"),
                "/ota/device/upgrade/" + PK + "/sub-2");
        RawMqtt.Packet granted = gateway.read();
        assertThat(granted.type()).isEqualTo(RawMqtt.SUBACK);
        assertThat(granted.body()).endsWith(1, (byte) 0x80, 1);
    }

    @Test
    void whoHasNoSubDevicesAndPublishesForAnotherIsCutOffAsBefore() {
        assertThat(ask("login", proof("sub-9"))).contains("\"code\":6401");
        gateway.publish(GatewayRig.topic("sub-9", "event/property/post"), "{}", 1, 1);
        gateway.untilClosed();
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
    }
}
