package io.weir.edge.alink;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.SetProperties;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.runtime.crypto.AlinkSign;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What breaks real clients, point by point, byte by byte (facts: alink.md section 0). Point 3, the
 * spelling of HTTP headers, is {@code HttpBytesTest}'s.
 */
class ThirteenPointsTest {
    private static final String POST = GatewayRig.topic(DN, "event/property/post");
    private static final String USER = DN + "&" + PK;

    /** What the C SDK's constant says: the year 2050. */
    private static final String YEAR_2050 = "2524608000000";

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

    private static byte[] post(String json) {
        return RawMqtt.publishPacket(POST, json, 0, 0, false);
    }

    private static String signed(String cid, String more) {
        return AlinkSign.SHA256.sign(
                SECRET, "clientId" + cid + "deviceName" + DN + "productKey" + PK + more);
    }

    private int connack(String clientId, String password) {
        try (RawMqtt client = new RawMqtt(rig.port)) {
            return client.connect(clientId, USER, password, 60).connack();
        }
    }

    private static void silent(RawMqtt device) throws Exception {
        device.socket().setSoTimeout(300);
        org.assertj.core.api.Assertions.assertThatThrownBy(device::read)
                .hasRootCauseInstanceOf(SocketTimeoutException.class);
        device.socket().setSoTimeout(10_000);
    }

    @Test
    @Tag("cell:c-sdk-1-pushed-without-subscription/mqtt/raw")
    void repliesComeWithoutASubscriptionAndOnceWithOne() throws Exception {
        try (RawMqtt device = rig.device(DN)) {
            device.send(post("{\"id\":\"1\",\"params\":{\"total_ml\":1}}"));
            assertThat(device.read().topic()).isEqualTo(POST + "_reply");
            device.subscribe(7, POST + "_reply");
            assertThat(device.read().type()).isEqualTo(RawMqtt.SUBACK);
            device.send(post("{\"id\":\"2\",\"params\":{\"total_ml\":2}}"));
            assertThat(device.read().payload()).startsWith("{\"id\":\"2\"");
            silent(device);
        }
    }

    @Test
    @Tag("cell:c-sdk-2-compact-with-data-last/mqtt/raw")
    @Tag("cell:c-sdk-12-id-code-and-data-always/mqtt/raw")
    void repliesAreCompactWithDataLastAndNeverWithoutIt() {
        try (RawMqtt device = rig.device(DN)) {
            device.send(post("{\"id\":\"1\",\"params\":{\"total_ml\":1}}"));
            assertThat(device.read().payload())
                    .isEqualTo(
                            "{\"id\":\"1\",\"code\":200,\"message\":\"success\",\"method\":"
                                + "\"thing.event.property.post\",\"version\":\"1.0\",\"data\":{}}");
            rig.link.answer(AlinkApi.CONFIGURATION, q -> Answer.refused(6713, "data"));
            String config = GatewayRig.topic(DN, "config/get");
            device.send(RawMqtt.publishPacket(config, "{\"id\":\"2\"}", 0, 0, false));
            assertThat(device.read().payload())
                    .as("no text equals a key")
                    .isEqualTo(
                            "{\"id\":\"2\",\"code\":6713,\"message\":\"data.\",\"method\":"
                                    + "\"thing.config.get\",\"version\":\"1.0\",\"data\":{}}");
        }
    }

    @Test
    @Tag("cell:c-sdk-4-id-echoed-verbatim/mqtt/raw")
    void theIdComesBackAsItWas() {
        try (RawMqtt device = rig.device(DN)) {
            for (String id :
                    new String[] {
                        "\"1|exp-topic|/sys/p/d/thing/event/property/post_reply\"",
                        "17",
                        "\"4294967296000\"",
                        "1.0",
                        "\"\\u6c34\""
                    }) {
                device.send(post("{\"id\":" + id + ",\"params\":{\"total_ml\":1}}"));
                assertThat(device.read().payload()).startsWith("{\"id\":" + id + ",\"code\":200,");
            }
        }
    }

    @Test
    @Tag("cell:c-sdk-5-no-method/mqtt/raw")
    void theMethodIsTheTopics() {
        try (RawMqtt device = rig.device(DN)) {
            device.send(
                    post(
                            "{\"id\":\"1\",\"version\":\"1.0\",\"params\":{\"total_ml\":1},"
                                    + "\"sys\":{\"ack\":1}}"));
            assertThat(device.read().payload())
                    .contains("\"code\":200", "\"method\":\"thing.event.property.post\"");
        }
    }

    @Test
    @Tag("cell:c-sdk-6-digits-and-method-down/mqtt/raw")
    void whatGoesDownHasDigitsForAnIdAndAMethodAndParamsLast() {
        try (RawMqtt device = rig.device(DN)) {
            GatewayRig.await(() -> rig.downlink.connected(DEVICE));
            rig.link.ask(EdgeApi.SET_PROPERTIES, new SetProperties(DEVICE, "{ \"lamp\" : 1 }"));
            assertThat(device.read().payload())
                    .matches(
                            "\\{\"id\":\"[0-9]+\",\"version\":\"1.0\",\"method\":"
                                    + "\"thing.service.property.set\",\"params\":"
                                    + "\\{\"lamp\":1}}");
        }
    }

    @Test
    @Tag("cell:c-sdk-7-routed-before-connack/mqtt/raw")
    void aPublishInTheSegmentOfTheConnectIsAnswered() {
        var segment = new ByteArrayOutputStream();
        segment.writeBytes(
                RawMqtt.connectPacket(
                        "c|securemode=3,signmethod=hmacsha256|", USER, signed("c", ""), 60));
        segment.writeBytes(post("{\"id\":\"1\",\"params\":{\"total_ml\":1}}"));
        try (RawMqtt device = new RawMqtt(rig.port)) {
            device.send(segment.toByteArray());
            assertThat(device.connack()).isZero();
            assertThat(device.read().payload()).contains("\"code\":200");
        }
    }

    @Test
    @Tag("cell:c-sdk-8-loose-client-id/mqtt/raw")
    void blanksLineBreaksUnknownKeysAndCasesInTheClientIdPass() {
        String password = signed("c", "");
        for (String id :
                new String[] {
                    "c|securemode=3,\n        signmethod=hmacsha256|",
                    "c|securemode=3, SignMethod = hmacsha256 ,lan=C,_v=sdk-c-4.2.0,ext=3,|",
                    "c|signMethod=hmacsha256,_conn=tcp_0_-306,whatever=1|"
                }) {
            assertThat(connack(id, password)).as(id).isZero();
        }
    }

    @Test
    @Tag("cell:c-sdk-9-signature-of-either-case/mqtt/raw")
    void theSignaturesDigitsAreOfEitherCase() {
        String id = "c|securemode=3,signmethod=hmacsha256|";
        String password = signed("c", "");
        assertThat(connack(id, password.toUpperCase(Locale.ROOT))).isZero();
        assertThat(connack(id, password.toLowerCase(Locale.ROOT))).isZero();
    }

    @Test
    @Tag("cell:c-sdk-10-timestamp-of-2050/mqtt/raw")
    void noTimestampIsTooOldOrTooNew() {
        for (String timestamp : new String[] {YEAR_2050, "1", "789"}) {
            String id = "c|securemode=3,signmethod=hmacsha256,timestamp=" + timestamp + "|";
            assertThat(connack(id, signed("c", "timestamp" + timestamp))).isZero();
        }
    }

    @Test
    @Tag("cell:c-sdk-11-params-as-text/mqtt/raw")
    void paramsMayBeATextAnArrayOrNothing() {
        String topology = GatewayRig.topic(DN, "topo/get");
        for (String params : new String[] {"\"{}\"", "{}", "[]", "null"}) {
            rig.link.answer(
                    AlinkApi.TOPOLOGY,
                    q -> {
                        assertThat(q.paramsJson()).isEqualTo(params);
                        return Answer.ok("[]");
                    });
            try (RawMqtt device = rig.device(DN)) {
                String json = "{\"id\":\"1\",\"version\":\"1.0\",\"params\":" + params + "}";
                device.send(RawMqtt.publishPacket(topology, json, 0, 0, false));
                assertThat(device.read().payload())
                        .contains("\"code\":200")
                        .endsWith("\"data\":[]}");
            }
        }
    }

    @Test
    @Tag("cell:c-sdk-13-connack-4/mqtt/raw")
    void whoeverMustNotComeInHears4() {
        assertThat(connack("c|securemode=3,signmethod=hmacsha256|", "00")).isEqualTo(4);
        try (RawMqtt client = new RawMqtt(rig.port)) {
            assertThat(
                            client.connect(
                                            "c|securemode=3,signmethod=hmacsha256|",
                                            "nobody&" + PK,
                                            signed("c", ""),
                                            60)
                                    .connack())
                    .isEqualTo(4);
        }
    }
}
