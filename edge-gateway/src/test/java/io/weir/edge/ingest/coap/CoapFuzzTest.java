package io.weir.edge.ingest.coap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.edge.GatewayRig;
import io.weir.edge.ingest.TransportRig;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Datagrams of any content, and requests of any options, paths and payloads, to the real CoAP port:
 * a request is answered under its message id, and so is the one after it.
 */
class CoapFuzzTest {
    private static final int POST = 2;
    private static final byte[] AUTH = {(byte) 0xb4, 'a', 'u', 't', 'h', (byte) 0xff};

    @TempDir static Path folder;
    private static final int PORT = GatewayRig.freePort();
    private static TransportRig rig;
    private static DatagramSocket socket;

    /** What looks like a message of {@link #socket}'s would be taken for one sent twice. */
    private static DatagramSocket noise;

    private static int messageId;

    @BeforeAll
    static void start() throws IOException {
        rig = new TransportRig(folder, "coap");
        var config =
                new CoapIngestConfig(
                        PORT,
                        "",
                        false,
                        0,
                        1024,
                        64,
                        4,
                        100,
                        Duration.ofDays(7),
                        1_000_000,
                        100,
                        1_000_000,
                        1_000_000,
                        Duration.ofMillis(300));
        rig.vertx
                .deployVerticle(new CoapIngest(rig.transport, "127.0.0.1").verticle(config))
                .await();
        socket = new DatagramSocket();
        socket.setSoTimeout(5000);
        noise = new DatagramSocket();
    }

    @AfterAll
    static void stop() {
        socket.close();
        noise.close();
        rig.close();
    }

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void datagrams(byte[] input) throws IOException {
        if (input.length < 2 || input.length > 1200) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] % 3 == 0) {
            send(noise, rest);
        } else if (input[0] % 3 == 1) {
            int id = request(AUTH, rest);
            assertThat(answer(id)).as("an answer to a login that can't be").isBetween(0x80, 0xbf);
        } else {
            request(rest, new byte[0]);
        }
        int probe = request(AUTH, new byte[] {'{', '}'});
        assertThat(answer(probe)).as("4.00 to an empty login").isEqualTo(0x80);
    }

    /** A confirmable POST with these bytes as its options. */
    private static int request(byte[] options, byte[] payload) throws IOException {
        messageId = messageId + 1 & 0xffff;
        var out = new ByteArrayOutputStream();
        out.write(0x40);
        out.write(POST);
        out.write(messageId >> 8);
        out.write(messageId);
        out.writeBytes(options);
        out.writeBytes(payload);
        send(socket, out.toByteArray());
        return messageId;
    }

    private static void send(DatagramSocket from, byte[] bytes) throws IOException {
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), PORT));
    }

    /** The code of what answers this message; what answers others is passed over. */
    private static int answer(int id) throws IOException {
        while (true) {
            var packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            byte[] data = packet.getData();
            if (((data[2] & 0xff) << 8 | data[3] & 0xff) == id && (data[0] & 0x30) == 0x20) {
                return data[1] & 0xff;
            }
        }
    }
}
