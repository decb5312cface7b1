package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBuf;

/**
 * The packets that we write ourselves, as bytes, to be laid one behind the other into one buffer.
 */
final class MqttPackets {
    private static final int PUBACK = 0x40;
    private static final int PUBLISH_QOS0 = 0x30;
    private static final int DISCONNECT = 0xe0;
    static final int PUBACK_BYTES = 4;

    private MqttPackets() {}

    static void puback(ByteBuf out, int packetId) {
        out.writeByte(PUBACK).writeByte(2).writeShort(packetId);
    }

    /** MQTT 5 only: 3.1.1 knows no DISCONNECT from a server. */
    static void disconnect(ByteBuf out, int reason) {
        out.writeByte(DISCONNECT).writeByte(1).writeByte(reason);
    }

    /**
     * @param v5 MQTT 5 has a (here empty) list of properties
     */
    static void publish(ByteBuf out, byte[] topic, byte[] payload, boolean v5) {
        int left = 2 + topic.length + (v5 ? 1 : 0) + payload.length;
        out.writeByte(PUBLISH_QOS0);
        do {
            int digit = left & 0x7f;
            left >>>= 7;
            out.writeByte(left == 0 ? digit : digit | 0x80);
        } while (left > 0);
        out.writeShort(topic.length).writeBytes(topic);
        if (v5) {
            out.writeByte(0);
        }
        out.writeBytes(payload);
    }
}
