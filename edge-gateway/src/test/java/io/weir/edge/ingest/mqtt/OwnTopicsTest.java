package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.CONTROLLED;
import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.TENANT;
import static io.weir.edge.TestProducts.TSL;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.Ask;
import io.weir.api.edge.EdgeApi.Broadcast;
import io.weir.api.edge.EdgeApi.Said;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.model.fact.FactKind;
import io.weir.model.thing.TopicClass;
import io.weir.model.thing.TopicClass.Access;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A product's own topics: who may publish and subscribe, questions on them, broadcasts. */
class OwnTopicsTest {
    private static final String OWN = "/" + PK + "/" + DN + "/";
    private static final int REFUSED = 0x80;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    @TempDir Path folder;
    private GatewayRig rig;
    private int version = 1;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void allow(TopicClass... classes) {
        int next = ++version;
        var product = new ProductGrant(PK, TSL, CONTROLLED, true, false, null, List.of(classes));
        rig.link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= next
                                ? new Changes(q.since(), false, List.of(), List.of())
                                : new Changes(next, false, List.of(), List.of(product)));
        String probe = classes[0].topic();
        GatewayRig.await(
                () -> {
                    var topics = rig.registry.find(DEVICE).product().topics();
                    return !topics.mayPublish("what/nobody/has")
                            && (topics.mayPublish(probe) || topics.maySubscribe(probe));
                });
    }

    private RawMqtt device() {
        RawMqtt device = rig.device(DN);
        GatewayRig.await(() -> rig.downlink.connected(DEVICE));
        return device;
    }

    @Test
    @Tag("cell:own-topics/mqtt/raw")
    void aProductWithoutClassesLeavesItsDevicesTheirOwnTopics() {
        try (RawMqtt device = device()) {
            device.publish(OWN + "what/nobody/has", "x", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            device.subscribe(2, OWN + "#");
            assertThat(device.read().body()[2]).isEqualTo((byte) 1);
        }
        assertThat(rig.log.of(FactKind.MESSAGE)).hasSize(1);
    }

    @Test
    @Tag("cell:own-topics-rights/mqtt/raw")
    void whatAProductForbidsIsForeignAndAChangeReachesTheOpenConnection() {
        try (RawMqtt device = device()) {
            device.publish(OWN + "user/update", "1", 1, 1);
            assertThat(device.read().packetId()).isEqualTo(1);
            allow(
                    new TopicClass("user/get", Access.SUBSCRIBE),
                    new TopicClass("user/update", Access.PUBLISH),
                    new TopicClass("user/+/both", Access.BOTH));

            device.publish(OWN + "user/update", "2", 1, 2);
            assertThat(device.read().packetId()).isEqualTo(2);
            device.publish(OWN + "user/a/both?_sn=default", "3", 1, 3);
            assertThat(device.read().packetId()).isEqualTo(3);
            device.subscribe(
                    4, OWN + "user/get", OWN + "user/update", OWN + "user/a/both", OWN + "user/#");
            byte[] codes = device.read().body();
            assertThat(codes[2]).isEqualTo((byte) 1);
            assertThat(codes[3]).isEqualTo((byte) REFUSED);
            assertThat(codes[4]).isEqualTo((byte) 1);
            assertThat(codes[5]).isEqualTo((byte) REFUSED);

            device.publish(OWN + "user/get", "4", 1, 5);
            device.untilClosed();
        }
        assertThat(rig.log.of(FactKind.MESSAGE)).extracting(l -> l.text()).contains("1", "2");
        assertThat(rig.log.of(FactKind.MESSAGE)).extracting(l -> l.text()).doesNotContain("4");
    }

    @Test
    @Tag("cell:custom-rrpc/mqtt/raw")
    void aQuestionInTheirOwnWordsIsAnsweredByTheConnectionThatWasAsked() {
        try (RawMqtt device = device()) {
            Future<Said> asked =
                    rig.link.ask(EdgeApi.ASK, new Ask(DEVICE, OWN + "user/question", HELLO));
            RawMqtt.Packet question = device.read();
            assertThat(question.topic()).matches("/ext/rrpc/[0-9]+" + OWN + "user/question");
            assertThat(question.payload()).isEqualTo("hello");
            try (RawMqtt other = rig.device("dev-02")) {
                GatewayRig.await(() -> rig.downlink.connected("D-0002"));
                other.publish(question.topic(), "forged", 1, 1);
                assertThat(other.read().packetId()).isEqualTo(1);
            }
            assertThat(asked.isComplete()).isFalse();
            device.publish(question.topic(), new byte[] {0, (byte) 0xff, 7}, 0, 0);
            GatewayRig.await(asked::isComplete);
            assertThat(asked.result().payload()).containsExactly(0, 0xff, 7);
        }
        GatewayRig.await(() -> !rig.downlink.connected(DEVICE));
        var nobody = rig.link.ask(EdgeApi.ASK, new Ask(DEVICE, OWN + "user/question", HELLO));
        assertThatThrownBy(nobody::await).hasMessageContaining("not connected");
    }

    @Test
    void aQuestionThatTheDeviceLeavesBehindFailsAtOnce() {
        Future<Said> asked;
        try (RawMqtt device = device()) {
            asked = rig.link.ask(EdgeApi.ASK, new Ask(DEVICE, OWN + "user/question", HELLO));
            device.read();
        }
        GatewayRig.await(asked::isComplete);
        assertThat(asked.cause()).hasMessageContaining("did not answer");
    }

    @Test
    @Tag("cell:broadcast/mqtt/raw")
    void aBroadcastReachesThoseThatListenAndAreTheSendersOwn() {
        String topic = "/broadcast/" + PK + "/news";
        try (RawMqtt listens = device();
                RawMqtt deaf = rig.device("dev-02")) {
            GatewayRig.await(() -> rig.downlink.connected("D-0002"));
            listens.subscribe(1, topic);
            assertThat(listens.read().type()).isEqualTo(RawMqtt.SUBACK);
            var mine = new Broadcast(PK, TENANT, "news", HELLO);
            assertThat(rig.link.ask(EdgeApi.BROADCAST, mine).await().devices()).isEqualTo(1);
            RawMqtt.Packet heard = listens.read();
            assertThat(heard.topic()).isEqualTo(topic);
            assertThat(heard.payload()).endsWith("hello"); // behind its packet id

            var others = new Broadcast(PK, "/OTHER/", "news", HELLO);
            assertThat(rig.link.ask(EdgeApi.BROADCAST, others).await().devices()).isZero();
            deaf.publish(OWN.replace(DN, "dev-02") + "x", "still here", 1, 9);
            assertThat(deaf.read().packetId()).isEqualTo(9);
        }
    }
}
