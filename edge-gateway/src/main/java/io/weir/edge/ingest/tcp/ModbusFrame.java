package io.weir.edge.ingest.tcp;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** Modbus RTU on the wire: slave, function, data, CRC-16 with its low byte first. Pure. */
final class ModbusFrame {
    private static final int BYTE = 0xff;
    private static final int POLYNOMIAL = 0xa001;
    private static final int EXCEPTION = 0x80;
    private static final int EXCEPTION_BYTES = 5;
    private static final int WRITTEN_BYTES = 8;
    private static final int READ_ROUND = 5;
    private static final int COIL_ON = 0xff00;

    private ModbusFrame() {}

    /**
     * What came for a question.
     *
     * @param size bytes that it took
     * @param data registers or bits of a read; empty for a write
     * @param exception the slave's exception code; 0 = none
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares answers
    record Answer(int size, byte[] data, int exception) {}

    static byte[] read(ModbusTable.Poll p) {
        return closed(p.slave(), p.function(), high(p.register()), p.register(), 0, p.count());
    }

    /**
     * @param raw the number as the slave holds it, its low 16 or 32 bits
     */
    static byte[] write(ModbusTable.Write w, long raw) {
        int at = w.register();
        if (w.function() == 5) {
            int coil = raw == 0 ? 0 : COIL_ON;
            return closed(w.slave(), 5, high(at), at, high(coil), coil);
        }
        int low = (int) raw;
        if (w.function() == 6) {
            return closed(w.slave(), 6, high(at), at, high(low), low);
        }
        if (w.type().registers == 1) {
            return closed(w.slave(), 16, high(at), at, 0, 1, 2, high(low), low);
        }
        int first = w.type().swapped() ? low : low >>> Short.SIZE;
        int second = w.type().swapped() ? low >>> Short.SIZE : low;
        return closed(
                w.slave(), 16, high(at), at, 0, 2, 4, high(first), first, high(second), second);
    }

    /**
     * The answer to a question at the beginning of the bytes; null when more must come.
     *
     * @throws BadFrame when these bytes are no answer to it
     */
    static @Nullable Answer answer(byte[] question, byte[] bytes) throws BadFrame {
        if (bytes.length < 2) {
            return null;
        }
        int function = question[1] & BYTE;
        int said = bytes[1] & BYTE;
        if (bytes[0] != question[0] || (said & ~EXCEPTION) != function) {
            throw new BadFrame("an answer of another slave or function");
        }
        if (said != function) {
            if (bytes.length < EXCEPTION_BYTES) {
                return null;
            }
            checked(bytes, EXCEPTION_BYTES);
            int code = bytes[2] & BYTE;
            if (code == 0) {
                throw new BadFrame("an exception without a code");
            }
            return new Answer(EXCEPTION_BYTES, new byte[0], code);
        }
        return function <= 4 ? values(question, bytes) : written(question, bytes);
    }

    private static @Nullable Answer values(byte[] question, byte[] bytes) throws BadFrame {
        int count = (question[4] & BYTE) << Byte.SIZE | question[5] & BYTE;
        int size = question[1] <= 2 ? (count + Byte.SIZE - 1) / Byte.SIZE : 2 * count;
        if (bytes.length > 2 && (bytes[2] & BYTE) != size) {
            throw new BadFrame("an answer of " + (bytes[2] & BYTE) + " bytes, not " + size);
        }
        if (bytes.length < READ_ROUND + size) {
            return null;
        }
        checked(bytes, READ_ROUND + size);
        return new Answer(READ_ROUND + size, Arrays.copyOfRange(bytes, 3, 3 + size), 0);
    }

    /** The slave repeats address and value, or address and count. */
    private static @Nullable Answer written(byte[] question, byte[] bytes) throws BadFrame {
        if (bytes.length < WRITTEN_BYTES) {
            return null;
        }
        checked(bytes, WRITTEN_BYTES);
        if (!Arrays.equals(question, 0, 6, bytes, 0, 6)) {
            throw new BadFrame("an answer to another write");
        }
        return new Answer(WRITTEN_BYTES, new byte[0], 0);
    }

    private static void checked(byte[] bytes, int size) throws BadFrame {
        int said = bytes[size - 2] & BYTE | (bytes[size - 1] & BYTE) << Byte.SIZE;
        if (crc(bytes, size - 2) != said) {
            throw new BadFrame("a wrong CRC");
        }
    }

    /** CRC-16/MODBUS of the first bytes. */
    static int crc(byte[] bytes, int size) {
        int crc = 0xffff;
        for (int i = 0; i < size; i++) {
            crc ^= bytes[i] & BYTE;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
        }
        return crc;
    }

    /** These bytes and their CRC. */
    static byte[] closed(int... bytes) {
        byte[] frame = new byte[bytes.length + 2];
        for (int i = 0; i < bytes.length; i++) {
            frame[i] = (byte) bytes[i];
        }
        int crc = crc(frame, bytes.length);
        frame[bytes.length] = (byte) crc;
        frame[bytes.length + 1] = (byte) high(crc);
        return frame;
    }

    private static int high(int word) {
        return word >>> Byte.SIZE & BYTE;
    }
}
