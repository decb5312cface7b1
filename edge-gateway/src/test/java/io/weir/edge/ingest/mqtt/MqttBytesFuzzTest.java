package io.weir.edge.ingest.mqtt;

import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.edge.GatewayRig;
import io.weir.edge.Leaks;
import io.weir.edge.RawMqtt;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Packets of any content into a real listener, before and after the login: the last PINGREQ is
 * answered, or the connection was ended. Another device's posts are acknowledged meanwhile, and
 * nothing stays behind.
 */
class MqttBytesFuzzTest {
    private static final byte[] PING = {(byte) 0xc0, 0};
    private static final int PINGRESP = 13;
    private static final String OTHER = "dev-02";
    private static final String POST = GatewayRig.topic(OTHER, "event/property/post");
    private static final int MAX = 2000;
    private static final int SHORT_MS = 300;
    private static final int PATIENCE_MS = 10_000;
    private static final int SWALLOWED_MAX = 4 << 16;

    @TempDir static Path folder;
    private static Leaks leaks;
    private static GatewayRig rig;
    private static RawMqtt other;
    private static RawMqtt device;
    private static int posts;

    @BeforeAll
    static void start() {
        leaks = new Leaks();
        rig = new GatewayRig(folder, MqttConfigs.with(1_000_000, 30), 1);
        other = rig.device(OTHER);
    }

    @AfterAll
    static void stop() {
        if (device != null) {
            device.close();
        }
        GatewayRig.await(() -> rig.lines.size() == 1);
        other.close();
        GatewayRig.await(() -> gauge("weir.mqtt.sockets") == 0);
        assertThat(gauge("weir.mqtt.inflight")).isZero();
        rig.close();
        leaks.none();
    }

    private static double gauge(String name) {
        return rig.metrics.registry().get(name).gauge().value();
    }

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void packets(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] packets = whole(Arrays.copyOfRange(input, 1, Math.min(input.length, MAX)));
        if ((input[0] & 1) == 0) {
            try (RawMqtt stranger = new RawMqtt(rig.port)) {
                ended(stranger, packets);
            }
        } else {
            if (device == null) {
                device = rig.device(DN);
            }
            if (ended(device, packets)) {
                device.close();
                device = null;
            }
        }
        posts++;
        other.publish(POST, "{\"sys\":{\"ack\":0},\"params\":{\"total_ml\":1}}", 1, 1 + posts % 99);
        assertThat(other.read().type()).isEqualTo(RawMqtt.PUBACK);
    }

    /** Whole packets: a type, at most 127 bytes. Half a packet would swallow the PINGREQ. */
    private static byte[] whole(byte[] bytes) {
        var out = new ByteArrayOutputStream();
        for (int at = 0; at + 1 < bytes.length; ) {
            int size = Math.min(bytes[at + 1] & 0x7f, bytes.length - at - 2);
            out.write(bytes[at]);
            out.write(size);
            out.write(bytes, at + 2, size);
            at += 2 + size;
        }
        return out.toByteArray();
    }

    /** False when the PINGREQ behind them was answered, true when the connection is closed. */
    private static boolean ended(RawMqtt client, byte[] packets) {
        try {
            client.send(packets).send(PING);
        } catch (java.io.UncheckedIOException e) {
            return true;
        }
        try {
            client.socket().setSoTimeout(SHORT_MS);
            return closed(client);
        } catch (java.net.SocketException e) {
            return true;
        } catch (java.io.UncheckedIOException e) {
            // A packet that holds less than its fields say takes what follows for the rest of it,
            // 64 KiB at most (docs/fuzz.md). Behind that much it ends, one way or the other.
            return swallowed(client);
        }
    }

    private static boolean swallowed(RawMqtt client) {
        byte[] more = new byte[SWALLOWED_MAX];
        for (int i = 0; i < more.length; i += PING.length) {
            more[i] = PING[0];
        }
        try {
            client.send(more);
            client.socket().setSoTimeout(PATIENCE_MS);
            return closed(client);
        } catch (java.io.UncheckedIOException e) {
            assertThat(e).as("cut off while still sending").hasMessageNotContaining("timed out");
            return true;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    private static boolean closed(RawMqtt client) {
        for (RawMqtt.Packet p = client.read(); p != null; p = client.read()) {
            if (p.type() == PINGRESP) {
                return false;
            }
        }
        return true;
    }
}
