package io.weir.edge.alink;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A piece of a file inside one message, down (OTA over MQTT) or up (file upload): two bytes with
 * the length of a JSON header, the header, the piece, two bytes CRC16/IBM of the piece, low byte
 * first (facts: alink.md sections 7 and 9).
 *
 * @param header JSON
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record BinaryBlock(byte[] header, byte[] piece) {
    private static final int LENGTH = 2;
    private static final int CRC = 2;
    private static final int POLYNOMIAL = 0xa001;
    private static final int[] TABLE = table();

    /** Null when the message is no such thing, or its piece came damaged. */
    public static @Nullable BinaryBlock read(byte[] message) {
        if (message.length < LENGTH + CRC) {
            return null;
        }
        int header = (message[0] & 0xff) << 8 | message[1] & 0xff;
        int piece = LENGTH + header;
        int crc = message.length - CRC;
        if (piece > crc) {
            return null;
        }
        int told = message[crc] & 0xff | (message[crc + 1] & 0xff) << 8;
        return crc16(message, piece, crc) == told
                ? new BinaryBlock(
                        Arrays.copyOfRange(message, LENGTH, piece),
                        Arrays.copyOfRange(message, piece, crc))
                : null;
    }

    public byte[] bytes() {
        int crc = crc16(piece, 0, piece.length);
        return ByteBuffer.allocate(LENGTH + header.length + piece.length + CRC)
                .putShort((short) header.length)
                .put(header)
                .put(piece)
                .put((byte) crc)
                .put((byte) (crc >> 8))
                .array();
    }

    public String text() {
        return new String(header, StandardCharsets.UTF_8);
    }

    /** CRC16/IBM (ARC): reflected, from 0. */
    public static int crc16(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = crc >>> 8 ^ TABLE[(crc ^ bytes[i]) & 0xff];
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }
}
