package io.weir.simulator;

import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 as bytes, as far as a device needs it: QoS 1 up, QoS 0 and 1 down, clean session. */
final class Packets {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int KEEP_ALIVE_S = 600;

    static final Buffer PING = Buffer.buffer(new byte[] {(byte) 0xc0, 0});
    static final Buffer DISCONNECT = Buffer.buffer(new byte[] {(byte) 0xe0, 0});

    private static final byte CONNECT = 0x10;
    private static final byte PUBLISH_QOS_1 = 0x32;
    private static final byte AGAIN = 0x08;
    private static final byte USER_PASSWORD_CLEAN = (byte) 0xc2;

    /** What arrived whole, with where the next begins. */
    record Packet(int type, int flags, int from, int to) {}

    private Packets() {}

    static Buffer connect(Credential device) {
        Buffer body =
                Buffer.buffer()
                        .appendBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, USER_PASSWORD_CLEAN})
                        .appendShort((short) KEEP_ALIVE_S);
        text(body, device.clientId());
        text(body, device.user());
        text(body, device.password());
        return packet(CONNECT, body);
    }

    static Buffer publish(int number, String topic, byte[] payload, boolean again) {
        Buffer body = Buffer.buffer(topic.length() + payload.length + 4);
        text(body, topic);
        body.appendShort((short) number).appendBytes(payload);
        return packet((byte) (again ? PUBLISH_QOS_1 | AGAIN : PUBLISH_QOS_1), body);
    }

    static Buffer puback(int number) {
        return packet((byte) (PUBACK << 4), Buffer.buffer().appendShort((short) number));
    }

    /** The packet that begins at {@code at}; null = it is not whole yet. */
    static @Nullable Packet read(Buffer in, int at) {
        int rest = 0;
        for (int i = 1; i <= 4 && at + i < in.length(); i++) {
            int digit = in.getByte(at + i);
            rest |= (digit & 127) << 7 * (i - 1);
            if (digit >= 0) {
                int from = at + i + 1;
                int head = in.getByte(at);
                return from + rest <= in.length()
                        ? new Packet(head >> 4 & 15, head & 15, from, from + rest)
                        : null;
            }
        }
        return null;
    }

    private static void text(Buffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.appendShort((short) utf8.length).appendBytes(utf8);
    }

    private static Buffer packet(byte head, Buffer body) {
        Buffer packet = Buffer.buffer(body.length() + 5).appendByte(head);
        int rest = body.length();
        do {
            int digit = rest & 127;
            rest >>= 7;
            packet.appendByte((byte) (rest > 0 ? digit | 128 : digit));
        } while (rest > 0);
        return packet.appendBuffer(body);
    }
}
