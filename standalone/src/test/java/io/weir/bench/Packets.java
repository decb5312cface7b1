package io.weir.bench;

import io.weir.e2e.DeviceLogin;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** MQTT 3.1.1 as bytes, as far as a device needs it. */
final class Packets {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;

    private static final int CONNECT_BYTE = 0x10;
    private static final int PUBLISH_QOS_1 = 0x32;

    /** The longest that the gateway allows, so that nobody who is idle has to ping. */
    private static final int KEEP_ALIVE_SECONDS = 1200;

    private Packets() {}

    static byte[] connect(DeviceLogin login) {
        boolean named = !login.user().isEmpty();
        byte flags = (byte) (named ? 0xc2 : 0x02);
        byte[] head = {
            0, 4, 'M', 'Q', 'T', 'T', 4, flags, KEEP_ALIVE_SECONDS >> 8, (byte) KEEP_ALIVE_SECONDS
        };
        List<byte[]> parts = new ArrayList<>(List.of(head, text(login.clientId())));
        if (named) {
            parts.add(text(login.user()));
            parts.add(text(login.password()));
        }
        return packet(CONNECT_BYTE, parts);
    }

    /** The packet id, still zero, stands right before the payload. */
    static byte[] publish(String topic, byte[] payload) {
        return packet(PUBLISH_QOS_1, List.of(text(topic), new byte[2], payload));
    }

    /** Length of the packet at the buffer's position, its head included; -1 = not yet whole. */
    static int length(ByteBuffer in) {
        int at = in.position() + 1;
        int rest = 0;
        for (int shift = 0; at < in.limit(); shift += 7) {
            int digit = in.get(at++);
            rest |= (digit & 127) << shift;
            if (digit >= 0) {
                int whole = at - in.position() + rest;
                return whole <= in.remaining() ? whole : -1;
            }
        }
        return -1;
    }

    private static byte[] text(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(utf8.length + 2).putShort((short) utf8.length).put(utf8).array();
    }

    private static byte[] packet(int first, List<byte[]> parts) {
        int rest = parts.stream().mapToInt(p -> p.length).sum();
        var out = new ByteArrayOutputStream(rest + 5);
        out.write(first);
        do {
            int digit = rest & 127;
            rest >>= 7;
            out.write(rest > 0 ? digit | 128 : digit);
        } while (rest > 0);
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }
}
