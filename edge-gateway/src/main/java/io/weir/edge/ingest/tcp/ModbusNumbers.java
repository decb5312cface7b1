package io.weir.edge.ingest.tcp;

import io.weir.edge.ingest.tcp.ModbusTable.Number;
import io.weir.edge.ingest.tcp.ModbusTable.Poll;
import io.weir.edge.ingest.tcp.ModbusTable.Value;
import io.weir.edge.ingest.tcp.ModbusTable.Write;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Registers to properties and back; exact: no number passes through a binary fraction. Pure. */
final class ModbusNumbers {
    private static final int BYTE = 0xff;
    private static final long WORD = 0xffff;

    private ModbusNumbers() {}

    /** Property to value; a float that is no number is left out. */
    static Map<String, BigDecimal> read(Poll poll, byte[] data) {
        Map<String, BigDecimal> values = new LinkedHashMap<>();
        for (Value v : poll.values()) {
            BigDecimal raw = raw(v, data);
            if (raw != null) {
                values.put(v.property(), plain(raw.multiply(v.factor())));
            }
        }
        return values;
    }

    /** The raw number of a property to be set; null when the slave can't hold it. */
    static @Nullable Long raw(Write write, BigDecimal value) {
        BigDecimal[] parts = value.divideAndRemainder(write.factor());
        if (parts[1].signum() != 0) {
            return null;
        }
        int bits = write.type() == Number.BIT ? 1 : write.type().registers * Short.SIZE;
        boolean signed = write.type().signed();
        BigDecimal most = BigDecimal.valueOf((1L << (signed ? bits - 1 : bits)) - 1);
        BigDecimal least = signed ? BigDecimal.valueOf(-(1L << bits - 1)) : BigDecimal.ZERO;
        boolean fits = parts[0].compareTo(least) >= 0 && parts[0].compareTo(most) <= 0;
        return fits ? parts[0].longValueExact() : null;
    }

    private static @Nullable BigDecimal raw(Value v, byte[] data) {
        Number type = v.type();
        if (type == Number.BIT) {
            return BigDecimal.valueOf(data[v.at() / Byte.SIZE] >>> v.at() % Byte.SIZE & 1);
        }
        long first = word(data, v.at());
        if (type.registers == 1) {
            return BigDecimal.valueOf(type.signed() ? (short) first : first);
        }
        long second = word(data, v.at() + 1);
        long whole = type.swapped() ? second << Short.SIZE | first : first << Short.SIZE | second;
        if (type.floating()) {
            float value = Float.intBitsToFloat((int) whole);
            return Float.isFinite(value) ? new BigDecimal(Float.toString(value)) : null;
        }
        return BigDecimal.valueOf(type.signed() ? (int) whole : whole);
    }

    private static long word(byte[] data, int at) {
        return ((data[2 * at] & BYTE) << Byte.SIZE | data[2 * at + 1] & BYTE) & WORD;
    }

    private static BigDecimal plain(BigDecimal value) {
        BigDecimal bare = value.stripTrailingZeros();
        return bare.scale() < 0 ? bare.setScale(0) : bare;
    }
}
