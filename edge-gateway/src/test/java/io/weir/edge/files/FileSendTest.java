package io.weir.edge.files;

import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.files.FilesApi;
import io.weir.edge.GatewayRig;
import io.weir.edge.RawMqtt;
import io.weir.edge.alink.BinaryBlock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** A piece of an upload on the wire. */
class FileSendTest {
    private static final String SEND = GatewayRig.topic(DN, "file/upload/mqtt/send");
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

    private static byte[] wire(String header, byte[] piece) {
        return new BinaryBlock(header.getBytes(StandardCharsets.UTF_8), piece).bytes();
    }

    @Test
    @Tag("cell:file-upload/mqtt/raw")
    void aPieceGoesToTheCloudInSlicesThatPassTheDoor() {
        byte[] piece = new byte[80_000];
        new Random(1).nextBytes(piece);
        var got = new ByteArrayOutputStream();
        rig.link.answer(
                FilesApi.PIECE,
                p -> {
                    assertThat(p.deviceId()).isEqualTo(DEVICE);
                    assertThat(p.offset()).isEqualTo(500 + got.size());
                    assertThat(p.bytes().length).isLessThanOrEqualTo(FilesApi.PIECE_BYTES);
                    got.writeBytes(p.bytes());
                    assertThat(p.complete()).isEqualTo(got.size() == piece.length);
                    return Answer.ok("{\"uploadId\":\"u1\",\"offset\":500,\"bSize\":80000}");
                });
        String header =
                "{\"id\":\"7\",\"params\":{\"uploadId\":\"u1\",\"offset\":500,\"bSize\":80000,"
                        + "\"isComplete\":true}}";
        try (RawMqtt device = rig.device(DN)) {
            device.publish(SEND, wire(header, piece), 0, 0);
            RawMqtt.Packet reply = device.read();
            assertThat(reply.topic()).isEqualTo(SEND + "_reply");
            assertThat(reply.payload())
                    .isEqualTo(
                            "{\"id\":\"7\",\"code\":200,\"message\":\"success\",\"method\":"
                                + "\"thing.file.upload.mqtt.send\",\"version\":\"1.0\",\"data\":"
                                + "{\"uploadId\":\"u1\",\"offset\":500,\"bSize\":80000}}");
        }
        assertThat(got.toByteArray()).isEqualTo(piece);
    }

    @Test
    void whatIsDamagedOrSaysNothingIs460() {
        try (RawMqtt device = rig.device(DN)) {
            byte[] damaged = wire("{\"id\":\"7\",\"params\":{}}", new byte[] {1, 2, 3});
            damaged[damaged.length - 1] ^= 1;
            device.publish(SEND, damaged, 0, 0);
            assertThat(device.read().payload()).startsWith("{\"id\":\"\",\"code\":460,");
            device.publish(SEND, wire("{\"id\":\"8\",\"params\":{}}", new byte[1]), 0, 0);
            assertThat(device.read().payload()).startsWith("{\"id\":\"8\",\"code\":460,");
            String lie = "{\"id\":\"9\",\"params\":{\"uploadId\":\"u\",\"offset\":0,\"bSize\":2}}";
            device.publish(SEND, wire(lie, new byte[1]), 0, 0);
            assertThat(device.read().payload()).startsWith("{\"id\":\"9\",\"code\":460,");
        }
        assertThat(rig.link.asked).doesNotContainKey(FilesApi.PIECE.address());
    }
}
