package io.weir.edge.ingest.tcp;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the gateway reads from and writes to the Modbus slaves behind one product's sockets
 * (docs/modbus.md).
 *
 * @param polls asked in turn, each as often as it says
 * @param writes what a property set becomes
 * @param timeout how long a slave may take to answer
 * @param retries how often a question is asked again
 * @param pause of silence between an answer and the next question
 */
public record ModbusTable(
        List<Poll> polls, List<Write> writes, Duration timeout, int retries, Duration pause) {
    private static final int POLLS = 100;
    private static final int RETRIES = 5;
    private static final int REGISTERS = 125;
    private static final int COILS = 2000;
    private static final int ADDRESSES = 65_536;
    private static final int SLAVES = 247;

    public ModbusTable {
        polls = List.copyOf(polls);
        writes = List.copyOf(writes);
        check(!polls.isEmpty() && polls.size() <= POLLS, "1 to 100 polls");
        check(timeout.toMillis() >= 10 && timeout.toSeconds() <= 30, "timeout of 10 ms to 30 s");
        check(retries >= 0 && retries <= RETRIES, "retries of 0 to 5");
        check(!pause.isNegative() && pause.toSeconds() <= 10, "pause of 0 to 10 s");
        Set<String> written = new HashSet<>();
        writes.forEach(w -> check(written.add(w.property()), w.property() + " is written twice"));
    }

    /** How a number stands in 16-bit registers; the high word first unless it says swapped. */
    public enum Number {
        BIT(1),
        INT16(1),
        UINT16(1),
        INT32(2),
        UINT32(2),
        INT32_SWAPPED(2),
        UINT32_SWAPPED(2),
        FLOAT32(2),
        FLOAT32_SWAPPED(2);

        final int registers;

        Number(int registers) {
            this.registers = registers;
        }

        boolean swapped() {
            return name().endsWith("_SWAPPED");
        }

        boolean floating() {
            return name().startsWith("FLOAT");
        }

        boolean signed() {
            return name().startsWith("INT");
        }
    }

    /**
     * One question.
     *
     * @param slave 1 to 247
     * @param function 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers
     * @param register address of the first, from 0
     * @param count how many
     * @param every how often
     * @param values properties in the answer
     */
    public record Poll(
            int slave, int function, int register, int count, Duration every, List<Value> values) {
        public Poll {
            values = List.copyOf(values);
            check(slave >= 1 && slave <= SLAVES, "slave of 1 to 247");
            check(function >= 1 && function <= 4, "function 1, 2, 3 or 4");
            int most = function <= 2 ? COILS : REGISTERS;
            check(count >= 1 && count <= most, "count of 1 to " + most);
            check(register >= 0 && register + count <= ADDRESSES, "register");
            check(every.toMillis() >= 100, "every 100 ms at most");
            check(!values.isEmpty(), "values");
            for (Value v : values) {
                boolean bit = v.type() == Number.BIT;
                check(bit == function <= 2, v.property() + ": a bit is a coil or an input");
                check(
                        v.at() >= 0 && v.at() + v.type().registers <= count,
                        v.property() + " lies beyond what is read");
            }
        }
    }

    /**
     * @param at its first register or bit, counted from the question's first
     * @param scale what the raw number is multiplied with; 1 when absent
     */
    public record Value(String property, int at, Number type, @Nullable BigDecimal scale) {
        BigDecimal factor() {
            return scale == null ? BigDecimal.ONE : scale;
        }
    }

    /**
     * @param function 5 coil, 6 one register, 16 registers
     * @param scale the property is divided by it
     */
    public record Write(
            String property,
            int slave,
            int function,
            int register,
            Number type,
            @Nullable BigDecimal scale) {
        public Write {
            check(slave >= 1 && slave <= SLAVES, "slave of 1 to 247");
            check(function == 5 || function == 6 || function == 16, "function 5, 6 or 16");
            check(register >= 0 && register + type.registers <= ADDRESSES, "register");
            check((function == 5) == (type == Number.BIT), property + ": function 5 is of a bit");
            check(function == 16 || type.registers == 1, property + ": needs function 16");
            check(!type.floating(), property + ": floats are not written");
            check(scale == null || scale.signum() != 0, property + ": scale 0");
        }

        BigDecimal factor() {
            return scale == null ? BigDecimal.ONE : scale;
        }
    }

    private static void check(boolean fine, String what) {
        if (!fine) {
            throw new IllegalArgumentException(what);
        }
    }
}
