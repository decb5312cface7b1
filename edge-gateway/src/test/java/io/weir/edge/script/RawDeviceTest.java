package io.weir.edge.script;

import static io.weir.edge.TestProducts.CONTROLLED;
import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.TSL;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.Future;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.InvokeService;
import io.weir.api.edge.EdgeApi.SetProperties;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.TestProducts;
import io.weir.model.fact.FactKind;
import io.weir.model.problem.Rejected;
import io.weir.runtime.script.Sandbox;
import io.weir.runtime.script.ScriptLimits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device that speaks bytes over a real MQTT connection: {@code P<total>} posts, {@code E<code>}
 * is an event, {@code R<id>:<code>} a reply; down go {@code S<id>:<setpoint>}, {@code I<id>} and
 * {@code A<id>:<code>}.
 */
class RawDeviceTest {
    private static final String SCRIPT =
            """
            function rawDataToProtocol(bytes) {
              var text = String.fromCharCode.apply(null, bytes), rest = text.substring(1);
              switch (text[0]) {
                case 'P': return {id: '7', version: '1.0', method: 'thing.event.property.post', params: {total_ml: +rest}};
                case 'E': return {id: '8', version: '1.0', method: 'thing.event.fault.post', params: {code: rest}};
                case 'R': return {id: rest.split(':')[0], code: +rest.split(':')[1], data: {}};
                case 'N': return {id: '9', params: {}};
                case 'M': return {id: '9', method: 'thing.deviceinfo.update', params: []};
                case 'L': while (true) {}
                default: throw new Error('what is ' + text);
              }
            }
            function protocolToRawData(json) {
              var text = json.method === 'thing.service.property.set' ? 'S' + json.id + ':' + json.params.setpoint
                  : json.method && json.method.indexOf('thing.service.') === 0 ? 'I' + json.id
                  : 'A' + json.id + ':' + json.code;
              if (json.params && json.params.lamp) throw new Error('no lamp');
              return text.split('').map(function (c) { return c.charCodeAt(0); });
            }
            function transformPayload(topic, bytes) {
              return {topic: topic, n: bytes.length};
            }
            """;
    private static final String UP = GatewayRig.topic(DN, "model/up_raw");
    private static final String DOWN = GatewayRig.topic(DN, "model/down_raw");
    private static final String OK = "A7:200";
    private final AtomicInteger version = new AtomicInteger(1);
    @TempDir Path folder;
    private GatewayRig rig;

    /** The first context of a process takes a second of processor time, or many by the clock. */
    @BeforeAll
    static void wake() {
        var limits = new ScriptLimits(Duration.ofSeconds(1), 1_000_000, 1 << 20, 1 << 20, 1);
        try (Sandbox sandbox = new Sandbox(limits)) {
            sandbox.warm();
        }
    }

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        script(SCRIPT);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void script(String source) {
        int next = version.incrementAndGet();
        var script = new ProductScript(next, source, true);
        var product = new ProductGrant(PK, TSL, CONTROLLED, true, false, script, null);
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= next
                                ? new Changes(q.since(), false, List.of(), List.of())
                                : new Changes(next, false, List.of(), List.of(product)));
        GatewayRig.await(
                () -> {
                    ProductScript now = rig.registry.find(DEVICE).product().script();
                    return now != null && now.version() == next;
                });
    }

    private RawMqtt device() {
        RawMqtt device = rig.device(DN);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return device;
    }

    /** The reply of a message that is acknowledged; either may come first. */
    private static RawMqtt.Packet reply(RawMqtt device, int packetId) {
        RawMqtt.Packet one = device.read();
        RawMqtt.Packet other = device.read();
        boolean ackFirst = one.type() == RawMqtt.PUBACK;
        assertThat((ackFirst ? one : other).packetId()).isEqualTo(packetId);
        return ackFirst ? other : one;
    }

    private static String code(int code, String message) {
        return "{\"id\":\"\",\"code\":"
                + code
                + ",\"message\":\""
                + message
                + "\",\"method\":\"thing.model.up_raw\",\"version\":\"1.0\",\"data\":{}}";
    }

    @Test
    @Tag("cell:raw-up/mqtt/raw")
    void bytesAreJournaledMeteredAndAnsweredAsIfTheyWereAlink() {
        try (RawMqtt device = device()) {
            device.publish(UP, "P500", 1, 21);
            RawMqtt.Packet reply = reply(device, 21);
            assertThat(reply.topic()).isEqualTo(UP + "_reply");
            assertThat(reply.payload()).isEqualTo(OK);
            device.publish(UP, "ESTUCK", 1, 22);
            assertThat(reply(device, 22).payload()).isEqualTo("A8:200");
        }
        var post = rig.log.of(FactKind.PROPERTY_POST).getFirst();
        assertThat(post.entry().device()).isEqualTo(DEVICE);
        assertThat(post.text()).isEqualTo("{\"total_ml\":500}");
        assertThat(rig.inlet.reports).singleElement().matches(r -> r.totalMl() == 500);
        assertThat(rig.log.of(FactKind.EVENT_POST).getFirst().entry().name()).isEqualTo("fault");
        assertThat(rig.inlet.told).contains("event fault {\"code\":\"STUCK\"}");
        // Counted when the run is over, which may be after its answer is out.
        GatewayRig.await(() -> rig.count("weir.script.runs", "product", PK, "outcome", "ok") == 4);
    }

    @Test
    void nothingIsAcknowledgedBeforeTheFsyncAndTheOrderIsKept() {
        try (RawMqtt device = device()) {
            rig.log.hold = true;
            for (int i = 1; i <= 20; i++) {
                device.publish(UP, "P" + i, 1, i);
            }
            GatewayRig.await(() -> rig.log.waiting() >= 20);
            assertThat(rig.inlet.reports).isEmpty();
            rig.log.sync();
            for (int acks = 0, i = 0; i < 40; i++) {
                RawMqtt.Packet p = device.read();
                if (p.type() == RawMqtt.PUBACK) {
                    assertThat(p.packetId()).isEqualTo(++acks);
                } else {
                    assertThat(p.payload()).isEqualTo(OK);
                }
            }
            assertThat(rig.inlet.reports).hasSize(20);
            assertThat(rig.inlet.reports.getLast().totalMl()).isEqualTo(20);
        }
    }

    @Test
    void whatTheScriptMakesNothingOfIsDroppedWithItsCode() {
        try (RawMqtt device = device()) {
            String[][] cases = {
                {"?", code(26002, "the script failed")},
                {"L", code(26002, "the script was stopped")},
                {"N", code(6450, "the script named no method")},
                {"M", code(26007, "the script named no event method")},
                {"P1", OK}
            };
            for (int i = 0; i < cases.length; i++) {
                device.publish(UP, cases[i][0], 1, i + 1);
                assertThat(reply(device, i + 1).payload()).as(cases[i][0]).isEqualTo(cases[i][1]);
            }
            script("function protocolToRawData(json) { return [1]; }");
            device.publish(UP, "P1", 0, 0);
            assertThat(device.read().payload())
                    .isEqualTo(code(26006, "the script lacks a function"));
            script("var broken = ;");
            device.publish(UP, "P1", 0, 0);
            assertThat(device.read().payload()).isEqualTo(code(26002, "the script failed"));
            script("function rawDataToProtocol(bytes) { return [1]; }");
            device.publish(UP, "P1", 0, 0);
            assertThat(device.read().payload())
                    .isEqualTo(code(26007, "the script returned no message"));
            script("");
            device.publish(UP, "P1", 0, 0);
            assertThat(device.read().payload()).isEqualTo(code(26001, "the product has no script"));
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
    }

    @Test
    void aScriptThatHangsIsSwitchedOffAndNothingIsAcknowledgedMeanwhile() {
        try (RawMqtt device = device()) {
            for (int i = 1; i <= 3; i++) {
                device.publish(UP, "L", 1, i);
                assertThat(reply(device, i).payload()).contains("\"code\":26002");
            }
            device.publish(UP, "P5", 1, 4);
            RawMqtt.Packet off = device.read();
            assertThat(off.type()).isEqualTo(RawMqtt.PUBLISH);
            assertThat(off.payload())
                    .isEqualTo(code(26010, "the script is switched off for a while"));
            assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
            GatewayRig.await(() -> answered(device, "P6").equals(OK));
        }
        GatewayRig.await(
                () -> rig.count("weir.script.runs", "product", PK, "outcome", "limit") == 3);
    }

    private static String answered(RawMqtt device, String bytes) {
        device.publish(UP, bytes, 0, 0);
        return device.read().payload();
    }

    @Test
    @Tag("cell:raw-down/mqtt/raw")
    void commandsGoDownAsBytesAndTheirRepliesComeBack() {
        try (RawMqtt device = device()) {
            Future<CommandReply> set =
                    rig.link.ask(
                            EdgeApi.SET_PROPERTIES, new SetProperties(DEVICE, "{\"setpoint\":80}"));
            RawMqtt.Packet down = device.read();
            assertThat(down.topic()).isEqualTo(DOWN);
            assertThat(down.payload()).matches("S[0-9]+:80");
            String id = down.payload().substring(1, down.payload().indexOf(':'));
            device.publish(DOWN + "_reply", "R999:200", 0, 0);
            device.publish(DOWN + "_reply", "R" + id + ":200", 0, 0);
            assertThat(set.await().code()).isEqualTo(200);

            Future<CommandReply> service =
                    rig.link.ask(
                            EdgeApi.INVOKE, new InvokeService(DEVICE, "rinse", "{\"seconds\":5}"));
            RawMqtt.Packet rinse = device.read();
            assertThat(rinse.topic()).isEqualTo(DOWN);
            device.publish(UP, "R" + rinse.payload().substring(1) + ":429", 0, 0);
            assertThat(service.await().code()).isEqualTo(429);
        }
    }

    @Test
    void aSynchronousServiceIsAnsweredOnItsOwnTopic() {
        try (RawMqtt device = new RawMqtt(rig.port)) {
            device.connect(
                    "cid|securemode=3,signmethod=hmacsha256,ext=3,|",
                    DN + "&" + PK,
                    GatewayRig.password("cid", DN, TestProducts.SECRET),
                    60);
            assertThat(device.connack()).isZero();
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            Future<CommandReply> test =
                    rig.link.ask(EdgeApi.INVOKE, new InvokeService(DEVICE, "selftest", "{}"));
            RawMqtt.Packet down = device.read();
            String id = down.payload().substring(1);
            assertThat(down.topic()).isEqualTo("/ext/rrpc/" + id + DOWN);
            device.publish(down.topic(), "R0:200", 0, 0);
            assertThat(test.await().code()).isEqualTo(200);
        }
    }

    @Test
    void aCommandThatTheScriptCanNotSayIsNeverSent() {
        try (RawMqtt device = device()) {
            Throwable fault =
                    catchThrowable(
                            rig.link.ask(
                                            EdgeApi.SET_PROPERTIES,
                                            new SetProperties(DEVICE, "{\"lamp\":1}"))
                                    ::await);
            assertThat(((Rejected) fault).code()).isEqualTo("SCRIPT_FAILED");
            assertThat(answered(device, "P1")).isEqualTo(OK);
        }
    }

    @Test
    @Tag("cell:own-topics/mqtt/raw")
    void aMessageOnAnOwnTopicGoesThroughTheScriptIfItAsksForIt() {
        String topic = "/" + PK + "/" + DN + "/user/update";
        try (RawMqtt device = device()) {
            device.publish(topic + "?_sn=default", "abc", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            device.publish(topic, "abc", 1, 2);
            assertThat(device.read().packetId()).isEqualTo(2);
        }
        var kept = rig.log.of(FactKind.MESSAGE);
        assertThat(kept).extracting(e -> e.entry().name()).containsOnly("user/update").hasSize(2);
        assertThat(kept.getLast().text()).isEqualTo("abc");
        assertThat(kept.getFirst().text()).isEqualTo("{\"topic\":\"" + topic + "\",\"n\":3}");
    }
}
