package io.weir.edge.ingest.tcp;

import static io.weir.edge.GatewayRig.await;
import static io.weir.edge.TestProducts.DEVICE;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.Outcome;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Devices with bytes of their own, on real sockets. */
class TcpIngestTest {
    private static final String LENGTH =
            "{\"kind\":\"length\",\"offset\":0,\"width\":2,\"little_endian\":false,\"adjust\":0}";
    private static final String LINES = "{\"kind\":\"delimiter\",\"hex\":\"0a\"}";

    @TempDir Path folder;

    /** Stands for the product's script: what the device sends is its total. */
    private static void script(AlinkMessage m) {
        String text = new String(m.payload(), StandardCharsets.ISO_8859_1);
        m.journal(
                Lane.TELEMETRY,
                List.of(
                        new AlinkMessage.Fact(
                                FactKind.PROPERTY_POST, "", text.getBytes(StandardCharsets.UTF_8))),
                Outcome.ACCEPTED);
    }

    private TcpRig rig(String framing, int inFlightMax) {
        TcpRig rig = new TcpRig(folder, inFlightMax, TcpRig.raw(framing, 100));
        rig.rig.alink.on(Kind.RAW_UP, TcpIngestTest::script);
        return rig;
    }

    @Test
    @Tag("cell:raw-up-and-down/tcp/raw")
    void aSignedDeviceComesOnlineItsFramesAreJournaledAndItIsSentFrames() {
        try (TcpRig rig = rig(LENGTH, 10)) {
            Socket socket = rig.device();
            await(() -> rig.rig.log.of(FactKind.ONLINE).size() == 1);
            assertThat(rig.rig.inlet.told).contains("connected D-0001 1 1");
            TcpRig.send(socket, new byte[] {0, 3, 'a', 'b', 'c', 0, 2, 'd'});
            TcpRig.send(socket, new byte[] {'e', 0, 0});
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() == 3);
            assertThat(rig.rig.log.of(FactKind.PROPERTY_POST))
                    .extracting(e -> e.text())
                    .containsExactly("\0\3abc", "\0\2de", "\0\0");
            assertThat(rig.rig.log.of(FactKind.PROPERTY_POST))
                    .allMatch(e -> e.entry().epoch() == 1 && e.entry().device().equals(DEVICE));
            var line = rig.rig.lines.find(DEVICE);
            String topic = "/sys/" + PK + "/" + DN + "/thing/model/";
            assertThat(line.publish(topic + "down_raw", new byte[] {0, 1, 'x'})).isTrue();
            assertThat(line.publish(topic + "up_raw_reply", new byte[] {0, 1, 'y'})).isTrue();
            assertThat(line.publish(topic + "other", new byte[] {0})).isFalse();
            assertThat(TcpRig.read(socket, 6)).containsExactly(0, 1, 'x', 0, 1, 'y');
            assertThat(
                            rig.rig.count(
                                    "weir.ingest.messages",
                                    "transport",
                                    "tcp",
                                    "kind",
                                    "raw_up",
                                    "outcome",
                                    "accepted"))
                    .isEqualTo(3);
        }
    }

    @Test
    @Tag("cell:refusals/tcp/raw")
    void whoIsNotTheDeviceIsToldWhyAndDropped() {
        try (TcpRig rig = rig(LINES, 10)) {
            assertThat(refusal(rig, TcpRig.line(DN, "other")))
                    .isEqualTo("refused: credentials\r\n");
            assertThat(refusal(rig, TcpRig.line("nobody", SECRET)))
                    .isEqualTo("refused: unknown_device\r\n");
            assertThat(refusal(rig, TcpRig.line("dev-03", SECRET)))
                    .isEqualTo("refused: not_usable\r\n");
            assertThat(refusal(rig, "pkOther/x/00\n".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo("refused: this port is of another product\r\n");
            assertThat(refusal(rig, new byte[300])).startsWith("refused: no registration line");
            assertThat(refusal(rig, "pk".getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo("refused: no registration in time\r\n");
            assertThat(rig.rig.log.of(FactKind.ONLINE)).isEmpty();
            await(() -> rig.rig.guard.room().size() == 0);
            assertThat(rig.rig.count("weir.tcp.connects", "result", "credentials")).isOne();
        }
    }

    private static String refusal(TcpRig rig, byte[] first) {
        Socket socket = rig.dial();
        TcpRig.send(socket, first);
        return TcpRig.rest(socket);
    }

    @Test
    void aHostileStreamEndsOnlyItsOwnConnection() throws IOException {
        try (TcpRig rig = rig(LENGTH, 10)) {
            Socket good = rig.device();
            Socket bad = rig.dial();
            TcpRig.send(bad, TcpRig.line("dev-02", SECRET));
            TcpRig.send(bad, new byte[] {(byte) 0xff, (byte) 0xff, 1, 2});
            assertThat(TcpRig.rest(bad)).isEqualTo("ok\n");
            await(() -> rig.rig.count("weir.tcp.cut") == 1);
            TcpRig.send(good, new byte[] {0, 1, 'a'});
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() == 1);
            await(() -> rig.rig.log.of(FactKind.OFFLINE).size() == 1);
            assertThat(rig.rig.log.of(FactKind.OFFLINE).getFirst().text())
                    .contains("a frame of 65537 bytes");
            good.close();
            await(() -> rig.rig.log.of(FactKind.OFFLINE).size() == 2);
        }
    }

    @Test
    void asLongAsTheJournalOwesTheSocketIsNotRead() {
        try (TcpRig rig = rig(LINES, 4)) {
            Socket socket = rig.device();
            await(() -> rig.rig.log.of(FactKind.ONLINE).size() == 1);
            rig.rig.log.hold = true;
            TcpRig.send(socket, "a\nb\nc\nd\ne\nf\n\ng".getBytes(StandardCharsets.UTF_8));
            await(() -> rig.rig.log.waiting() == 4);
            TcpRig.send(socket, "h\n".getBytes(StandardCharsets.UTF_8));
            assertThat(rig.rig.log.of(FactKind.PROPERTY_POST)).hasSize(4);
            rig.rig.log.hold = false;
            rig.rig.log.sync();
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() == 7);
            assertThat(rig.rig.log.of(FactKind.PROPERTY_POST))
                    .extracting(e -> e.text())
                    .containsExactly("a", "b", "c", "d", "e", "f", "gh");
        }
    }

    @Test
    void whatTheJournalDoesNotTakeEndsTheConnection() {
        try (TcpRig rig = rig(LINES, 4)) {
            Socket socket = rig.device();
            await(() -> rig.rig.log.of(FactKind.ONLINE).size() == 1);
            rig.rig.log.refuse = true;
            TcpRig.send(socket, "a\n".getBytes(StandardCharsets.UTF_8));
            assertThat(TcpRig.rest(socket)).isEmpty();
            await(() -> rig.rig.log.of(FactKind.OFFLINE).size() == 1);
        }
    }

    @Test
    void aNewConnectionOfTheDeviceTakesTheOldOnesPlace() {
        try (TcpRig rig = rig(LINES, 4)) {
            Socket first = rig.device();
            await(() -> rig.rig.log.of(FactKind.ONLINE).size() == 1);
            Socket second = rig.device();
            assertThat(TcpRig.rest(first)).isEmpty();
            TcpRig.send(second, "x\n".getBytes(StandardCharsets.UTF_8));
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() == 1);
            assertThat(rig.rig.log.of(FactKind.OFFLINE).getFirst().text()).contains("taken over");
        }
    }

    @Test
    void aPacketNamesADeviceOnlyFromATrustedNetwork() {
        String packets =
                "\"registration\":{\"kind\":\"packets\",\"trusted_from\":[\"%s\"],\"devices\":{\"c0ffee\":\"dev-01\"}},"
                    + "\"welcome\":\"\",\"frame_bytes\":100,\"framing\":"
                        + LINES
                        + ",\"modbus\":null";
        byte[] coffee = {(byte) 0xc0, (byte) 0xff, (byte) 0xee, 'a', '\n'};
        try (TcpRig rig = new TcpRig(folder, 4, packets.formatted("127.0.0.0/8"))) {
            rig.rig.alink.on(Kind.RAW_UP, TcpIngestTest::script);
            Socket socket = rig.dial();
            TcpRig.send(socket, coffee);
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() == 1);
            assertThat(refusal(rig, new byte[] {1}))
                    .isEqualTo("refused: an unknown registration packet\r\n");
        }
        Path other = folder.resolve("other");
        assertThat(other.toFile().mkdir()).isTrue();
        try (TcpRig rig = new TcpRig(other, 4, packets.formatted("10.0.0.0/8"))) {
            assertThat(refusal(rig, coffee)).isEqualTo("refused: credentials\r\n");
        }
    }
}
