package io.weir.edge.downlink;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.InvokeService;
import io.weir.api.edge.EdgeApi.SetProperties;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands over a real MQTT connection. */
class DownlinkTest {
    private static final String ROOT = "/sys/" + PK + "/" + DN;
    @TempDir Path folder;
    private GatewayRig rig;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private RawMqtt device() {
        RawMqtt device = rig.device(DN);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return device;
    }

    private static String id(RawMqtt.Packet p) {
        String id = Json.tree(p.payload()).path("id").asText();
        assertThat(id).matches("[0-9]{1,19}");
        return id;
    }

    private static Rejected fails(Future<CommandReply> future) {
        return (Rejected) org.assertj.core.api.Assertions.catchThrowable(future::await);
    }

    private Future<CommandReply> invoke(String service, String params) {
        return rig.link.ask(EdgeApi.INVOKE, new InvokeService(DEVICE, service, params));
    }

    private Future<CommandReply> set(String params) {
        return rig.link.ask(EdgeApi.SET_PROPERTIES, new SetProperties(DEVICE, params));
    }

    @Test
    void anAsynchronousServiceIsInvokedAndItsReplyMatchedById() {
        try (RawMqtt device = device()) {
            Future<CommandReply> answer = invoke("rinse", "{ \"seconds\" : 5 }");
            RawMqtt.Packet command = device.read();
            assertThat(command.topic()).isEqualTo(ROOT + "/thing/service/rinse");
            String id = id(command);
            assertThat(command.payload())
                    .isEqualTo(
                            "{\"id\":\""
                                    + id
                                    + "\",\"version\":\"1.0\",\"method\":\"thing.service.rinse\","
                                    + "\"params\":{\"seconds\":5}}");
            device.publish(
                    ROOT + "/thing/service/rinse_reply",
                    "{\"id\":\"999\",\"code\":200,\"data\":{}}",
                    1,
                    1);
            device.publish(
                    ROOT + "/thing/service/rinse_reply",
                    "{\"id\":\"" + id + "\",\"code\":200,\"data\":{\"ok\":1}}",
                    1,
                    2);
            assertThat(answer.await()).isEqualTo(new CommandReply(200, "{\"ok\":1}", ""));
            assertThat(device.read().packetId()).isEqualTo(1);
            assertThat(device.read().packetId()).isEqualTo(2);
        }
    }

    @Test
    void aSynchronousServiceGoesWhereTheClientTakesIt() {
        try (RawMqtt plain = device()) {
            Future<CommandReply> answer = invoke("selftest", "{}");
            RawMqtt.Packet command = plain.read();
            String id = id(command);
            assertThat(command.topic()).isEqualTo(ROOT + "/rrpc/request/" + id);
            plain.publish(ROOT + "/rrpc/response/" + id, "{\"id\":\"1\",\"code\":100001}", 0, 0);
            assertThat(answer.await().code()).isEqualTo(100_001);
        }
        try (RawMqtt ext = new RawMqtt(rig.port)) {
            GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
            ext.connect(
                    "cid|securemode=3,signmethod=hmacsha256,ext=3,|",
                    DN + "&" + PK,
                    GatewayRig.password("cid", DN, TestProducts.SECRET),
                    60);
            assertThat(ext.connack()).isZero();
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            Future<CommandReply> answer = invoke("selftest", "{}");
            RawMqtt.Packet command = ext.read();
            assertThat(command.topic())
                    .isEqualTo("/ext/rrpc/" + id(command) + ROOT + "/thing/service/selftest");
            ext.publish(command.topic(), "{\"code\":200,\"data\":{}}", 0, 0);
            assertThat(answer.await().code()).isEqualTo(200);
        }
    }

    @Test
    void propertiesAreSet() {
        try (RawMqtt device = device()) {
            Future<CommandReply> answer = set("{\"setpoint\":60,\"lamp\":1}");
            RawMqtt.Packet command = device.read();
            assertThat(command.topic()).isEqualTo(ROOT + "/thing/service/property/set");
            assertThat(command.payload())
                    .contains("\"method\":\"thing.service.property.set\"")
                    .endsWith("\"params\":{\"setpoint\":60,\"lamp\":1}}");
            device.publish(
                    ROOT + "/thing/service/property/set_reply",
                    "{\"id\":\"" + id(command) + "\",\"code\":200,\"data\":{}}",
                    0,
                    0);
            assertThat(answer.await().code()).isEqualTo(200);
        }
    }

    @Test
    void whatTheDispenseEngineControlsIsForbiddenToOthersAlsoOffline() {
        for (Future<CommandReply> refused :
                List.of(
                        invoke("dispense", "{}"),
                        invoke("stop", "{\"dispense_id\":\"\"}"),
                        set("{\"valve\":1}"),
                        set("{\"lamp\":1,\"\\u0076alve\":1}"))) {
            Rejected r = fails(refused);
            assertThat(r.code()).isEqualTo("CONTROLLED_BY_DISPENSE");
            assertThat(r.status()).isEqualTo(403);
        }
    }

    @Test
    void wrongParamsAreRefusedBeforeAnythingIsSent() {
        try (RawMqtt device = device()) {
            for (Future<CommandReply> refused :
                    List.of(
                            invoke("nothing", "{}"),
                            invoke("set", "{}"),
                            invoke("rinse", "{\"seconds\":0}"),
                            invoke("rinse", "{\"seconds\":\"5\"}"),
                            invoke("rinse", "not json"),
                            invoke("rinse", "[]"),
                            set("{\"total_ml\":1}"),
                            set("{\"setpoint\":5}"),
                            set("{\"nope\":5}"),
                            set("{}"))) {
                assertThat(fails(refused).status()).isEqualTo(422);
            }
            Future<CommandReply> sent = invoke("rinse", "{\"seconds\":1}");
            assertThat(device.read().payload()).endsWith("\"params\":{\"seconds\":1}}");
            assertThat(sent.isComplete()).isFalse();
        }
    }

    @Test
    void anAbsentDeviceIsOfflineAnUnknownOneNotFound() {
        Rejected offline = fails(invoke("rinse", "{\"seconds\":1}"));
        assertThat(offline.code()).isEqualTo("DEVICE_OFFLINE");
        assertThat(offline.status()).isEqualTo(409);
        assertThat(
                        fails(
                                        rig.link.ask(
                                                EdgeApi.INVOKE,
                                                new InvokeService("D-none", "rinse", "{}")))
                                .status())
                .isEqualTo(404);
    }

    @Test
    void aDeviceThatDoesNotReplyTimesOutAndOneThatLeavesIsToldAtOnce() {
        try (RawMqtt device = device()) {
            Future<CommandReply> late = invoke("rinse", "{\"seconds\":1}");
            String id = id(device.read());
            assertThat(fails(late).code()).isEqualTo("REPLY_TIMEOUT");
            // Too late: matched with nothing, harms nothing.
            device.publish(ROOT + "/thing/service/rinse_reply", "{\"id\":\"" + id + "\"}", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            Future<CommandReply> lost = invoke("rinse", "{\"seconds\":1}");
            device.read();
            device.close();
            Rejected gone = fails(lost);
            assertThat(gone.code()).isEqualTo("REPLY_TIMEOUT");
            assertThat(gone).hasMessageContaining("offline");
        }
    }

    @Test
    void commandsThatWaitForOneDeviceAreBounded() {
        try (RawMqtt device = device()) {
            List<Future<CommandReply>> sent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sent.add(invoke("rinse", "{\"seconds\":1}"));
            }
            Rejected full = fails(invoke("rinse", "{\"seconds\":1}"));
            assertThat(full.code()).isEqualTo("TOO_MANY_COMMANDS");
            sent.forEach(s -> assertThat(fails(s).code()).isEqualTo("REPLY_TIMEOUT"));
            assertThat(device.read().type()).isEqualTo(RawMqtt.PUBLISH);
        }
    }

    @Test
    void theValveIsOpenedAndStoppedByTheEngineOnly() {
        try (RawMqtt device = device()) {
            var command =
                    new OpenDispense(
                            "d".repeat(26), DEVICE, Outlet.COLD, 500, mode(), 50, 0, 60, 5000);
            Future<CommandReply> opened = rig.downlink.dispense(DEVICE, command);
            RawMqtt.Packet open = device.read();
            assertThat(open.topic()).isEqualTo(ROOT + "/thing/service/dispense");
            assertThat(open.payload())
                    .endsWith(
                            "\"params\":{\"dispense_id\":\""
                                    + "d".repeat(26)
                                    + "\",\"outlet\":\"cold\",\"volume_ml\":500,\"seconds_max\":60}}");
            device.publish(
                    ROOT + "/thing/service/dispense_reply",
                    "{\"id\":\"" + id(open) + "\",\"code\":200,\"data\":{\"total_ml\":1234}}",
                    1,
                    1);
            assertThat(opened.await().dataJson()).isEqualTo("{\"total_ml\":1234}");
            assertThat(device.read().packetId()).isEqualTo(1);
            rig.downlink.stop(DEVICE, "");
            assertThat(device.read().payload()).endsWith("\"params\":{\"dispense_id\":\"\"}}");
        }
        GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
        assertThatThrownBy(() -> rig.downlink.stop(DEVICE, "").await())
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("not connected");
    }

    private static MeasureMode mode() {
        return MeasureMode.values()[0];
    }

    @Test
    void aReplyOfAnotherDeviceAnswersNothing() {
        try (RawMqtt device = device();
                RawMqtt other = rig.device("dev-02")) {
            Future<CommandReply> answer = invoke("rinse", "{\"seconds\":1}");
            String id = id(device.read());
            other.publish(
                    "/sys/" + PK + "/dev-02/thing/service/rinse_reply",
                    "{\"id\":\"" + id + "\",\"code\":200}",
                    1,
                    1);
            assertThat(other.read().packetId()).isEqualTo(1);
            assertThat(answer.isComplete()).isFalse();
        }
    }
}
