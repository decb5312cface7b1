package io.weir.edge.alink;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What a device asks the cloud: acknowledged at once, answered when the cloud answers. */
class QuestionsTest {
    private static final String TAGS = GatewayRig.topic(DN, "deviceinfo/update");
    private static final String WANTED = GatewayRig.topic(DN, "property/desired/get");
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

    @Test
    void theCloudsAnswerIsTheReplyWithoutASubscription() {
        rig.link.answer(
                AlinkApi.TWIN,
                q -> {
                    assertThat(q.gateway()).isEqualTo("gw-1");
                    assertThat(q.deviceId()).isEqualTo(DEVICE);
                    assertThat(q.method()).isEqualTo("thing.property.desired.get");
                    assertThat(q.paramsJson()).isEqualTo("[\"volume\"]");
                    return Answer.ok("{\"volume\":{\"value\":3,\"version\":2}}");
                });
        try (RawMqtt device = rig.device(DN)) {
            device.publish(WANTED, "{\"id\":9,\"params\":[\"volume\"]}", 1, 5);
            // A cloud that answers at once is as quick as the write of the PUBACK.
            RawMqtt.Packet first = device.read();
            RawMqtt.Packet second = device.read();
            RawMqtt.Packet reply = first.type() == RawMqtt.PUBLISH ? first : second;
            assertThat((reply == first ? second : first).packetId()).isEqualTo(5);
            assertThat(reply.topic()).isEqualTo(WANTED + "_reply");
            assertThat(reply.payload())
                    .isEqualTo(
                            "{\"id\":9,\"code\":200,\"message\":\"success\",\"method\":"
                                    + "\"thing.property.desired.get\",\"version\":\"1.0\","
                                    + "\"data\":{\"volume\":{\"value\":3,\"version\":2}}}");
        }
    }

    @Test
    void withoutACloudItIs503AndWhatIsNoRequest6207() {
        rig.link.up(false);
        try (RawMqtt device = rig.device(DN)) {
            device.publish(TAGS, "{\"id\":\"1\",\"params\":[]}", 0, 0);
            assertThat(device.read().payload()).contains("\"code\":503");
            device.publish(TAGS, "nonsense", 0, 0);
            assertThat(device.read().payload()).contains("\"id\":\"\",\"code\":6207");
        }
    }

    @Test
    void moreThanItsShareIs429() {
        rig.link.answer(AlinkApi.TWIN, q -> null);
        try (RawMqtt device = rig.device(DN)) {
            for (int i = 1; i <= 3; i++) {
                device.publish(TAGS, "{\"id\":\"" + i + "\",\"params\":[]}", 0, 0);
            }
            assertThat(device.read().payload()).startsWith("{\"id\":\"3\",\"code\":429,");
        }
    }
}
