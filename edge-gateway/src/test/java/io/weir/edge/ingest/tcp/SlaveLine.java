package io.weir.edge.ingest.tcp;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Modbus slaves as a test makes them: an answer to a question, or an exception. */
final class SlaveLine {
    private static final int BYTE = 0xff;

    private SlaveLine() {}

    /**
     * @param registers address to value
     * @return the answer of whichever slave was asked
     */
    static byte[] answer(byte[] question, IntUnaryOperator registers) {
        int slave = question[0] & BYTE;
        int function = question[1] & BYTE;
        int at = word(question, 2);
        int count = word(question, 4);
        if (function == 5 || function == 6 || function == 16) {
            int[] said = new int[6];
            for (int i = 0; i < said.length; i++) {
                said[i] = question[i] & BYTE;
            }
            return ModbusFrame.closed(said);
        }
        int size = function <= 2 ? (count + 7) / 8 : 2 * count;
        int[] bytes = new int[3 + size];
        bytes[0] = slave;
        bytes[1] = function;
        bytes[2] = size;
        for (int i = 0; i < count; i++) {
            int value = registers.applyAsInt(at + i);
            if (function <= 2) {
                bytes[3 + i / 8] |= (value & 1) << i % 8;
            } else {
                bytes[3 + 2 * i] = value >>> 8 & BYTE;
                bytes[4 + 2 * i] = value & BYTE;
            }
        }
        return ModbusFrame.closed(bytes);
    }

    static byte[] exception(byte[] question, int code) {
        return ModbusFrame.closed(question[0] & BYTE, question[1] & BYTE | 0x80, code);
    }

    static int word(byte[] bytes, int at) {
        return (bytes[at] & BYTE) << 8 | bytes[at + 1] & BYTE;
    }

    static byte[] spoilt(byte[] frame, int at) {
        byte[] copy = Arrays.copyOf(frame, frame.length);
        copy[at % copy.length] ^= 0x10;
        return copy;
    }
}
