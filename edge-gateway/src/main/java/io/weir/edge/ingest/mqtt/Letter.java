package io.weir.edge.ingest.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One QoS 1 message for a device.
 *
 * @param seq rising within a session; the packet id is made of it, so that it is the same after a
 *     restart of the gateway
 * @param expiresAtMs wall clock
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record Letter(long seq, String topic, byte[] payload, long expiresAtMs) {
    private static final int PACKET_IDS = 65_535;

    /** What it counts towards the bounds of a queue. */
    int size() {
        return topic.length() + payload.length;
    }

    /** Unique among any 65,535 letters that follow one another; never 0. */
    int packetId() {
        return packetId(seq);
    }

    static int packetId(long seq) {
        return (int) (seq % PACKET_IDS) + 1;
    }

    byte[] bytes() {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + name.length + payload.length)
                .putLong(expiresAtMs)
                .putInt(name.length)
                .put(name)
                .put(payload)
                .array();
    }

    static Letter read(long seq, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long expiresAtMs = in.getLong();
        byte[] name = new byte[in.getInt()];
        in.get(name);
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        return new Letter(seq, new String(name, StandardCharsets.UTF_8), payload, expiresAtMs);
    }
}
