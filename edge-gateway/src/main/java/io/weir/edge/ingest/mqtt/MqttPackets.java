package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/**
 * The packets that we write ourselves, as bytes, to be laid one behind the other into one buffer.
 */
final class MqttPackets {
    private static final int PUBACK = 0x40;
    private static final int PUBLISH_QOS0 = 0x30;
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int DUP = 0x08;
    private static final int DISCONNECT = 0xe0;
    private static final int EXPIRY = 0x02;
    private static final int CORRELATION = 0x09;
    private static final int EXPIRY_BYTES = 5;

    /** More than a PUBLISH has beside topic and payload. */
    static final int PUBLISH_HEAD = 16;

    /** What correlation data have before their bytes. */
    static final int CORRELATION_HEAD = 3;

    static final int PUBACK_BYTES = 4;

    private MqttPackets() {}

    static void puback(ByteBuf out, int packetId) {
        out.writeByte(PUBACK).writeByte(2).writeShort(packetId);
    }

    /** MQTT 5 only. */
    static void puback(ByteBuf out, int packetId, int reason) {
        out.writeByte(PUBACK).writeByte(3).writeShort(packetId).writeByte(reason);
    }

    /** MQTT 5 only: 3.1.1 knows no DISCONNECT from a server. */
    static void disconnect(ByteBuf out, int reason) {
        out.writeByte(DISCONNECT).writeByte(1).writeByte(reason);
    }

    /**
     * @param v5 MQTT 5 has a (here empty) list of properties
     */
    static void publish(ByteBuf out, byte[] topic, byte[] payload, boolean v5) {
        out.writeByte(PUBLISH_QOS0);
        length(out, 2 + topic.length + (v5 ? 1 : 0) + payload.length);
        out.writeShort(topic.length).writeBytes(topic);
        if (v5) {
            out.writeByte(0);
        }
        out.writeBytes(payload);
    }

    /**
     * MQTT 5 only.
     *
     * @param correlation what the device gave with its request
     */
    static void response(ByteBuf out, byte[] topic, byte @Nullable [] correlation, byte[] payload) {
        if (correlation == null) {
            publish(out, topic, payload, true);
            return;
        }
        int properties = CORRELATION_HEAD + correlation.length;
        out.writeByte(PUBLISH_QOS0);
        length(out, 2 + topic.length + lengthBytes(properties) + properties + payload.length);
        out.writeShort(topic.length).writeBytes(topic);
        length(out, properties);
        out.writeByte(CORRELATION).writeShort(correlation.length).writeBytes(correlation);
        out.writeBytes(payload);
    }

    /** Of the numbers that occur here. */
    private static int lengthBytes(int number) {
        return number < 0x80 ? 1 : 2;
    }

    /**
     * At QoS 1.
     *
     * @param again it may have been sent before
     * @param expirySeconds MQTT 5: what is left of its life
     */
    static void letter(
            ByteBuf out,
            byte[] topic,
            Letter letter,
            boolean again,
            boolean v5,
            long expirySeconds) {
        out.writeByte(PUBLISH_QOS1 | (again ? DUP : 0));
        int properties = v5 ? 1 + EXPIRY_BYTES : 0;
        length(out, 2 + topic.length + 2 + properties + letter.payload().length);
        out.writeShort(topic.length).writeBytes(topic).writeShort(letter.packetId());
        if (v5) {
            out.writeByte(EXPIRY_BYTES).writeByte(EXPIRY).writeInt((int) expirySeconds);
        }
        out.writeBytes(letter.payload());
    }

    private static void length(ByteBuf out, int length) {
        int left = length;
        do {
            int digit = left & 0x7f;
            left >>>= 7;
            out.writeByte(left == 0 ? digit : digit | 0x80);
        } while (left > 0);
    }
}
